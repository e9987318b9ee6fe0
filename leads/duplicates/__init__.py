"""Leads that are one person: found, shown to people, merged by them, and taken apart again to the byte."""
