"""The pages about campaigns."""
