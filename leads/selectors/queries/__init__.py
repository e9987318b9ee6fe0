"""Statements of readers, one question a module."""
