"""SQL of routing: one question a module."""
