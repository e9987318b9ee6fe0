"""Whatever became of what is kept, reading every log anew leaves what the doors left: checked on logs of every shape."""

from __future__ import annotations

from random import Random

import pytest
from django.db import connection

from alignment.ranges import in_ranges
from leads.funnel.stage_sets import stage_set
from leads.lifecycle.changes import NewChange, rebuild_all, record_changes, void_changes
from leads.lifecycle.queries.unlike import unlike
from leads.models import Lead, Progress, StageChange, Stay
from tests.world import NOW, a_lead, day

pytestmark = pytest.mark.django_db

STAGES = ("inquiry", "mql", "sal", "sql", "opportunity", "won", "loyal", "lost", "recycled", "disqualified")

SPOILED = (
    "UPDATE leads_stay SET stage = 'mql' WHERE change_id % 3 = 0",
    "UPDATE leads_stay SET from_stage = 'mql' WHERE change_id % 3 = 0",
    "UPDATE leads_stay SET from_stage = NULL WHERE change_id % 3 = 0",
    "UPDATE leads_stay SET next_stage = NULL WHERE change_id % 3 = 0",
    "UPDATE leads_stay SET next_stage = 'lost' WHERE until IS NULL",
    "UPDATE leads_stay SET at = at - interval '1 second' WHERE change_id % 3 = 0",
    "UPDATE leads_stay SET until = until + interval '1 second' WHERE change_id % 3 = 0",
    "UPDATE leads_stay SET until = at WHERE until IS NULL",
    "UPDATE leads_stay SET until = NULL WHERE change_id % 3 = 0",
    "UPDATE leads_stay SET pass_number = pass_number + 1 WHERE change_id % 3 = 0",
    "UPDATE leads_stay SET pass_number = pass_number + 1",
    "UPDATE leads_stay SET lead_id = (SELECT min(id) FROM leads_lead) WHERE change_id % 3 = 0",
    "UPDATE leads_stay SET change_id = -change_id WHERE change_id % 3 = 0",
    "INSERT INTO leads_stay (change_id, lead_id, stage, at, pass_number) SELECT -id, id, 'mql', now(), 1 FROM leads_lead",
    "DELETE FROM leads_stay WHERE change_id % 3 = 0",
    "DELETE FROM leads_stay",
    "DELETE FROM leads_progress WHERE lead_id % 3 = 0",
    "INSERT INTO leads_progress (lead_id, version_id, reached, entered, pass_number)"
    " SELECT l.id, p.version_id, p.reached, p.entered, 1 FROM leads_lead l, leads_progress p WHERE l.stage IS NULL LIMIT 1",
    "UPDATE leads_progress SET reached[2] = reached[1]",
    "UPDATE leads_progress SET entered[2] = entered[1]",
    "UPDATE leads_progress SET stage_since = NULL WHERE lead_id % 3 = 0",
    "UPDATE leads_progress SET pass_number = 7 WHERE lead_id % 3 = 0",
    "UPDATE leads_progress SET version_id = version_id + 1 WHERE lead_id % 3 = 0",
    "UPDATE leads_lead SET stage = 'mql'",
    "UPDATE leads_lead SET stage = NULL",
    "UPDATE leads_lead SET segment = 'none such', owner_id = NULL",
)


def logs_of_every_shape() -> None:
    random = Random(11)
    for number in range(60):
        lead = a_lead(str(number))
        record_changes(
            [
                NewChange(
                    lead.pk, random.choice(STAGES), day(random.randint(0, 6)), random.choice(("manual", "manual", "reopen"))
                )
                for _ in range(random.randint(0, 7))
            ],
            recorded_at=NOW,
        )  # fmt: skip
    some = [pk for pk in StageChange.objects.values_list("pk", flat=True) if random.random() < 0.1]
    void_changes(some, reason="typo", now=NOW)


def kept() -> tuple[list[object], ...]:
    leads = Lead.objects.order_by("pk").values(
        "pk", "stage", "owner_id", "team_id", "campaign_id", "segment", "territory"
    )
    return (
        list(Stay.objects.order_by("pk").values()),
        list(Progress.objects.order_by("pk").values()),
        list(leads),
    )


def test_what_was_spoiled_is_as_the_doors_left_it() -> None:
    logs_of_every_shape()
    Lead.objects.create(created_at=NOW, recorded_at=NOW, source="other")
    before = kept()
    for spoiling in SPOILED:
        with connection.cursor() as cursor:
            cursor.execute(spoiling)
            assert cursor.rowcount, spoiling
        assert kept() != before, spoiling
        rebuild_all()
        assert kept() == before, spoiling


def test_leads_whose_logs_hold_nothing_odd_are_not_read_again() -> None:
    for number in range(5):
        lead = a_lead(str(number))
        record_changes([NewChange(lead.pk, to, day(at), "manual") for at, to in enumerate(STAGES, 1)], recorded_at=NOW)
        record_changes([NewChange(lead.pk, "mql", day(20), "manual")], recorded_at=NOW)
    last = Lead.objects.order_by("-pk").values_list("pk", flat=True)[0]
    repeats = unlike(1, last + 1, stage_set())
    assert len(repeats) == 5  # they come into the first stage twice
    void_changes(
        StageChange.objects.filter(to="inquiry", cause="manual").values_list("pk", flat=True), reason="typo", now=NOW
    )
    assert unlike(1, last + 1, stage_set()) == []


@pytest.mark.django_db(transaction=True)
def test_every_range_is_worked_on_once_and_what_fails_is_told() -> None:
    done: list[tuple[int, int]] = []

    def work(first: int, end: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s, %s", [first, end])
            done.append(cursor.fetchone())

    in_ranges(work, last=10, size=3)
    assert sorted(done) == [(1, 4), (4, 7), (7, 10), (10, 11)]
    with pytest.raises(ZeroDivisionError):
        in_ranges(lambda first, end: first // (end - 11), last=10, size=3)
