"""What was spent, what came of it, and what it cost: deals and spend in the reporting currency."""
