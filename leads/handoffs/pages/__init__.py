"""Handoffs in the browser."""
