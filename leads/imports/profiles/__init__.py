"""How is a file read? The profile as it is written, held against its kind and the file, and bound to its columns."""
