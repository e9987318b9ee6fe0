"""A metric's value is what its lines add up to, in every group, and the same as the report that tells the same figure."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from alignment.refusals import Refused
from kpis.metrics.behind import lines_behind
from kpis.metrics.catalogue import find
from kpis.metrics.declaring import Group
from kpis.metrics.evaluating import evaluate
from kpis.reports.flow import flow
from kpis.reports.params import ReportParams, read_params
from leads.funnel.stage_sets import stage_set
from tests.kpis.histories import draw_histories
from tests.world import NOW, a_deal, a_lead, cast, day, moved

pytestmark = pytest.mark.django_db


def ask(now: datetime = NOW, **options: Any) -> ReportParams:
    said = {"start": "2024-01-01", "end": "2024-07-01"} | options
    return read_params({name: [text] if isinstance(text, str) else text for name, text in said.items()}, now=now)


def value(key: str, group: Group = (), **options: Any) -> Decimal | None:
    return evaluate([key], ask(**options))[group][key].value


def test_nothing_is_zero_in_the_one_group() -> None:
    found = evaluate(["leads_created", "reached.mql", "entered.mql"], ask())
    assert {group: {key: one.value for key, one in values.items()} for group, values in found.items()} == {
        (): {"leads_created": 0, "reached.mql": 0, "entered.mql": 0}
    }


def test_a_cut_question_about_nothing_has_no_groups() -> None:
    assert evaluate(["leads_created"], ask(by="source")) == {}


def test_an_unknown_metric_is_refused_with_those_that_are_written_alike() -> None:
    with pytest.raises(Refused) as refused:
        find("leeds_created", stage_set())
    assert (refused.value.code, refused.value.status) == ("unknown_metric", 404)
    assert "leads_created" in refused.value.detail


def test_a_lead_that_skips_a_stage_reached_it_and_did_not_enter_it() -> None:
    cast()
    lead = a_lead("1")
    moved(lead, ("inquiry", 0), ("sal", 2))
    found = evaluate(["reached.mql", "entered.mql", "entered.sal", "left.inquiry"], ask())[()]
    assert {key: one.value for key, one in found.items()} == {
        "reached.mql": 1, "entered.mql": 0, "entered.sal": 1, "left.inquiry": 1
    }  # fmt: skip


@pytest.mark.parametrize("by", ["", "source", "month", "week", "owner", "month,source"])
def test_moves_equal_the_flow_report(by: str) -> None:
    draw_histories(3, leads=60)
    params = ask(by=by)
    report = flow(params)
    keys = [f"{word}.{stage.key}" for word in ("entered", "left") for stage in params.stages.stages]
    found = evaluate(keys, params)
    for group in report["groups"]:  # type: ignore[attr-defined]
        values = found.get(tuple(group["group"].values()), {})
        for stage in group["stages"]:
            for word, name in (("entered", "in"), ("left", "out")):
                one = values.get(f"{word}.{stage['stage']}")
                assert (one.value if one else 0) == stage[name]
    groups = {tuple(group["group"].values()) for group in report["groups"]}  # type: ignore[attr-defined]
    assert found.keys() <= groups


def test_a_deal_behind_a_figure_is_named_with_its_lead() -> None:
    cast()
    lead = a_lead("1")
    deal = a_deal(lead, amount="10", status="won", currency="EUR", closed_at=day(3))
    (line,) = lines_behind("won_revenue", ask())
    assert (line.lead_id, line.deal_id, line.value, line.at) == (lead.pk, deal.pk, Decimal(10), day(3))
    assert line.what.endswith("won")


def test_there_is_nothing_behind_a_period_that_is_to_come() -> None:
    cast()
    a_lead("1")
    assert lines_behind("leads_created", ask(start="2025-01-01", end="2025-07-01")) == []
    assert value("leads_created", start="2025-01-01", end="2025-07-01") == 0
