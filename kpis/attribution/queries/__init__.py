"""Statements about touches and credits, one question a module."""
