"""Reference computations in plain Python: what should every figure be? Called by tests only."""
