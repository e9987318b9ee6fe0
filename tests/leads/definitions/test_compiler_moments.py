"""At which instant did a lead first meet a definition, and when may time alone change the answer?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from psycopg2 import sql

from leads.definitions.compiling.activities import BACKTEST
from leads.definitions.compiling.statements import Statement
from leads.definitions.models import FieldsPast
from leads.definitions.queries.first_moments import first_moments
from leads.privacy.models import Consent
from leads.records.models import Lead
from tests.leads.definitions.asking import Document, definition, field, first_moment, run
from tests.leads.definitions.laying import happened, imported, lead_known
from tests.world import a_lead, day

pytestmark = pytest.mark.django_db

SINCE, UNTIL = day(10), day(100)
TICK = timedelta(microseconds=1)
TWO_FORMS: Document = {"activity": {"kinds": ["form"]}, "count": 2, "within_days": 30}
QUIET: Document = {"activity": {"kinds": ["form"]}, "op": "at_most", "count": 0, "within_days": 30}


@pytest.fixture
def lead() -> Lead:
    FieldsPast.objects.all().delete()
    lead = lead_known("one")
    FieldsPast.objects.all().delete()
    return lead


def first(criteria: Document, lead: Lead, **scores: Document) -> tuple[datetime | None, datetime | None]:
    return first_moment(definition(criteria, **scores), lead, SINCE, UNTIL)


def test_it_is_the_moment_of_the_activity_that_completed_the_count(lead: Lead) -> None:
    for days in (5, 20, 40, 45):
        happened(lead, "form", day(days))
    assert first(TWO_FORMS, lead) == (day(20), None)
    assert first({"activity": {"kinds": ["form"]}, "count": 4}, lead) == (day(45), None)
    assert first({"activity": {"kinds": ["form"]}, "count": 5}, lead) == (None, None)


def test_what_held_from_the_start_held_at_the_start(lead: Lead) -> None:
    happened(lead, "form", day(5))
    assert first({"activity": {"kinds": ["form"]}}, lead) == (SINCE, None)


def test_a_late_fact_counts_from_its_recording_but_in_a_backtest_an_imported_one_from_its_own_moment(
    lead: Lead,
) -> None:
    imported(happened(lead, "form", day(20), recorded_at=day(60)), 7)
    asked = definition({"activity": {"kinds": ["form"]}})
    assert first_moment(asked, lead, SINCE, UNTIL)[0] == day(60)
    since = Statement(
        sql.SQL("SELECT %(l)s::bigint AS lead_id, %(s)s::timestamptz AS since"), {"l": lead.pk, "s": SINCE}
    )
    assert [row[1] for row in run(first_moments(asked, since, UNTIL, knowledge=BACKTEST))] == [day(20)]


def test_an_activity_known_only_when_its_window_had_passed_never_counted(lead: Lead) -> None:
    happened(lead, "form", day(11), recorded_at=day(41))
    assert first({"activity": {"kinds": ["form"]}, "within_days": 30}, lead)[0] is None
    happened(lead, "form", day(11) + TICK, recorded_at=day(41))
    assert first({"activity": {"kinds": ["form"]}, "within_days": 30}, lead)[0] == day(41)


def test_a_window_that_empties_lets_it_hold_at_that_instant(lead: Lead) -> None:
    happened(lead, "form", day(5))
    assert first(QUIET, lead) == (day(35), None)
    assert first({"not": {"activity": {"kinds": ["form"]}, "within_days": 30}}, lead) == (day(35), None)


def test_when_to_look_again_is_when_a_window_empties_after_the_end(lead: Lead) -> None:
    for days in (5, 34, 60, 85):
        happened(lead, "form", day(days))
    assert first(QUIET, lead) == (None, day(115))
    assert first(TWO_FORMS, lead) == (day(34), None)
    assert first({"all": [TWO_FORMS, field("lead.segment", "known")]}, lead) == (None, None)


def test_nothing_is_found_before_the_lead_was_known(lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(recorded_at=day(50))
    assert first({"not": field("lead.segment", "known")}, lead)[0] == day(50)
    Lead.objects.filter(pk=lead.pk).update(recorded_at=day(101))
    assert first({"not": field("lead.segment", "known")}, lead)[0] is None


def test_a_field_is_what_it_was_at_each_moment(lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(country="France")
    FieldsPast.objects.all().delete()
    past_of(lead, day(30), country="Germany")
    past_of(lead, day(20), country="Spain")
    assert first(field("lead.country", "is", "spain"), lead)[0] == SINCE
    assert first(field("lead.country", "is", "germany"), lead)[0] == day(20)
    assert first(field("lead.country", "is", "france"), lead)[0] == day(30)
    assert first(field("lead.attributes.plan", "is", "pro"), lead)[0] == SINCE


def past_of(lead: Lead, until: datetime, **fields: object) -> None:
    """Before `until`, the lead's fields were these."""
    values = {
        "source": None, "company_id": None, "campaign_id": None, "created_at": lead.created_at.isoformat(),
        "attributes": {"plan": "pro"}, **fields,
    }  # fmt: skip
    FieldsPast.objects.create(lead=lead, until=until, values=values)


def test_a_company_is_the_one_the_lead_had_then_as_it_was_then(lead: Lead) -> None:
    now, before = (a_lead(name, company=name).company for name in ("Now", "Before"))
    assert now is not None
    assert before is not None
    Lead.objects.filter(pk=lead.pk).update(company=now)
    FieldsPast.objects.all().delete()
    past_of(lead, day(30), company_id=before.pk)
    FieldsPast.objects.create(
        company=before, until=day(20), values={"name": "Before", "employees": 50, "attributes": {}}
    )
    FieldsPast.objects.create(company=now, until=day(40), values={"name": "Then", "employees": 7, "attributes": {}})
    assert first(field("company.employees", "is", 50), lead)[0] == SINCE
    assert first({"not": field("company.employees", "known")}, lead)[0] == day(20)
    assert first(field("company.employees", "is", 7), lead)[0] == day(30)
    assert first(field("company.name", "is", "now"), lead)[0] == day(40)


def test_consent_counts_from_when_it_was_known(lead: Lead) -> None:
    Consent.objects.create(lead=lead, purpose="marketing", state="granted", at=day(20), recorded_at=day(30))
    assert first({"consent": "marketing", "op": "granted"}, lead)[0] == day(30)


def test_a_moment_kept_in_a_field_falls_out_of_its_window(lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(created_at=day(0))
    young = field("lead.created_at", "within_days", 30)
    assert first(young, lead)[0] == SINCE
    assert first({"not": young}, lead)[0] == day(30)


def test_a_score_rises_with_what_comes_and_fades_between(lead: Lead) -> None:
    rule: Document = {"activity": {"kinds": ["form"]}, "points": 10, "half_life_days": 7.0}
    for days in (20, 27, 34):
        happened(lead, "form", day(days))
    asked: Document = {"score": "engagement", "value": 15}
    assert first(asked, lead, engagement={"rules": [rule]})[0] == day(27)
    assert first({**asked, "value": 17.5}, lead, engagement={"rules": [rule]})[0] == day(34)
    assert first({**asked, "value": 17.51}, lead, engagement={"rules": [rule]})[0] is None


def test_points_that_leave_their_window_raise_a_score_that_they_lowered(lead: Lead) -> None:
    happened(lead, "form", day(5))
    rule: Document = {"activity": {"kinds": ["form"]}, "points": -5, "within_days": 30}
    assert first({"score": "engagement", "value": 0}, lead, engagement={"rules": [rule]})[0] == day(35)
