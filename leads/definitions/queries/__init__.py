"""What is asked of the database about definitions: one question a module."""
