"""What are the rows of a file? A look finds how it is laid out; both passes of an import then read it in that layout."""

from leads.imports.reading.layout import (
    AUTO,
    NONE,
    Fault,
    Layout,
    Look,
    Note,
    Plain,
    Record,
    Since1904,
    Wanted,
    Wishes,
    kept_layout,
)
from leads.imports.reading.looking import look
from leads.imports.reading.rows import read_records
from leads.imports.reading.words import forms
from leads.imports.reading.workbook import keep_rows

__all__ = [
    "AUTO",
    "NONE",
    "Fault",
    "Layout",
    "Look",
    "Note",
    "Plain",
    "Record",
    "Since1904",
    "Wanted",
    "Wishes",
    "forms",
    "keep_rows",
    "kept_layout",
    "look",
    "read_records",
]
