"""Statements about campaigns, what they cost and outside numbers, one question a module."""
