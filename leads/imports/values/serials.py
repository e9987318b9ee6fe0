"""Which moment does a bare number mean? Spreadsheets count days from 1900, programs seconds since 1970.

Text counts as a serial number only with five digits (1927 to 2173), as seconds with ten and as milliseconds with thirteen:
shorter and longer numbers are something else. A typed number of a workbook may be any serial number.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from leads.imports.reading import Since1904
from leads.imports.values.faults import BadValue, quoted

_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_EPOCH = re.compile(r"[0-9]{10}(?:\.[0-9]{1,9})?|[0-9]{13}")
_TYPED = re.compile(r"[0-9]{1,6}(?:\.[0-9]+)?")
_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}(?:\.0+)?")
_SECONDS_DIGITS = 10
_NO_LEAP_DAY = 60
"""Spreadsheets know a 29 February 1900, which was none: before it, their days are counted from one day later."""
_FROM = datetime(1899, 12, 30)  # noqa: DTZ001 - serial numbers have no zone
_LAST = 109_574
"""31 December 2199."""
_TO_1904 = 1462
"""So many days after the others do some workbooks begin to count."""
_1970 = datetime(1970, 1, 1, tzinfo=UTC)


def read_bare(text: str, *, typed: bool = False) -> datetime | BadValue | None:
    """The moment that a number means, local for serial numbers; None if such numbers are no moments."""
    if _YEAR.fullmatch(text):
        return BadValue("invalid_date", f"{quoted(text)} is only a year")
    if _SERIAL.fullmatch(text) or (typed and _TYPED.fullmatch(text)):
        serial = Decimal(text.replace(",", "."))
        return _of_serial(serial + _TO_1904 if isinstance(text, Since1904) else serial, text)
    return _of_epoch(text) if _EPOCH.fullmatch(text) else None


def _of_serial(serial: Decimal, text: str) -> datetime | BadValue | None:
    if _NO_LEAP_DAY <= serial < _NO_LEAP_DAY + 1:
        return BadValue("invalid_date", f"{quoted(text)} is 29 February 1900 to a spreadsheet: that day never was")
    if not 1 <= serial < _LAST + 1:
        return None
    days = serial if serial > _NO_LEAP_DAY else serial + 1
    milliseconds = round(days * 86_400_000)
    return _FROM + timedelta(milliseconds=milliseconds)


def _of_epoch(text: str) -> datetime | None:
    whole, _point, fraction = text.partition(".")
    if len(whole) > _SECONDS_DIGITS:
        return _1970 + timedelta(milliseconds=int(whole))
    return _1970 + timedelta(seconds=int(whole), microseconds=int((fraction or "0")[:6].ljust(6, "0")))
