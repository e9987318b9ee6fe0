"""Are we nearly there yet? Where a target will end, how sure that is, and what would help."""
