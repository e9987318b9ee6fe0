"""What does a cell of a workbook say? Typed numbers and dates become `Plain` text, everything else the text it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from openpyxl.utils.datetime import CALENDAR_MAC_1904, from_excel

from leads.imports.reading.layout import Plain, Since1904
from leads.imports.reading.strings import Strings, unescaped

_WHOLE = re.compile(r"-?\d+")


@dataclass(frozen=True)
class Styles:
    """Which styles show a number as a date, as a length of time, or with leading zeros (how many digits), as per cent."""

    epoch: datetime
    dates: frozenset[int]
    lengths: frozenset[int]
    zeros: Mapping[int, int]
    percents: frozenset[int] = frozenset()


def text_of(kind: str, style: str | None, raw: str, strings: Strings, styles: Styles) -> str:
    """A cell's text. `kind` is its type in the file: n, s, str, inlineStr, b, e or d."""
    if kind == "n":
        return _number(raw, int(style) if style else 0, styles)
    if kind == "s":
        return strings[int(raw)]
    if kind == "b":
        return "TRUE" if raw.strip() in ("1", "true") else "FALSE"
    if kind == "d":
        return Plain(raw.strip().removesuffix("T00:00:00"))
    return unescaped(raw)


def _number(raw: str, style: int, styles: Styles) -> str:
    if style in styles.lengths:
        return _length(raw)
    if style in styles.dates:
        return _date(raw, styles.epoch)
    plain = Since1904 if styles.epoch == CALENDAR_MAC_1904 else Plain
    if _WHOLE.fullmatch(raw) and style not in styles.percents:
        return plain(raw.zfill(styles.zeros[style])) if style in styles.zeros else plain(raw)
    try:
        number = Decimal(f"{Decimal(raw):.15g}")  # no workbook shows more digits
    except InvalidOperation:
        return raw
    if style in styles.zeros:
        return plain(f"{number:.0f}".zfill(styles.zeros[style]))
    if style in styles.percents:
        return f"{_short(number * 100)}%"
    return plain(_short(number))


def _short(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(raw: str, epoch: datetime) -> str:
    """A date, with its time unless that is midnight; a serial number outside of all dates stays the number it is."""
    try:
        moment = from_excel(float(raw), epoch)
    except (OverflowError, ValueError):
        return raw
    if isinstance(moment, time):
        return Plain(moment.isoformat("auto"))
    if moment.time() == time():
        return Plain(moment.date().isoformat())
    return Plain(moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds"))


def _length(raw: str) -> str:
    """Hours, minutes and seconds, as [h]:mm:ss shows them."""
    try:
        seconds = round(timedelta(days=float(raw)).total_seconds())
    except (OverflowError, ValueError):
        return raw
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
