"""Lines of the families of metrics, one family a module; and the statements that add them up."""
