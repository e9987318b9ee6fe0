"""Statements about money: which deals and spend count, in the reporting currency."""
