"""What every metric came to in each period: kept, recomputed where something changed, revised in the open."""
