"""What would a version come between? What holds until it takes effect and what follows it, in words, before it is signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alignment.agreements.in_force import InForce, periods_of
from alignment.agreements.models import Version
from alignment.people.selectors import reporting_zone


def around(version: Version, now: datetime, *, at_once: bool) -> list[str]:
    """What ends with a version, what it replaces before it ever held, and when it ends itself; one sentence an item.

    `at_once`: who looks gives the last signature, and no later day was agreed.
    """
    effect = max(version.effective_from or now, now)
    settled = [one for one in periods_of(version.agreement.kind, version.agreement.key) if _is_ahead(one, now)]
    before = [one for one in settled if one.since < effect or one.since <= now]
    never = [one for one in settled if one.since == effect > now]
    after = [one for one in settled if one.since > effect]
    return [
        *_before([one for one in before if one.version_id != version.pk], effect, at_once=at_once),
        *(f"Version {one.number}, signed for that same moment, will never hold." for one in never),
        *(
            f"It holds until version {one.number}, settled already, begins on {in_words(one.since)}."
            for one in after[:1]
        ),
    ]


def _before(holding: Sequence[InForce], effect: datetime, *, at_once: bool) -> list[str]:
    """ "Version 1 holds until 3 May 2024, 00:00, version 2 until then." """
    if not holding:
        return []
    *earlier, last = holding
    if at_once:
        return [f"Version {last.number} ends with it."]
    told = [(one.number, in_words(one.until)) for one in earlier if one.until]
    told.append((last.number, in_words(last.until) if last.until and last.until < effect else "then"))
    (number, until), *others = told
    more = "".join(f", version {number} until {until}" for number, until in others)
    return [f"Version {number} holds until {until}{more}."]


def _is_ahead(one: InForce, now: datetime) -> bool:
    return one.until is None or one.until > now


def in_words(when: datetime) -> str:
    """A moment in the zone in which the company reports."""
    return f"{when.astimezone(reporting_zone()):%-d %B %Y, %H:%M}"
