"""Campaigns and what they cost, over HTTP."""
