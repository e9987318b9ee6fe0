"""What would a handoff rule have done with the past? Computed by a worker, kept with the version, told with its lists."""
