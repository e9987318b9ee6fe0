"""Figures of handoffs say of which leads they are, and tell partners nothing of definitions."""

from __future__ import annotations

from typing import Any

import pytest

from alignment.people.models import User
from alignment.refusals import Refused
from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from leads.handoffs.deciding import accept, reject
from tests.clocks import present_is
from tests.kpis.pages.test_lists_behind_figures import read, signed_in
from tests.leads.handoffs.handing import agreed, an_mql, offered
from tests.world import Cast, cast, day

pytestmark = pytest.mark.django_db

PERIOD = {"start": "2024-01-01", "end": "2024-02-01"}
OF_NOW = "of the leads that your team holds or is offered now"


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Cast:
    present_is(day(60), monkeypatch)
    people = cast()
    rule = agreed(people, expire_after=None)
    for number in range(3):
        handoff = offered(an_mql(f"lead-{number}"), rule, people.partner, when=day(1))
        if number:
            reject(handoff.pk, by=people.partner, reason="no-fit", note="Too small.", now=day(2))
        else:
            accept(handoff.pk, by=people.partner, now=day(2))
    return people


def answer(key: str, user: User | None, **options: str) -> dict[str, Any]:
    asked = {name: [value] for name, value in {**PERIOD, **options}.items()}
    return REPORTS[key].run(read_params(asked, now=day(60)), user)


@pytest.mark.parametrize("key", ["sla", "acceptance", "gap"])
def test_a_partner_is_told_of_which_leads_the_figures_are(people: Cast, key: str) -> None:
    assert answer(key, people.partner)["sight"] == OF_NOW
    assert OF_NOW in read(signed_in(people.partner), f"/reports/{key}/?start=2024-01-01&end=2024-02-01")
    for user in (None, people.marketer, people.manager):
        assert answer(key, user)["sight"] is None
    assert OF_NOW not in read(signed_in(people.marketer), f"/reports/{key}/?start=2024-01-01&end=2024-02-01")


def test_what_a_partner_turned_down_is_not_in_its_figures_and_that_is_why(people: Cast) -> None:
    [seen], [whole] = answer("acceptance", people.partner)["groups"], answer("acceptance", None)["groups"]
    assert (seen["accepted"], seen["rejected"]) == (1, 0)
    assert (whole["accepted"], whole["rejected"]) == (1, 2)


def test_partners_are_told_nothing_of_definitions(people: Cast) -> None:
    assert answer("gap", people.partner)["by"] == ["rule"]
    assert answer("gap", people.marketer)["by"] == ["definition", "rule"]
    for options in ({"by": "definition"}, {"where": "definition=mql v1"}):
        for key in ("gap", "sla", "acceptance", "funnel", "flow", "velocity"):
            with pytest.raises(Refused, match="between marketing and sales"):
                answer(key, people.partner, **options)
            answer(key, people.manager, **options)
    behind = "/reports/gap/behind/?start=2024-01-01&end=2024-02-01&measure=offered"
    assert ">Definition<" not in read(signed_in(people.partner), behind)
    assert ">Definition<" in read(signed_in(people.marketer), behind)
