"""What became of somebody's leads is the same by what is kept of where they stood as by their logs, and opens into the lists behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alignment.people.models import User
from kpis.mine import Outcome, outcomes
from kpis.recompute import drain
from kpis.reports.behind import count_behind
from kpis.reports.params import ReportParams
from leads.lifecycle.changes import NewChange, record_changes, touch
from leads.models import Lead
from tests.kpis.histories import draw_histories
from tests.kpis.reports.test_counted import NOW, asked
from tests.world import cast

pytestmark = pytest.mark.django_db

SPANS = (("2024-02-01", "2024-08-01"), ("2024-03-09", "2024-08-20"))
MINE = "kpis_cohortplace"


def read(params: ReportParams, user: User | None = None) -> tuple[Mapping[str, list[Outcome]], bool]:
    """The outcomes, and whether they came from places."""
    with CaptureQueriesContext(connection) as queries:
        found = outcomes(params, user)
    return found, any(MINE in query["sql"] for query in queries)


def test_places_say_what_the_logs_say_of_everybody_and_of_one_holder() -> None:
    cast()
    draw_histories(21, leads=120)
    drain()
    holders = {f"owner={user.label}" for user in User.objects.all()} | {"team=Sales North", "team=", "owner="}
    questions = [asked(*span, **({"where": where} if where else {})) for span in SPANS for where in ("", *holders)]
    kept = [read(params) for params in questions]
    touch([Lead.objects.earliest("pk").pk])
    logged = [read(params) for params in questions]
    assert {from_places for _found, from_places in kept} == {True}
    assert {from_places for _found, from_places in logged} == {False}
    for params, (by_places, _), (by_logs, _) in zip(questions, kept, logged, strict=True):
        assert by_places == by_logs, params.where
    assert sum(one.returned + one.lost for found, _ in kept for one in found["source"]) > 20


def test_every_number_is_as_long_as_its_list() -> None:
    cast()
    draw_histories(22, leads=60)
    drain()
    params = asked()
    first = params.stages.forward[0].key
    for cut, found in outcomes(params, None).items():
        for one in found:
            of_these = params.narrowed((cut, one.value))
            listed = [
                count_behind(of_these, None, measure=measure, stage=first)
                for measure in ("entered", "returned", "lost")
            ]
            assert listed == [one.entered, one.returned, one.lost]
            for terms, n in zip(params.stages.forward, one.reached, strict=True):
                assert count_behind(of_these, None, measure="reached", stage=terms.key) == n


def test_what_is_not_counted_yet_is_read_from_the_logs() -> None:
    people = cast()
    draw_histories(23, leads=30)
    drain()
    assert read(asked(), people.partner)[1] is False
    touch([Lead.objects.earliest("pk").pk])
    assert read(asked())[1] is False
    drain()
    assert read(asked())[1] is True
    late = NewChange(Lead.objects.earliest("pk").pk, "won", NOW + timedelta(minutes=3), "manual")
    record_changes([late], recorded_at=NOW)
    drain()
    assert read(asked())[1] is False


def test_nobody_came_in() -> None:
    cast()
    drain()
    assert outcomes(asked("2031-01-01", "2031-02-01"), None) == {"source": [], "campaign": []}
