"""Every additive figure opens into a list of exactly its length, for everybody and for a partner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from alignment.people.models import User
from alignment.refusals import Refused
from kpis.reports.behind import changes_behind, count_behind, leads_behind
from kpis.reports.params import ReportParams, read_params
from kpis.reports.registry import REPORTS
from leads.models import Lead
from tests.conftest import Lasting
from tests.kpis.histories import draw_histories
from tests.world import Cast, cast, held_by

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FUNNEL_FIGURES = ("reached", "reached_in_window", "mature_in_window", "step_n", "step_skipped")


def ask(**options: list[str]) -> ReportParams:
    return read_params({"start": ["2024-01-01"], "end": ["2025-01-01"], **options}, now=NOW)


@pytest.fixture(scope="module")
def drawn(lasting: Lasting) -> Iterator[Cast]:
    with lasting():
        people = cast()
        draw_histories(11, leads=60)
        for lead in Lead.objects.order_by("pk")[:20]:
            held_by(lead, people.partner, datetime(2024, 11, 30, tzinfo=UTC))
        yield people


@pytest.fixture
def people(drawn: Cast, db: None) -> Cast:
    return drawn


def groups(params: ReportParams, key: str, user: User) -> list[tuple[ReportParams, dict[str, Any]]]:
    """Each group of a report, with the question narrowed to it."""
    return [(params.narrowed(*group["group"].items()), group) for group in REPORTS[key].run(params, user)["groups"]]


@pytest.mark.parametrize("who", ["marketer", "partner", "outsider"])
@pytest.mark.parametrize("known_at", [[], ["2024-08-01"]])
def test_a_funnel_figure_opens_as_many_leads(people: Cast, who: str, known_at: list[str]) -> None:
    user = getattr(people, who)
    visible = set(Lead.objects.visible_to(user).values_list("pk", flat=True))
    for params, group in groups(ask(by=["source"], known_at=known_at), "funnel", user):
        for stage in group["stages"]:
            for figure in FUNNEL_FIGURES:
                found = leads_behind(params, user, measure=figure, stage=stage["stage"], limit=1000)
                assert {row.lead_id for row in found} <= visible
                if stage[figure] is not None:
                    assert (
                        len(found) == stage[figure] == count_behind(params, user, measure=figure, stage=stage["stage"])
                    )


@pytest.mark.parametrize("who", ["marketer", "partner"])
def test_a_flow_figure_opens_as_many_changes(people: Cast, who: str) -> None:
    user = getattr(people, who)
    for params, group in groups(ask(by=["owner"]), "flow", user):
        for stage in group["stages"]:
            assert len(changes_behind(params, user, entered=stage["stage"], left=None, limit=1000)) == stage["in"]
            assert len(changes_behind(params, user, entered=None, left=stage["stage"], limit=1000)) == stage["out"]
            for to, count in stage["out_to"].items():
                assert len(changes_behind(params, user, entered=to, left=stage["stage"], limit=1000)) == count


def test_pages_follow_one_another_without_gap(people: Cast) -> None:
    whole = leads_behind(ask(), people.marketer, measure="entered", stage="inquiry", limit=1000)
    paged, after = [], None
    while page := leads_behind(ask(), people.marketer, measure="entered", stage="inquiry", after=after, limit=7):
        paged += page
        after = page[-1].key
    assert paged == whole


def test_what_kaplan_meier_waits_for_opens_too(people: Cast) -> None:
    report = REPORTS["velocity"].run(ask(), people.marketer)
    for step in report["groups"][0]["steps"]:
        waiting = count_behind(ask(), people.marketer, measure="waiting", stage=step["to"])
        assert waiting == step["km_n"] - step["km_events"]


def test_an_unknown_figure_is_refused(people: Cast) -> None:
    with pytest.raises(Refused, match="not a figure"):
        leads_behind(ask(), people.marketer, measure="1; DROP TABLE", stage="inquiry")
    with pytest.raises(Refused, match="not a forward stage"):
        leads_behind(ask(), people.marketer, measure="reached", stage="lost")
