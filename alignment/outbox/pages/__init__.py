"""Pages about what one was told."""
