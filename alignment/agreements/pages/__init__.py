"""Pages on which both sides see what is agreed, argue about it and sign."""
