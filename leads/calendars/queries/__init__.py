"""Statements about working time."""
