"""Why leads came back, counted beforehand in a large company: for the page of the leads that came back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alignment.people.models import User
from kpis.pages.answers import answer
from kpis.pages.questions import Question
from leads import panels
from leads.handoffs.comebacks import REASONS


def told(options: Mapping[str, str], user: User, *, now: datetime, wait: bool) -> panels.Told | None:
    """The reasons as they are kept, or as they are."""
    found = answer(REASONS, Question({}, now), user, options, wait=wait)
    return panels.Told(found.document, found.at, found.kept) if found else None


def install() -> None:
    """The page asks here."""
    panels.keepers[REASONS] = told
