"""What is asked of the database about duplicates: one question a module."""
