"""A new funnel takes effect: yesterday says what it said, today is read by the new one, before, while and after leads follow it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from alignment.agreements.models import Version
from kpis.recompute import drain, recompute_everything, recompute_touched
from kpis.reports.behind import changes_behind, count_behind, leads_behind
from kpis.reports.params import ReportParams, read_params
from kpis.reports.registry import REPORTS
from kpis.verify.run import verify
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.funnel.stage_sets import stage_set
from leads.funnel.terms import document_of
from leads.lifecycle import rebuilding
from leads.lifecycle.changes import NewChange, record_changes
from leads.models import Lead, Progress, StageChange, StageVoid
from leads.selectors.lead import facts_of
from tests import snapshot
from tests.clocks import present_is
from tests.conftest import Lasting
from tests.kpis.agreeing import agreed
from tests.kpis.histories import draw_histories
from tests.kpis.test_reports_equal_oracles import ORACLES, as_question, in_order, without_extras
from tests.world import Cast, a_lead, cast, moved

pytestmark = pytest.mark.django_db

EFFECT = datetime(2026, 1, 1, tzinfo=UTC)
BEFORE, AFTER = EFFECT - timedelta(days=1), EFFECT + timedelta(days=1)

STAGES: list[dict[str, Any]] = [
    {"key": "inquiry", "title": "Enquiry", "position": 1, "side": "marketing"},
    {"key": "mql", "counts_as": "inquiry"},
    {"key": "sal", "title": "SAL", "position": 3, "side": "sales", "requires_owner": False, "age_days": 20},
    {"key": "sql", "title": "SQL", "position": 4, "side": "sales"},
    {"key": "demo", "title": "Demo", "position": 5, "side": "sales"},
    {"key": "opportunity", "title": "Opportunity", "position": 6, "side": "sales"},
    {"key": "won", "title": "Won", "position": 7, "category": "won", "side": "sales"},
    {"key": "loyal", "title": "Loyal", "position": 8, "category": "loyal", "side": "sales"},
    {"key": "recycled", "title": "Recycled", "position": None, "category": "recycled", "side": "marketing"},
    {"key": "disqualified", "counts_as": "lost"},
    {"key": "lost", "title": "Lost", "position": None, "category": "lost", "side": "sales"},
]
"""MQL is dropped and counts as the inquiry it was, a demo comes in between, and who is disqualified is lost."""


def new_funnel(people: Cast, *, at: datetime = EFFECT, signed_at: datetime | None = None) -> Version:
    return agreed(people, "funnel", {"stages": STAGES}, at=at, signed_at=signed_at)


def ask(now: datetime, **options: list[str]) -> ReportParams:
    return read_params({"start": ["2024-01-01"], "end": ["2026-02-01"], **options}, now=now)


def answers(as_of: datetime, *, now: datetime) -> dict[str, Any]:
    """Every report as of an instant, some of them cut, but for when it was computed."""
    told = {}
    for key, report in REPORTS.items():
        for by in ([], ["source"], ["owner", "month"]):
            if report.cuts or not by:
                document = report.run(ask(now, as_of=[as_of.isoformat()], by=by), None)
                told[f"{key} {by}"] = {k: v for k, v in document.items() if k not in ("computed_at", "known_at")}
    return told


def equal_the_oracle(params: ReportParams, stages: int) -> None:
    world, expected_by = snapshot.world(), snapshot.as_oracle(stage_set(number=stages))
    for key, oracle in ORACLES.items():
        expected = in_order(oracle(world, expected_by, as_question(params))["groups"])
        found = in_order(REPORTS[key].run(params, None)["groups"])
        assert [without_extras(mine, theirs) for mine, theirs in zip(found, expected, strict=True)] == [
            without_extras(theirs, theirs) for theirs in expected
        ]


@pytest.fixture(scope="module")
def drawn(lasting: Lasting) -> Iterator[Cast]:
    with lasting(), pytest.MonkeyPatch.context() as clock:
        present_is(BEFORE, clock)
        people = cast()
        draw_histories(3, leads=40)
        drain()
        clock.undo()
        yield people


@pytest.fixture
def people(drawn: Cast, db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Awkward histories until the day before."""
    present_is(BEFORE, monkeypatch)
    return drawn


