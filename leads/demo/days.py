"""Days and hours of the demo company: when people are at work."""

from __future__ import annotations

from datetime import datetime, timedelta

DAY = timedelta(days=1)
OPENS, CLOSES = 8, 17


def workday(end: datetime, before: int, time: str) -> datetime:
    """So many working days before the end, at that time."""
    day = end
    while before:
        day -= DAY
        before -= day.weekday() < 5
    hours, minutes = time.split(":")
    return day.replace(hour=int(hours), minute=int(minutes))


def at_work(moment: datetime) -> datetime:
    """The same moment, or when work begins next."""
    if moment.hour >= CLOSES:
        moment = (moment + DAY).replace(hour=OPENS)
    elif moment.hour < OPENS:
        moment = moment.replace(hour=OPENS)
    while moment.weekday() >= 5:
        moment += DAY
    return moment
