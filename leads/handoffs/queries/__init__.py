"""SQL of handoffs: one question a module."""
