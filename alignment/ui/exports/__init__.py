"""How do lists and reports leave as files? `Export` says what is in one, `download` sends it as CSV or as a workbook."""

from alignment.ui.exports.cells import harmed, harmless, is_harmless

__all__ = ["harmed", "harmless", "is_harmless"]
