"""What waits for somebody, what came back, and who takes how much: the lists of handoffs as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from alignment.people.models import User
from alignment.people.naming import first_of, name_to
from alignment.ui.exports import Column, Export, export_of
from leads.exports.batches import BATCH, read
from leads.exports.of_leads import LEAD, lead_cells
from leads.funnel.stage_sets import StageSet
from leads.handoffs.capacity import Load, TeamLoad
from leads.handoffs.comebacks import Wanted, all_returned, rows_of
from leads.handoffs.models import Handoff
from leads.handoffs.selectors import Whose, running_hold, sections_of, with_people

WAITING = (
    "to_do",
    "handoff",
    *LEAD,
    "rule",
    "from",
    "offered_to",
    "offered_at",
    "accept_by",
    "contact_by",
    "waits_until",
)
BACK = (
    "handoff",
    *LEAD,
    "rule",
    "sent_back_by",
    "came_back_at",
    "reason",
    "note",
    "handed_over_by",
    "tries",
    "last_try_at",
    "last_try",
)


def inbox_export(user: User, whose: Whose, stages: StageSet, *, now: datetime, filters: Sequence[str]) -> Export:
    """Everything that waits, not only the most urgent of it."""
    return Export("Inbox", WAITING, _waiting(user, whose, stages, now), now, filters)


def _waiting(user: User, whose: Whose, stages: StageSet, now: datetime) -> Iterator[list[object]]:
    for _key, title, rows in sections_of(user, whose, stages, now=now):
        for one in read(with_people(rows)):
            hold = running_hold(one)
            yield [
                title, one.pk, *lead_cells(user, one.lead), one.rule_key, first_of(user, one.from_user, one.from_team),
                first_of(user, one.to_user, one.to_team), one.offered_at, one.accept_by, one.contact_by, hold.ends_by if hold else None,
            ]  # fmt: skip


def returned_export(user: User, wanted: Wanted, stages: StageSet, *, now: datetime, filters: Sequence[str]) -> Export:
    """Leads that came back, the latest first."""
    return Export("Returned", BACK, _returned(user, wanted, stages), now, filters)


def _returned(user: User, wanted: Wanted, stages: StageSet) -> Iterator[list[object]]:
    coming = read(all_returned(user, wanted))
    while batch := list[Handoff](islice(coming, BATCH)):
        for row in rows_of(batch, stages):
            one, tried = row.handoff, row.tried
            yield [
                one.pk, *lead_cells(user, one.lead), one.rule_key, first_of(user, one.to_user, one.to_team), row.at,
                row.reason.title if row.reason else one.reason, one.note, first_of(user, one.from_user, one.from_team),
                tried.n, tried.last_at, tried.outcome,
            ]  # fmt: skip


def receivers_export(user: User, teams: Sequence[TeamLoad], *, now: datetime) -> Export:
    """Who takes how much, and how they stand."""
    columns: list[Column[Load]] = [
        Column("team", lambda load: name_to(user, load.user.team)),
        Column("name", lambda load: load.user.name),
        Column("email", lambda load: load.user.email),
        Column("takes_leads", lambda load: load.person.takes_leads),
        Column("capacity", lambda load: load.person.capacity),
        Column("period", lambda load: load.period),
        Column("quota", lambda load: load.quota),
        Column("taken", lambda load: load.person.taken),
        Column("in_hand", lambda load: load.person.in_hand),
        Column("skills", lambda load: ", ".join(load.receiver.skills) if load.receiver else None),
        Column("gets_leads_now", lambda load: load.verdict.passed),
        Column("why_not", lambda load: None if load.verdict.passed else load.verdict.reason),
        Column("away_from", lambda load: load.absences[0].since if load.absences else None),
        Column("away_until", lambda load: load.absences[0].until if load.absences else None),
    ]
    return export_of("Capacity", columns, (load for team in teams for load in team.loads), as_of=now)
