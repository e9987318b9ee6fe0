"""A bonus hangs on what one side controls alone, or the version cannot even be saved; the refusal says who moves what."""

from __future__ import annotations

from typing import Any

import pytest

from alignment.agreements.drafts import start_draft
from alignment.refusals import Refused
from tests.kpis.agreed.agreeing import terms
from tests.world import NOW, Cast, cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def saved(people: Cast, **changes: Any) -> None:
    start_draft("kpi", "some-kpi", terms(bonus=True, **changes), author=people.marketing_lead, now=NOW)


def refusal(people: Cast, **changes: Any) -> str:
    with pytest.raises(Refused) as refused:
        saved(people, **changes)
    assert [error.code for error in refused.value.errors] == ["bonus_not_controlled"]
    return refused.value.errors[0].detail


def test_a_side_that_alone_moves_a_metric_may_have_a_bonus_on_it(people: Cast) -> None:
    saved(people, metric="leads_created", side="marketing")
    saved(people, metric="sla_accept", side="sales", targets=[{"period": "2024-02", "value": "0.9"}])
    saved(people, metric="leads_created", where={"source": "web", "campaign": "spring"}, side="marketing")


def test_what_both_sides_move_carries_no_bonus_of_either(people: Cast) -> None:
    for side, other in (("marketing", "sales"), ("sales", "marketing")):
        said = refusal(people, metric="won_revenue", side=side)
        assert "“Won revenue”" in said
        assert f"is moved by {other}" in said
        assert "commission" in said


def test_a_metric_of_the_other_side_carries_no_bonus(people: Cast) -> None:
    said = refusal(people, metric="leads_created", side="sales")
    assert "“Leads created” is moved by marketing, who decide which leads are brought in" in said
    assert "let the side that controls it answer for it: marketing" in said


def test_a_filter_of_the_other_side_breaks_the_bonus(people: Cast) -> None:
    said = refusal(people, metric="leads_created", where={"owner": "salesperson@test.example"}, side="marketing")
    assert "the filter “owner” of “Leads created” is moved by sales" in said
    for cut in ("team", "territory"):
        refusal(people, metric="leads_created", where={cut: "x"}, side="marketing")


def test_a_filter_that_nobody_controls_changes_nothing(people: Cast) -> None:
    saved(people, metric="leads_created", where={"segment": "large", "attributes.size": "9"}, side="marketing")


def test_the_controllers_of_a_ratio_are_those_of_both_parts(people: Cast) -> None:
    parts = {"over": {"metric": "won_deals"}, "under": {"metric": "leads_created"}, "metric": None}
    target = [{"period": "2024-02", "value": "0.1"}]
    assert "“Won deals”" in refusal(people, **parts, side="marketing", targets=target)


def test_the_same_kpi_without_the_bonus_is_saved(people: Cast) -> None:
    start_draft("kpi", "some-kpi", terms(metric="won_revenue", bonus=False), author=people.marketing_lead, now=NOW)
