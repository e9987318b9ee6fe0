"""Reports: one selector each, behind pages, API and command alike."""
