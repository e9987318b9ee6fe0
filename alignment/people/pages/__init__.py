"""Pages about people: set-up, colleagues, teams, the company, keys, one's own account."""
