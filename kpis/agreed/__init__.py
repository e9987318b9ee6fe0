"""KPIs that both sides agreed on: targets, scorecard, milestones, the five numbers."""
