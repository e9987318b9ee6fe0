"""Figures over HTTP: reports and leaks."""
