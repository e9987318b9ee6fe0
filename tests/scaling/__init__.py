"""What docs/scaling.md says was tried, to be tried again: partitions, several machines, costs of a lead."""
