"""Pages that show both teams the same figures: dashboard, leakage, reports, what became of mine, whom to act on now."""
