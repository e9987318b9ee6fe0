"""What do the pages about leads show? Readers, each honouring who may see what."""
