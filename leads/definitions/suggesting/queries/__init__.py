"""What learning asks of the database: one question a module."""
