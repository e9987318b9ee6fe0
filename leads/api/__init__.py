"""Leads, and what hangs on them, over HTTP."""
