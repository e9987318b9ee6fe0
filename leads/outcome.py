"""What became of one row: the words that every writer of this app answers in."""

from alignment.outcome import RowResult, Status, rejected

__all__ = ["RowResult", "Status", "rejected"]
