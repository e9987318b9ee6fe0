"""What becomes of rows that were set aside, and of what an undo spared?"""
