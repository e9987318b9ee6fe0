"""Does what is kept equal what the logs say? Everything derived a second time, in plain Python, one lead after the other."""
