"""What leaves as a file: the kinds that can be imported, with columns named as their fields, and the lists of pages."""
