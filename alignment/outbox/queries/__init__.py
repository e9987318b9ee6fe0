"""The outbox's SQL, one query a module."""