def test_yesterday_says_what_it_said_before_while_and_after_leads_follow(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = answers(BEFORE, now=BEFORE)
    assert {document["funnel_version"] for document in told.values()} == {1}
    new_funnel(people)
    present_is(AFTER, monkeypatch)
    assert answers(BEFORE, now=AFTER) == told
    assert rebuilding.rebuild_batch(batch=15) == 15
    assert (rebuilding.leads_behind(), answers(BEFORE, now=AFTER)) == (rebuilding.leads_kept() - 15, told)
    drain()
    assert (rebuilding.leads_behind(), answers(BEFORE, now=AFTER)) == (0, told)
    recompute_everything(now=AFTER)
    assert answers(BEFORE, now=AFTER) == told


def test_yesterday_says_what_it_said_after_a_deal_of_then_is_edited(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = Lead.objects.filter(merged_into=None).order_by("pk")[0]
    closed_at = BEFORE - timedelta(days=9)
    deal = DealRow(
        lead_id=lead.pk, system="t", external_id="d", status="won", amount=Decimal(1000),
        opened_at=closed_at - timedelta(days=9), closed_at=closed_at,
    )  # fmt: skip
    save_deals([deal], now=BEFORE, actor_id=None)
    drain()
    told = answers(BEFORE, now=BEFORE)
    renamed = [{**stage, "key": "closed"} if stage["key"] == "won" else stage for stage in STAGES]
    agreed(people, "funnel", {"stages": [*renamed, {"key": "won", "counts_as": "closed"}]}, at=EFFECT)
    present_is(AFTER, monkeypatch)
    assert save_deals([deal._replace(attributes={"edited": "yes"})], now=AFTER, actor_id=None)[0].status == "updated"
    drain()
    assert answers(BEFORE, now=AFTER) == told
    assert not StageVoid.objects.filter(change__deal__external_id="d").exists()


def test_today_is_read_by_the_new_funnel_before_while_and_after_leads_follow(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_funnel(people)
    recompute_touched(now=BEFORE)
    present_is(AFTER, monkeypatch)
    before = answers(AFTER, now=AFTER)
    assert {document["funnel_version"] for document in before.values()} == {2}
    equal_the_oracle(ask(AFTER), 2)
    rebuilding.rebuild_batch(batch=15)
    assert answers(AFTER, now=AFTER) == before
    drain()
    assert answers(AFTER, now=AFTER) == before
    equal_the_oracle(ask(AFTER, by=["source"]), 2)
    equal_the_oracle(ask(AFTER, by=["source"], as_of=[BEFORE.isoformat()]), 1)


def test_the_version_in_force_at_the_very_instant_is_the_new_one(people: Cast) -> None:
    new_funnel(people)
    tick = timedelta(microseconds=1)
    assert [ask(AFTER, as_of=[at.isoformat()]).stages.number for at in (EFFECT - tick, EFFECT)] == [1, 2]


def test_every_figure_opens_its_list_by_the_version_of_the_question(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_funnel(people)
    present_is(AFTER, monkeypatch)
    for _ in range(2):
        for params in (ask(AFTER, as_of=[BEFORE.isoformat()]), ask(AFTER)):
            group = REPORTS["funnel"].run(params, people.marketer)["groups"][0]
            for stage in group["stages"]:
                for measure in ("reached", "mature_in_window"):
                    size = count_behind(params, people.marketer, measure=measure, stage=stage["stage"])
                    assert size == stage[measure]
                found = leads_behind(params, people.marketer, measure="reached", stage=stage["stage"], limit=1_000)
                assert len(found) == stage["reached"]
            for stage in REPORTS["flow"].run(params, people.marketer)["groups"][0]["stages"]:
                behind = changes_behind(params, people.marketer, entered=stage["stage"], left=None, limit=1_000)
                assert len(behind) == stage["in"]
        drain()


def test_leads_follow_into_what_their_stages_count_as(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    lead, other = a_lead("mine"), a_lead("other")
    moved(lead, ("mql", 1))
    moved(other, ("mql", 1), ("disqualified", 2))
    new_funnel(people, signed_at=BEFORE)
    drain()
    assert _stages(lead, other) == ["mql", "disqualified"]
    present_is(AFTER, monkeypatch)
    drain()
    assert _stages(lead, other) == ["inquiry", "lost"]
    assert [step.terms.key for step in facts_of(Lead.objects.get(pk=lead.pk), stage_set()).path][:3] == [
        "inquiry",
        "sal",
        "sql",
    ]
    found = verify()
    assert (found.differences, found.examples, found.waiting) == (0, [], 0)


def _stages(*leads: Lead) -> list[str | None]:
    return [Lead.objects.get(pk=lead.pk).stage_id for lead in leads]


def test_a_move_is_stamped_with_the_version_in_force_when_it_was_made(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = a_lead("mine")
    moved(lead, ("sql", 1))
    new_funnel(people)
    present_is(AFTER, monkeypatch)
    record_changes([NewChange(lead.pk, "demo", AFTER, "manual")], recorded_at=AFTER)
    rows = StageChange.objects.filter(lead=lead).order_by("at").values_list("to", "version__number")
    assert list(rows) == [("inquiry", 1), ("sql", 1), ("demo", 2)]
    kept = Progress.objects.get(lead=lead)
    assert (kept.version.number, len(kept.reached), kept.reached[3:5]) == (2, 7, [AFTER, None])
    assert rebuilding.leads_behind() == rebuilding.leads_kept() - 1


def test_late_facts_are_judged_by_the_version_in_force_when_judged(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = a_lead("mine", created_at=BEFORE - timedelta(days=30))
    before = ask(AFTER, as_of=[BEFORE.isoformat()])
    reached = count_behind(before, None, measure="reached", stage="sql")
    new_funnel(people)
    present_is(AFTER, monkeypatch)
    late = BEFORE - timedelta(days=9)
    record_changes([NewChange(lead.pk, "sql", late, "manual")], recorded_at=AFTER)
    assert StageChange.objects.get(lead=lead, to="sql").version.number == 2
    assert count_behind(ask(AFTER, as_of=[BEFORE.isoformat()]), None, measure="reached", stage="sql") == reached + 1
    known = ask(AFTER, as_of=[BEFORE.isoformat()], known_at=[BEFORE.isoformat()])
    assert count_behind(known, None, measure="reached", stage="sql") == reached


def test_a_stage_that_a_version_does_not_know_yet_is_nowhere_in_it(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = a_lead("mine")
    new_funnel(people)
    present_is(AFTER, monkeypatch)
    told = answers(BEFORE, now=AFTER)
    record_changes([NewChange(lead.pk, "demo", BEFORE, "manual")], recorded_at=AFTER)
    assert answers(BEFORE, now=AFTER)["funnel []"] == told["funnel []"]
    drain()
    assert verify().differences == 0


def test_new_titles_alone_are_read_by_the_new_version_and_change_no_leak(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = [{**stage, "title": f"{stage['title']}!"} for stage in document_of(stage_set().stages)["stages"]]
    told = REPORTS["leakage"].run(ask(BEFORE), None)["flags"]
    agreed(people, "funnel", {"stages": default}, at=EFFECT)
    present_is(AFTER, monkeypatch)
    drain()
    assert REPORTS["leakage"].run(ask(AFTER, as_of=[BEFORE.isoformat()]), None)["flags"] == told
    assert REPORTS["funnel"].run(ask(AFTER), None)["groups"][0]["stages"][1]["title"] == "MQL!"
    assert verify().differences == 0
