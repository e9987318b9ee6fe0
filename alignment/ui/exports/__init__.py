"""How do lists and reports leave as files? `Export` says what is in one, `download` sends it as CSV or as a workbook."""

from alignment.ui.exports.cells import Typed, csv_cell, harmed, harmless, is_harmless, to_the_second
from alignment.ui.exports.export import Column, Export, export_of
from alignment.ui.exports.sending import download, is_asked_for, send

__all__ = [
    "Column",
    "Export",
    "Typed",
    "csv_cell",
    "download",
    "export_of",
    "harmed",
    "harmless",
    "is_asked_for",
    "is_harmless",
    "send",
    "to_the_second",
]
