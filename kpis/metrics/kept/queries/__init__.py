"""The statements that keep facts and values, one question a module."""
