"""Declarations of the engine's own metrics, one heading of the catalogue a module."""
