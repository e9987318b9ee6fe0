"""How often do people ask “are we nearly there yet?” Often means that they are in the dark: somebody should tell them."""

from __future__ import annotations

from datetime import datetime

from alignment.people.models import User
from alignment.people.selectors import reporting_zone
from kpis.forecasts.models import Press
from kpis.metrics.periods import Grain, containing


def press(*, key: str, person: User, now: datetime) -> None:
    """Count one press; a second one of the same person in the same minute is the same."""
    Press.objects.get_or_create(key=key, person=person, minute=now.replace(second=0, microsecond=0))


def asked_this_week(key: str, now: datetime) -> int:
    """How often since Monday, by anybody."""
    week = containing(Grain.WEEK, now.astimezone(reporting_zone()).date())
    return Press.objects.filter(key=key, minute__gte=week.since).count()
