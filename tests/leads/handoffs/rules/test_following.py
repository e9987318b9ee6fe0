"""Before both sides sign, they are told whom a rule concerns and which rules are asked before it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alignment.agreements.kinds import Scope
from leads.handoffs import following
from leads.handoffs.following import follows
from leads.handoffs.models import ToRoute
from tests.leads.handoffs.rules.wording import agreed, changed, read, small
from tests.world import NOW, Cast, a_lead, cast, moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


CRITERIA = {"field": "lead.country", "op": "is", "value": "DE"}


def test_who_stands_in_the_stage_and_meets_it_is_counted(people: Cast) -> None:
    rule = read(changed(small(people), criteria=CRITERIA))
    assert follows(rule, Scope("large", NOW)) == [
        "No lead stands in MQL now; whoever comes there and meets this rule is offered."
    ]
    for n, country in enumerate(("DE", "DE", "FR")):
        moved(a_lead(f"m{n}", country=country), ("mql", 1))
    a_lead("inquiry", country="DE")
    assert follows(rule, Scope("large", NOW)) == ["3 leads stand in MQL now; 2 of them meet this rule."]


def test_of_very_many_a_sample_is_looked_at(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "SAMPLE", 2)
    for n in range(6):
        moved(a_lead(f"m{n}", country="DE"), ("mql", 1))
    (said,) = follows(read(changed(small(people), criteria=CRITERIA)), Scope("large", NOW))
    assert said.startswith("6 leads stand in MQL now; ")
    assert said.endswith(("meet this rule.", "from a sample)."))


def test_the_rules_asked_before_it_are_named(people: Cast) -> None:
    agreed(people, small(people), key="a")
    agreed(people, changed(small(people), from__stage="inquiry"), key="elsewhere")
    later = follows(read(changed(small(people), order=20)), Scope("b", NOW))
    assert later[1:] == ["Asked before it, so that it gets only who meets none of them: “Large companies” (place 10)."]
    alike = follows(read(small(people)), Scope("0", NOW))
    assert alike[1:] == [
        "Place 10 is also that of “Large companies” (place 10): rules of one place go by their keys; give it one of its own."
    ]
    assert follows(read(small(people)), Scope("a", NOW))[1:] == []


def test_a_rule_that_begins_has_the_leads_of_its_stage_looked_at(people: Cast) -> None:
    lead = a_lead("m")
    moved(lead, ("mql", 1))
    other = a_lead("i")
    ToRoute.objects.all().delete()
    agreed(people, small(people))
    assert set(ToRoute.objects.values_list("lead_id", flat=True)) == {lead.pk}
    ToRoute.objects.all().delete()
    agreed(people, changed(small(people), from__stage="inquiry"), now=NOW + timedelta(days=1))
    assert set(ToRoute.objects.values_list("lead_id", flat=True)) == {lead.pk, other.pk}
