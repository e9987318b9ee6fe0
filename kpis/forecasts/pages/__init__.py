"""The way to a target, as a page, and the button that asks how far it is."""
