"""How many leads does somebody take, of what, and when are they away? The only writer of receivers and absences.

Leads of a person's team and operators set what they take; people themselves say when they are away. Whoever could not be offered to
anybody is tried again at once. Offers that are open stay with whom they were made to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from alignment.api.versions import version_changed
from alignment.people.models import Role, User
from alignment.people.selectors import may_write, people_visible_to, reporting_zone
from alignment.refusals import FieldError, Refused
from alignment.timezones import of_our_time, start_of_day
from leads.handoffs.models import Absence, Receiver
from leads.handoffs.routing import waiting

MOST = Decimal(100_000)
"""The largest capacity of a period."""

MOST_SKILLS, LONGEST_SKILL, LONGEST_NOTE = 50, 100, 200


@dataclass(frozen=True)
class Takes:
    """What somebody takes: `capacity` leads a `period` (None: no limit), and of which values of fields (`skills`)."""

    takes_leads: bool = True
    capacity: Decimal | None = None
    period: str = Receiver.Period.WEEK.value
    skills: Sequence[str] = ()


@transaction.atomic
def set_receiver(
    user_id: int, takes: Takes, *, by: User, now: datetime, expected_version: int | None = None
) -> Receiver:
    """Set what a person takes. 404 for who may not see them, `not_yours` (403), `invalid_fields` (422) with every wrong field.

    Fractions of a capacity are counted from the day on which it, or its period, was set last.
    """
    person = _person(user_id, by)
    if not may_set(by, person):
        raise Refused("not_yours", f"A lead of {person}’s team or an operator sets what they take.", status=403)
    skills = list(dict.fromkeys(skill.strip() for skill in takes.skills if skill.strip()))
    _must_be_right(_wrong(takes, skills))
    today = now.astimezone(reporting_zone()).date()
    Receiver.objects.bulk_create([Receiver(user=person, since=today, version=0)], ignore_conflicts=True)
    receiver = Receiver.objects.select_for_update().get(pk=person.pk)
    if expected_version is not None and expected_version != receiver.version:
        raise version_changed()
    if (receiver.capacity, receiver.period) != (takes.capacity, takes.period):
        receiver.since = today
    receiver.takes_leads, receiver.skills = takes.takes_leads, skills
    receiver.capacity, receiver.period = takes.capacity, takes.period
    receiver.version += 1
    receiver.save()
    waiting.mark_needs(due_at=now)
    return receiver


@transaction.atomic
def add_absence(user_id: int, *, first_day: date, last_day: date, note: str = "", by: User, now: datetime) -> Absence:
    """Somebody is away from the first day to the last one, both included, in the reporting zone. 404, 403 and 422 as above."""
    person = _person(user_id, by)
    if not may_be_away(by, person):
        raise Refused(
            "not_yours", f"{person}, a lead of their team or an operator says when they are away.", status=403
        )
    _must_be_right(_wrong_days(first_day, last_day, note))
    zone = reporting_zone()
    absence = Absence.objects.create(
        user=person,
        since=start_of_day(first_day, zone),
        until=start_of_day(last_day + timedelta(days=1), zone),
        note=note.strip(),
    )
    waiting.mark_needs(due_at=now)
    return absence


@transaction.atomic
def remove_absence(absence_id: int, *, by: User, now: datetime) -> Absence:
    """They are there after all; what was removed. 404 where there is no such absence of anybody whom `by` may see."""
    absence = Absence.objects.select_related("user__team").filter(pk=absence_id).first()
    if absence is None or not people_visible_to(by).filter(pk=absence.user_id).exists():
        raise Refused("not_found", "There is no such absence.", status=404)
    if not may_be_away(by, absence.user):
        raise Refused("not_yours", f"{absence.user}, a lead of their team or an operator does this.", status=403)
    Absence.objects.filter(pk=absence.pk).delete()
    waiting.mark_needs(due_at=now)
    return absence


def may_set(by: User, person: User) -> bool:
    """Leads of the person's team, and operators."""
    if not may_write(by):
        return False
    return by.is_operator or (by.role == Role.LEAD and by.team_id is not None and by.team_id == person.team_id)


def may_be_away(by: User, person: User) -> bool:
    """The same, and the person."""
    return may_set(by, person) or (by.pk == person.pk and may_write(by))


def _person(user_id: int, by: User) -> User:
    person = people_visible_to(by).select_related("team").filter(pk=user_id).first()
    if person is None:
        raise Refused("not_found", "There is nobody of this id.", status=404)
    return person


def _wrong(takes: Takes, skills: Sequence[str]) -> list[FieldError]:
    found = []
    if takes.capacity is not None and not 0 <= takes.capacity <= MOST:
        detail = f"A capacity lies between 0 and {MOST:,} leads; leave it out for no limit."
        found.append(FieldError("capacity", "out_of_range", detail))
    elif takes.capacity is not None and takes.capacity != round(takes.capacity, 2):
        found.append(FieldError("capacity", "too_fine", "A capacity has at most two decimals."))
    if takes.period not in Receiver.Period.values:
        found.append(FieldError("period", "unknown_period", "Capacity is counted by week or by month."))
    if len(skills) > MOST_SKILLS or any(len(skill) > LONGEST_SKILL for skill in skills):
        detail = f"Name up to {MOST_SKILLS} skills, each in up to {LONGEST_SKILL} characters."
        found.append(FieldError("skills", "too_long", detail))
    return found


def _wrong_days(first_day: date, last_day: date, note: str) -> list[FieldError]:
    found = []
    for name, day in (("first_day", first_day), ("last_day", last_day)):
        try:
            of_our_time(day + timedelta(days=1))
        except (ValueError, OverflowError):
            found.append(FieldError(name, "out_of_range", "Name a day of our time."))
    if not found and last_day < first_day:
        found.append(FieldError("last_day", "before_first_day", "The last day away is the first one or a later one."))
    if len(note.strip()) > LONGEST_NOTE:
        found.append(FieldError("note", "too_long", f"Keep the note to {LONGEST_NOTE} characters."))
    return found


def _must_be_right(errors: Sequence[FieldError]) -> None:
    if errors:
        raise Refused("invalid_fields", " ".join(error.detail for error in errors), list(errors), status=422)
