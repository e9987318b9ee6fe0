"""Pages about leads: the list, one lead, imports."""
