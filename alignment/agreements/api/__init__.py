"""Agreements over HTTP: what is in force, what is proposed, and every step towards it."""
