"""Does a slow job change a figure? Whatever happens, a job that runs after each thing and one that runs at the end move alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import transaction

from alignment.refusals import Refused
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.definitions import judging, runs
from leads.lifecycle.changes import move_stage
from leads.models import Lead, StageChange
from leads.privacy.consents import NewConsent, record_consents
from leads.records.company_edits import edit_company
from leads.records.edits import edit_lead
from leads.records.models import Company
from tests import world
from tests.leads.definitions.qualifying import IN_GERMANY, LARGE, Document, a_lead_at, agreed, viewed
from tests.world import Cast, day

pytestmark = pytest.mark.django_db

CONDITIONS: tuple[Document, ...] = (
    IN_GERMANY,
    LARGE,
    viewed(1),
    viewed(2, days=4),
    viewed(0, days=3, op="at_most"),
    {"consent": "marketing", "op": "allowed"},
    {"consent": "marketing", "op": "granted"},
    {"field": "lead.created_at", "op": "within_days", "value": 5},
    {"not": {"field": "lead.created_at", "op": "within_days", "value": 5}},
    {"not": IN_GERMANY},
)
Event = tuple[datetime, Callable[[datetime], object]]


def criteria(random: Random) -> Document:
    """Two or three conditions, of which all or any must hold."""
    return {random.choice(("all", "any")): random.sample(CONDITIONS, random.choice((2, 3)))}


def history(random: Random, cast: Cast, leads: list[Lead]) -> list[Event]:
    """What happens, in the order in which it is recorded, each thing at an instant of its own."""
    events = [
        (day(6) + timedelta(hours=7 * n + random.random() * 6), _event(random, cast, random.choice(leads)))
        for n in range(20)
    ]
    versions = [(day(6) + timedelta(hours=20 + 45 * n), _new_version(random, cast)) for n in range(3)]
    return sorted([*events, *versions], key=lambda event: event[0])


def _new_version(random: Random, cast: Cast) -> Callable[[datetime], object]:
    key, document = random.choice(("mql", "sal")), criteria(random)

    def propose(now: datetime) -> None:
        try:
            with transaction.atomic():
                agreed(cast, key, document, now)
        except Refused as refused:
            if refused.code not in ("nothing_changes", "invalid_terms"):
                raise

    return propose


def _event(random: Random, cast: Cast, lead: Lead) -> Callable[[datetime], object]:
    late, value = random.random() * 3, random.randrange(10_000)

    def viewed_page(now: datetime) -> object:
        row = ActivityRow(kind="page_view", at=max(now - timedelta(days=late), day(0)), lead_id=lead.pk)
        return log_activities([row], now=now, actor_id=None)

    def consented(now: datetime) -> object:
        state = ("granted", "withdrawn")[value % 2]
        at = max(now - timedelta(days=late), day(0))
        return record_consents([NewConsent(lead.pk, "marketing", state, at)], now=now, actor_id=None)

    def moved_country(now: datetime) -> object:
        return edit_lead(lead, {"country": ("DE", "FR", None)[value % 3]}, actor=cast.marketer, now=now)

    def grew(now: datetime) -> object:
        return edit_company(Company.objects.get(), {"employees": (40, 60)[value % 2]}, now=now)

    def moved_by_hand(now: datetime) -> object:
        stage = ("inquiry", "recycled", "inquiry", "mql")[value % 4]
        at = max(now - timedelta(days=late * (value % 2)), day(4))
        return move_stage(lead, stage, actor=cast.marketer, now=now, at=at)

    return random.choice(
        (viewed_page, viewed_page, viewed_page, consented, moved_country, moved_country, grew, moved_by_hand)
    )


def moves() -> list[tuple[int, str, datetime, int | None]]:
    rows = StageChange.objects.filter(void=None).exclude(agreement_version=None).order_by("lead", "at", "id")
    return list(rows.values_list("lead", "to", "at", "agreement_version__number"))


def work(now: datetime) -> None:
    judging.drain(now=lambda: now)
    runs.advance(now=lambda: now)


def live(events: list[Event], *, pause: int) -> list[tuple[int, str, datetime, int | None]]:
    """What was moved, if the job runs after every so many things; all of it undone again."""
    with transaction.atomic():
        for n, (moment, event) in enumerate(events):
            event(moment)
            if n % pause == 0:
                work(moment + timedelta(minutes=1))
        work(day(40))
        found = moves()
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_the_pace_of_the_job_changes_no_move(seed: int) -> None:
    random, cast = Random(seed), world.cast()
    leads = [a_lead_at(str(n), n / 2, company="Firm", country=random.choice(("DE", "FR"))) for n in range(6)]
    agreed(cast, "mql", criteria(random), day(1))
    events = history(random, cast, leads)
    prompt = live(events, pause=1)
    assert live(events, pause=6) == prompt
    assert live(events, pause=1_000) == prompt
