"""Whom should a salesperson act on first, and what does one tap log?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from kpis.acting import Facts, judge, next_people
from leads.funnel.stage_sets import StageTerms
from leads.models import Activity, Lead, Note
from tests.kpis.pages.test_lists_behind_figures import signed_in
from tests.world import NOW, Cast, a_lead, day, did, held_by, moved

SAL = StageTerms("sal", "SAL", 3, "open", "sales", requires_owner=True)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (Facts(SAL, NOW - timedelta(days=9), None, None, None), "new"),
        (Facts(SAL, NOW - timedelta(days=9), NOW - timedelta(days=2), None, None), None),
        (Facts(SAL, NOW - timedelta(days=9), NOW - timedelta(days=20), None, None), "new"),
        (Facts(SAL, NOW - timedelta(days=9), NOW - timedelta(hours=1), None, None, ("stalled",)), None),
        (Facts(SAL, NOW - timedelta(days=9), NOW - timedelta(hours=2), NOW - timedelta(hours=1), None), "answered"),
        (Facts(SAL, NOW - timedelta(days=9), NOW - timedelta(hours=1), NOW - timedelta(hours=2), None), None),
        (Facts(SAL, NOW - timedelta(days=9), NOW - timedelta(days=5), None, NOW - timedelta(days=1)), "warm"),
        (Facts(SAL, NOW - timedelta(days=9), NOW - timedelta(days=5), None, NOW - timedelta(days=4)), None),
        (Facts(SAL, NOW - timedelta(days=90), NOW - timedelta(days=50), None, None, ("stalled",)), "stalled"),
    ],
)
def test_the_most_urgent_reason_is_given(facts: Facts, code: str | None) -> None:
    reason = judge(facts, now=NOW)
    assert (reason.code if reason else None) == code


def test_who_answered_stands_first_then_who_is_new_then_what_leaks(people: Cast) -> None:
    lead = a_lead("fresh", created_at=day(333), full_name="Fred Fresh", stage="sal")
    held_by(lead, people.salesperson, day(333))
    found = [(one.lead.name, one.reason.code) for one in next_people(people.salesperson, now=NOW, limit=10)]
    assert found == [
        ("Wanda Worked 3", "answered"),
        ("Fred Fresh", "new"),
        ("Wanda Worked 0", "stalled"),
        ("Wanda Worked 1", "stalled"),
        ("Wanda Worked 2", "stalled"),
    ]


def test_a_partner_sees_the_leads_of_the_partner(people: Cast) -> None:
    assert [one.lead.name for one in next_people(people.partner, now=NOW, limit=10)] == ["Paola Partnerlead"]
    assert next_people(people.other_partner, now=NOW, limit=10) == []


def tap(client: Client, lead: Lead, **fields: str) -> int:
    return client.post(f"/now/{lead.pk}/", fields).status_code


def test_one_tap_logs_the_call_and_keeps_the_note(people: Cast) -> None:
    lead, client = Lead.objects.get(external_id="worked-0"), signed_in(people.salesperson)
    assert tap(client, lead, outcome="reached", note="Calls back on Monday", draft="d-1") == 302
    logged = Activity.objects.filter(lead=lead).latest("id")
    assert (logged.kind, logged.outcome, logged.by, logged.typed_in) == ("call", "Reached", people.salesperson, True)
    assert [note.body for note in Note.objects.filter(lead=lead)] == ["Calls back on Monday"]


def test_a_draft_sent_twice_is_logged_once(people: Cast) -> None:
    lead, client = Lead.objects.get(external_id="worked-0"), signed_in(people.salesperson)
    before = Activity.objects.filter(lead=lead).count()
    for _time in range(2):
        assert tap(client, lead, outcome="no-answer", note="Try again", draft="d-2") == 302
    assert Activity.objects.filter(lead=lead).count() == before + 1
    assert Note.objects.filter(lead=lead).count() == 1


def test_a_wrong_number_is_no_longer_offered(people: Cast) -> None:
    lead = Lead.objects.get(external_id="worked-0")
    tap(signed_in(people.salesperson), lead, outcome="wrong-number")
    lead.refresh_from_db()
    assert lead.phone_usable is False


def test_who_may_not_write_or_see_is_refused(people: Cast) -> None:
    lead = Lead.objects.get(external_id="worked-0")
    assert tap(signed_in(people.manager), lead, outcome="reached") == 403
    assert tap(signed_in(people.partner), lead, outcome="reached") == 404
    assert tap(signed_in(people.salesperson), lead, outcome="dance") == 404


def test_did_is_in_the_log_of_the_lead(people: Cast) -> None:
    lead = Lead.objects.get(external_id="worked-1")
    did(lead, "email_reply", 334.5)
    first = next_people(people.salesperson, now=NOW, limit=1)[0]
    assert (first.lead.pk, first.reason.code) == (lead.pk, "answered")


def test_a_lead_that_went_on_is_not_new_again(people: Cast) -> None:
    lead = a_lead("on", created_at=day(320), full_name="Olga On", stage="sal")
    held_by(lead, people.salesperson, day(320))
    did(lead, "call", 322, by=people.salesperson.label)
    moved(lead, ("sql", 334))
    assert "Olga On" not in [one.lead.name for one in next_people(people.salesperson, now=NOW, limit=10)]


def test_where_the_page_was_the_inbox_is_and_shows_the_same(people: Cast) -> None:
    answer = signed_in(people.salesperson).get("/now/", follow=True)
    assert answer.redirect_chain[-1][0] == "/inbox/"
    assert "They answered" in answer.content.decode()
    assert "Your leads who need you" in answer.content.decode()
