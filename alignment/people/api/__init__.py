"""People and teams over HTTP."""
