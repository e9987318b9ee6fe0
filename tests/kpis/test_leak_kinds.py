"""When does each kind of leak open and close? Exact tables, in days after TIME_ZERO; a lead comes in on day 0 as an inquiry."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from alignment.agreements.laying_in import lay_in
from alignment.people.persons import change_person
from kpis.models import Leak
from kpis.recompute import recompute_touched
from leads.funnel.models import Stage
from leads.lifecycle.changes import NewValue, record_values
from leads.models import Lead
from leads.privacy.consents import NewConsent, record_consents
from tests.world import NOW, TIME_ZERO, Cast, a_lead, cast, day, did, held_by, moved

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
Span = tuple[float, float | None]


@pytest.fixture
def people() -> Cast:
    return cast()


def days_after(moment: datetime | None) -> float | None:
    return None if moment is None else round((moment - TIME_ZERO) / DAY, 6)


def spans(lead: Lead, kind: str) -> list[Span]:
    """All leaks of that kind, as (since, until)."""
    recompute_touched(now=NOW)
    rows = Leak.objects.filter(lead=lead, kind=kind).order_by("since").values_list("since", "until")
    return [(days_after(since) or 0.0, days_after(until)) for since, until in rows]


def details(lead: Lead, kind: str) -> list[tuple[int, str, str, int]]:
    recompute_touched(now=NOW)
    rows = Leak.objects.filter(lead=lead, kind=kind).order_by("since")
    return list(rows.values_list("pass_number", "side", "stage", "limit_seconds"))


def consented(lead: Lead, state: str, days: float) -> None:
    record_consents([NewConsent(lead.pk, "marketing", state, day(days))], now=NOW, actor_id=None)


def usable(lead: Lead, field: str, text: str, days: float) -> None:
    record_values([NewValue(lead.pk, field, day(days), text=text)], recorded_at=NOW)


# stalled


def test_an_open_stage_stalls_at_its_age_though_nothing_happens() -> None:
    lead = a_lead()
    assert spans(lead, "stalled") == [(30, None)]
    assert details(lead, "stalled") == [(1, "marketing", "inquiry", 30 * 86_400)]


def test_a_touch_puts_it_off_until_the_quiet_time_is_over() -> None:
    lead = a_lead()
    did(lead, "newsletter", 20)
    assert spans(lead, "stalled") == [(34, None)]


def test_a_touch_closes_it_and_the_next_quiet_time_opens_another() -> None:
    lead = a_lead()
    did(lead, "newsletter", 31)
    assert spans(lead, "stalled") == [(30, 31), (45, None)]


def test_a_touch_at_the_very_instant_of_opening_comes_in_time() -> None:
    lead = a_lead()
    did(lead, "newsletter", 30)
    assert spans(lead, "stalled") == [(44, None)]


def test_an_early_touch_does_not_put_off_the_age() -> None:
    lead = a_lead()
    did(lead, "newsletter", 16)
    assert spans(lead, "stalled") == [(30, None)]


def test_only_the_side_of_the_stage_and_replies_count() -> None:
    lead = a_lead()
    moved(lead, ("sal", 1))
    did(lead, "newsletter", 25)
    did(lead, "page_view", 26)
    did(lead, "note", 27)
    assert spans(lead, "stalled") == [(31, None)]
    did(lead, "call", 25)
    assert spans(lead, "stalled") == [(39, None)]
    did(lead, "email_reply", 28)
    assert spans(lead, "stalled") == [(42, None)]


def test_a_touch_before_the_stay_counts() -> None:
    Stage.objects.filter(key="sal").update(age=DAY, quiet=10 * DAY)
    lead = a_lead()
    did(lead, "call", 9)
    moved(lead, ("sal", 10))
    assert spans(lead, "stalled") == [(19, None)]
    assert details(lead, "stalled") == [(1, "sales", "sal", 86_400)]


def test_each_stay_has_its_own_age_and_leaving_closes_the_leak() -> None:
    lead = a_lead()
    moved(lead, ("mql", 35), ("sal", 40))
    assert spans(lead, "stalled") == [(30, 35), (70, None)]


def test_leaving_at_the_very_instant_of_opening_comes_in_time() -> None:
    lead = a_lead()
    moved(lead, ("mql", 30))
    assert spans(lead, "stalled") == [(60, None)]


def test_customers_and_leads_off_the_path_never_stall() -> None:
    for stage in ("won", "loyal", "recycled", "lost", "disqualified"):
        lead = a_lead()
        moved(lead, (stage, 1))
        assert spans(lead, "stalled") == []


def test_a_lead_that_comes_back_stalls_in_its_second_pass() -> None:
    lead = a_lead()
    moved(lead, ("recycled", 5), ("mql", 10))
    assert spans(lead, "stalled") == [(40, None)]
    assert details(lead, "stalled") == [(2, "marketing", "mql", 30 * 86_400)]


def test_a_touch_that_is_learnt_late_moves_a_leak_that_was_kept() -> None:
    lead = a_lead()
    assert spans(lead, "stalled") == [(30, None)]
    kept = Leak.objects.get(lead=lead, kind="stalled").pk
    did(lead, "newsletter", 31)
    assert spans(lead, "stalled") == [(30, 31), (45, None)]
    assert Leak.objects.get(lead=lead, since=day(30)).pk == kept


def test_another_limit_moves_every_leak() -> None:
    lead = a_lead()
    assert spans(lead, "stalled") == [(30, None)]
    lay_in("limits", "default", {"stalled": {"limit_days": 10, "quiet_days": 14}}, now=NOW)
    assert spans(lead, "stalled") == [(10, None)]


# unexplained


@pytest.mark.parametrize(("stage", "side"), [("lost", "sales"), ("disqualified", "marketing")])
def test_a_lead_given_up_without_a_reason_leaks_until_one_is_given(stage: str, side: str) -> None:
    lead = a_lead()
    moved(lead, (stage, 10))
    assert spans(lead, "unexplained") == [(10, None)]
    assert details(lead, "unexplained") == [(1, side, stage, 0)]
    moved(lead, (stage, 11))
    assert spans(lead, "unexplained") == [(10, None)]
    moved(lead, (stage, 12), reason="No budget")
    assert spans(lead, "unexplained") == [(10, 12)]


def test_a_reason_at_once_leaves_nothing_to_explain() -> None:
    lead = a_lead()
    moved(lead, ("lost", 10), reason="No budget")
    moved(lead, ("lost", 12))
    assert spans(lead, "unexplained") == []


def test_a_reason_at_the_same_instant_comes_in_time() -> None:
    lead = a_lead()
    moved(lead, ("lost", 10))
    moved(lead, ("lost", 10), reason="No budget")
    assert spans(lead, "unexplained") == []


def test_blanks_are_no_reason() -> None:
    lead = a_lead()
    moved(lead, ("lost", 10), reason=" \t")
    assert spans(lead, "unexplained") == [(10, None)]


def test_each_stay_wants_its_own_reason_and_ends_with_the_stay() -> None:
    lead = a_lead()
    moved(lead, ("disqualified", 10), ("lost", 12), ("mql", 15))
    assert spans(lead, "unexplained") == [(10, 12), (12, 15)]


def test_recycling_needs_no_reason() -> None:
    lead = a_lead()
    moved(lead, ("recycled", 10))
    assert spans(lead, "unexplained") == []


# orphaned


def test_a_stage_of_sales_without_an_owner_leaks_until_it_has_one(people: Cast) -> None:
    lead = a_lead()
    moved(lead, ("sal", 3))
    assert spans(lead, "orphaned") == [(3, None)]
    assert details(lead, "orphaned") == [(1, "sales", "sal", 0)]
    held_by(lead, people.salesperson, day(4))
    assert spans(lead, "orphaned") == [(3, 4)]


def test_a_stage_that_requires_no_owner_does_not_leak(people: Cast) -> None:
    lead = a_lead()
    moved(lead, ("mql", 3), ("lost", 5))
    assert spans(lead, "orphaned") == []


def test_an_owner_of_the_other_side_or_of_no_team_cannot_act(people: Cast) -> None:
    for owner in (people.marketer, people.manager):
        lead = a_lead(owner=owner)
        moved(lead, ("sal", 3))
        assert spans(lead, "orphaned") == [(3, None)]


def test_a_partner_counts_as_sales(people: Cast) -> None:
    lead = a_lead(owner=people.partner)
    moved(lead, ("sal", 3))
    assert spans(lead, "orphaned") == []


def test_leads_of_an_owner_who_leaves_are_orphaned_from_then_on(people: Cast) -> None:
    lead = a_lead(owner=people.salesperson)
    moved(lead, ("sal", 3))
    assert spans(lead, "orphaned") == []
    change_person(people.salesperson, now=day(10), active=False)
    assert spans(lead, "orphaned") == [(10, None)]
    change_person(people.salesperson, now=day(12), active=True, team=people.marketing)
    assert spans(lead, "orphaned") == [(10, None)]
    change_person(people.salesperson, now=day(15), team=people.partners)
    assert spans(lead, "orphaned") == [(10, 15)]


def test_a_leak_goes_on_from_stage_to_stage_but_not_from_pass_to_pass(people: Cast) -> None:
    lead = a_lead()
    moved(lead, ("sal", 3), ("sql", 5), ("recycled", 8), ("sal", 9))
    assert spans(lead, "orphaned") == [(3, 8), (9, None)]
    assert [row[0] for row in details(lead, "orphaned")] == [1, 2]


def test_an_owner_taken_away_leaves_a_second_leak_in_the_same_pass(people: Cast) -> None:
    lead = a_lead()
    moved(lead, ("sal", 3))
    held_by(lead, people.salesperson, day(4))
    held_by(lead, None, day(6))
    assert spans(lead, "orphaned") == [(3, 4), (6, None)]


# unreachable


def test_sales_cannot_reach_a_lead_without_mail_and_telephone() -> None:
    lead = a_lead()
    moved(lead, ("sal", 3), ("sql", 5), ("recycled", 7))
    assert spans(lead, "unreachable") == [(3, 7)]
    assert details(lead, "unreachable") == [(1, "sales", "sal", 0)]


def test_either_of_the_two_is_enough() -> None:
    lead = a_lead(email="ann@example.com")
    moved(lead, ("sal", 3))
    assert spans(lead, "unreachable") == []
    usable(lead, "email_usable", "no", 5)
    usable(lead, "phone_usable", "yes", 8)
    usable(lead, "email_usable", "yes", 9)
    usable(lead, "phone_usable", "no", 10)
    assert spans(lead, "unreachable") == [(5, 8)]


def test_a_bounce_makes_the_address_unusable() -> None:
    lead = a_lead(email="ann@example.com")
    moved(lead, ("sal", 3))
    did(lead, "email_bounce", 6)
    assert spans(lead, "unreachable") == [(6, None)]


def test_a_withdrawn_consent_makes_the_address_unusable_until_it_is_granted() -> None:
    lead = a_lead(email="ann@example.com")
    moved(lead, ("sal", 3))
    consented(lead, "withdrawn", 5)
    consented(lead, "granted", 8)
    consented(lead, "refused", 9)
    assert spans(lead, "unreachable") == [(5, 8)]


# forgotten, dropped customer


@pytest.mark.parametrize(("kind", "stage", "limit"), [("forgotten", "recycled", 30), ("dropped_customer", "won", 60)])
def test_marketing_leaves_a_lead_alone_for_too_long(kind: str, stage: str, limit: int) -> None:
    lead = a_lead()
    did(lead, "newsletter", 9)
    moved(lead, (stage, 10))
    assert spans(lead, kind) == [(10 + limit, None)]
    assert details(lead, kind) == [(1, "marketing", stage, limit * 86_400)]
    did(lead, "newsletter", 20)
    did(lead, "call", 25)
    did(lead, "form", 26)
    assert spans(lead, kind) == [(20 + limit, None)]
    did(lead, "newsletter", 25 + limit)
    assert spans(lead, kind) == [(20 + limit, 25 + limit), (25 + 2 * limit, None)]


@pytest.mark.parametrize("word", ["refused", "withdrawn"])
def test_who_may_not_be_contacted_is_not_forgotten(word: str) -> None:
    lead = a_lead()
    moved(lead, ("recycled", 10))
    consented(lead, word, 5)
    assert spans(lead, "forgotten") == []
    consented(lead, "granted", 60)
    assert spans(lead, "forgotten") == [(60, None)]
    consented(lead, word, 65)
    assert spans(lead, "forgotten") == [(60, 65)]


def test_consent_given_before_the_limit_changes_nothing() -> None:
    lead = a_lead()
    moved(lead, ("recycled", 10))
    consented(lead, "refused", 5)
    consented(lead, "granted", 20)
    assert spans(lead, "forgotten") == [(40, None)]


def test_a_loyal_customer_is_no_longer_a_dropped_one() -> None:
    lead = a_lead()
    moved(lead, ("won", 10), ("loyal", 80))
    assert spans(lead, "dropped_customer") == [(70, 80)]


# none of them


def test_test_leads_erased_and_merged_ones_raise_no_leaks() -> None:
    marks: tuple[dict[str, object], ...] = ({"is_test": True}, {"erased_at": NOW}, {"merged_into": a_lead()})
    for mark in marks:
        lead = a_lead()
        moved(lead, ("sal", 3))
        Lead.objects.filter(pk=lead.pk).update(**mark)
        recompute_touched(now=NOW)
        assert Leak.objects.filter(lead=lead).count() == 0


def test_a_stay_of_no_length_leaks_nothing() -> None:
    lead = a_lead(email="ann@example.com")
    moved(lead, ("lost", 10), ("mql", 10))
    assert spans(lead, "unexplained") == []
    assert [span[0] for span in spans(lead, "stalled")] == [40]
