"""How do lists and reports leave as files? `Export` says what is in one, `download` sends it as CSV or as a workbook."""

from alignment.ui.exports.cells import csv_cell, harmed, harmless, is_harmless
from alignment.ui.exports.export import Column, Export, export_of
from alignment.ui.exports.sending import download, is_asked_for, send

__all__ = [
    "Column",
    "Export",
    "csv_cell",
    "download",
    "export_of",
    "harmed",
    "harmless",
    "is_asked_for",
    "is_harmless",
    "send",
]
