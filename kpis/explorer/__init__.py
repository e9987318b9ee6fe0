"""The funnel from every side: cuts, comparisons, cohorts, survival."""
