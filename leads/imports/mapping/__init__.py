"""What does somebody say about a file before it is an import: what it holds, which column is which, what values mean?"""
