"""What cells answer is what progress answers: every cut, start stage and span; and they go on answering while leads wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alignment.people.models import Organisation, User
from kpis.queries.cells import BY_MONTH
from kpis.recompute import drain
from kpis.reports.counted import counted_funnel
from kpis.reports.funnel import funnel
from kpis.reports.params import ReportParams, read_params
from kpis.reports.percentiles import NOTHING
from kpis.reports.queries.funnel import GroupFigures, read_entered
from kpis.reports.sizes import sizes
from leads.lifecycle.changes import NewChange, record_changes, touch
from leads.models import Lead
from tests.kpis.histories import draw_histories
from tests.world import a_lead, cast, moved

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 8, 20, 13, 30, tzinfo=UTC)


def asked(start: str = "2024-02-01", end: str = "2024-08-01", **more: str) -> ReportParams:
    return read_params({"start": [start], "end": [end], **{key: [value] for key, value in more.items()}}, now=NOW)


def counts(figures: list[GroupFigures]) -> list[GroupFigures]:
    """Without times, sorted."""
    bare = [
        replace(
            group, stages=tuple(replace(stage, from_start=NOTHING, step_n=None, step=NOTHING) for stage in group.stages)
        )
        for group in figures
    ]
    return sorted(bare, key=lambda group: repr(group.group))


def hold_equal(params: ReportParams) -> list[GroupFigures]:
    counted = counted_funnel(params, None)
    assert counted is not None
    assert counts(counted) == counts(read_entered(params, None)), params
    return counted


def test_every_cut_start_stage_and_span_is_answered_as_progress_does() -> None:
    cast()
    draw_histories(5, leads=120)
    drain()
    spans = [
        ("2024-02-01", "2024-10-01"),
        ("2024-07-03", "2024-08-09"),
        ("2024-07-22", "2024-07-23"),
        ("2024-05-05", "2024-05-05"),
    ]
    found = 0
    for start, end in spans:
        for by in ("", "month", "week", "month,source", "owner,month", *BY_MONTH):
            for stage in ("inquiry", "sal", "won"):
                found += len(hold_equal(asked(start, end, by=by, start_stage=stage)))
    assert found > 100


def test_of_one_value_of_a_cut() -> None:
    cast()
    draw_histories(6, leads=80)
    drain()
    for cut in BY_MONTH:
        for group in counted_funnel(asked(by=cut), None) or []:
            value = f"{cut}={group.group[0] or ''}"
            for by in ("", "month", cut):
                hold_equal(asked(where=value, by=by))


def test_days_are_those_of_the_reporting_zone() -> None:
    cast()
    Organisation.objects.update(timezone="America/Sao_Paulo")
    draw_histories(7, leads=60)
    drain()
    hold_equal(asked(by="month"))
    hold_equal(asked("2024-03-09", "2024-07-02", by="owner"))


def test_other_questions_are_not_answered() -> None:
    cast()
    draw_histories(8, leads=5)
    drain()
    partner = User.objects.filter(team__side="partner").first()
    assert counted_funnel(asked(), partner) is None
    others = (
        {"by": "week,source"},
        {"by": "owner,source"},
        {"by": "system"}, {"window_days": "30"}, {"as_of": "2024-06-01"}, {"known_at": "2024-06-01"},
        {"timezone": "Asia/Tokyo"}, {"start": "2024-02-01T05:00:00Z"}, {"system": "crm"}, {"where": "source=web", "by": "week"},
        {"where": "source=web", "by": "owner"},
    )  # fmt: skip
    assert [counted_funnel(asked(**other), None) for other in others] == [None] * len(others)


def test_while_leads_wait_the_answer_is_as_of_the_last_counting() -> None:
    cast()
    draw_histories(9, leads=40)
    drain()
    before = counted_funnel(asked(by="month"), None)
    moved(Lead.objects.earliest("pk"), ("won", 60))
    assert counted_funnel(asked(by="month"), None) == before
    drain()
    hold_equal(asked(by="month"))


def test_a_change_dated_later_is_in_the_report_when_its_time_has_come() -> None:
    cast()
    lead = a_lead("early", created_at=datetime(2024, 5, 5, tzinfo=UTC))
    drain()
    before = funnel(asked(by="month"), None)
    record_changes([NewChange(lead.pk, "won", NOW + timedelta(minutes=3), "manual")], recorded_at=NOW)
    drain()
    assert funnel(asked(by="month"), None) == before
    assert counts(counted_funnel(asked(by="month"), None) or []) != counts(read_entered(asked(by="month"), None))


def test_while_nobody_waits_only_times_are_read_from_progress_and_say_the_same() -> None:
    cast()
    draw_histories(7, leads=60)
    drain()
    questions = [
        asked(), asked(by="month"), asked(by="week", start_stage="mql"), asked(by="owner", start_stage="sal"),
        asked(by="month,source"),
    ]  # fmt: skip
    with CaptureQueriesContext(connection) as at_rest:
        told = [funnel(question, None) for question in questions]
    touch([Lead.objects.earliest("pk").pk])
    with CaptureQueriesContext(connection) as waiting:
        assert [funnel(question, None) for question in questions] == told
    looks = [sum("JOIN leads_lead l ON" in query["sql"] for query in queries) for queries in (at_rest, waiting)]
    assert looks[1] - looks[0] == 2 * len(questions)
    assert [sum("timestamp_send" in query["sql"] for query in queries) for queries in (at_rest, waiting)] == [5, 5]


def test_arrivals_are_told_without_a_look_at_progress() -> None:
    cast()
    draw_histories(5, leads=80)
    drain()
    with CaptureQueriesContext(connection) as queries:
        found = sizes(asked(by="month"), None)
    assert not any("leads_progress p" in query["sql"] for query in queries)
    assert sum(found.values()) > 20
    by_source = {figures.group[0]: figures.entered for figures in read_entered(asked(by="source"), None)}
    two_cuts = read_params({"start": ["2024-02-01"], "end": ["2024-08-01"], "by": ["source", "month"]}, now=NOW)
    assert sizes(two_cuts, None) == by_source
    assert len(by_source) > 1


def test_a_thousand_moves_read_no_cell_of_another_lead(settings: object) -> None:
    """By difference: what is written hangs on the leads that moved, not on how many there are."""
    cast()
    draw_histories(10, leads=200)
    drain()
    few = list(Lead.objects.order_by("pk").values_list("pk", flat=True)[:3])
    touch(few)
    with CaptureQueriesContext(connection) as queries:
        record_changes([NewChange(pk, "sql", NOW - timedelta(days=30), "manual") for pk in few], recorded_at=NOW)
        drain()
    counting = [query["sql"] for query in queries if "kpis_funnelcell" in query["sql"]]
    assert len(counting) <= 2
    hold_equal(asked(by="source"))


def test_of_one_month_or_week_the_same_is_said() -> None:
    cast()
    draw_histories(7, leads=60)
    drain()
    questions = [
        asked(where="month=2024-05"), asked(where="month=2024-05", by="month"), asked(where="week=2024-W19", by="source"),
    ]  # fmt: skip
    told = [funnel(question, None) for question in questions]
    assert all(any(group["entered"] for group in document["groups"]) for document in told)  # type: ignore[attr-defined]
    touch([Lead.objects.earliest("pk").pk])
    assert [funnel(question, None) for question in questions] == told
