"""Handoffs over the API."""
