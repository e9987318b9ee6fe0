"""What the editor asks the database: one question a module."""
