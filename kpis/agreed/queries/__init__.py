"""Statements about agreed KPIs, one a module."""
