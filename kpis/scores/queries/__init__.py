"""What scores ask of the database: one question a module."""
