"""How are numbers, times and spans written on a page? One way for every page, used by tags and builders alike."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

NOTHING = "–"
MINUTE, HOUR, DAY = 60, 3600, 86_400


def count(value: float | Decimal | None) -> str:
    """1234 → "1,234"."""
    return NOTHING if value is None else f"{value:,.0f}"


def percent(value: float | Decimal | None, digits: int = 1) -> str:
    """0.1234 → "12.3 %"."""
    return NOTHING if value is None else f"{float(value) * 100:.{digits}f} %"


def money(amount: Decimal | str | None, currency: str) -> str:
    """Decimal("1234.5"), "EUR" → "€1,235": whole units, for reading; tables that are added up use `exact_money`."""
    if amount is None:
        return NOTHING
    return _signed(f"{abs(Decimal(amount)):,.0f}", Decimal(amount), currency)


def exact_money(amount: Decimal | str | None, currency: str) -> str:
    """Decimal("1234.5"), "EUR" → "€1,234.50"."""
    if amount is None:
        return NOTHING
    return _signed(f"{abs(Decimal(amount)):,.2f}", Decimal(amount), currency)


def _signed(digits: str, amount: Decimal, currency: str) -> str:
    sign = "−" if amount < 0 else ""
    symbol = {"EUR": "€", "USD": "$", "GBP": "£"}.get(currency)
    return f"{sign}{symbol}{digits}" if symbol else f"{sign}{digits} {currency}".rstrip()


def span(seconds: float | None) -> str:
    """Seconds in the largest unit that says it well: "45 s", "12 min", "3.5 h", "18 days"."""
    if seconds is None:
        return NOTHING
    sign, size = ("−" if seconds < 0 else ""), abs(seconds)
    if size < MINUTE:
        return f"{sign}{size:.0f} s"
    if size < HOUR:
        return f"{sign}{size / MINUTE:.0f} min"
    if size < 2 * DAY:
        return f"{sign}{size / HOUR:.1f} h".replace(".0 h", " h")
    return f"{sign}{size / DAY:.1f} days".replace(".0 days", " days")


def since(moment: datetime, now: datetime) -> str:
    """How long ago, in words: "just now", "5 minutes ago", "yesterday", "12 days ago", "in 3 days"."""
    seconds = (now - moment).total_seconds()
    if seconds < -MINUTE:
        return f"in {_rough(-seconds)}"
    if seconds < MINUTE:
        return "just now"
    return "yesterday" if DAY <= seconds < 2 * DAY else f"{_rough(seconds)} ago"


def left(seconds: float) -> str:
    """What a countdown says, without "left" or "late": "3 days 4 h", "2 h 14 min", "12 min", "4 min 30 s", "9 s".

    `assets/js/countdown.js` says the same from second to second.
    """
    size = int(abs(seconds))
    for large, small, until, names in (
        (DAY, HOUR, 2 * DAY, ("days", "h")),
        (HOUR, MINUTE, HOUR, ("h", "min")),
        (MINUTE, 1, MINUTE, ("min", "s")),
    ):
        if size >= until:
            whole, rest = size // large, size % large // small
            shows_rest = rest and (large != MINUTE or whole < 5)
            return f"{whole} {names[0]} {rest} {names[1]}" if shows_rest else f"{whole} {names[0]}"
    return f"{size} s"


def _rough(seconds: float) -> str:
    for size, name in ((365 * DAY, "year"), (30 * DAY, "month"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= size:
            whole = int(seconds // size)
            return f"{whole} {name}{'' if whole == 1 else 's'}"
    return "a moment"
