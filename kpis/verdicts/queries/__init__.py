"""Statements about campaigns, one question a module."""
