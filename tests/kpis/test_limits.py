"""Limits as both sides sign them: what is judged by which, what is kept of the past, and how they are said."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.db import connection

from alignment.agreements.drafts import start_draft
from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import Scope, find_kind
from alignment.agreements.laying_in import lay_in
from alignment.agreements.overriding import override, revert
from alignment.agreements.periods import end_now
from alignment.agreements.terms import parse_terms, read_terms, stored_terms
from alignment.refusals import Refused
from kpis.leaks.queries.intervals import Leaks
from kpis.leaks.report import leakage
from kpis.models import Leak
from kpis.recompute import drain, recompute_touched
from kpis.reports.params import read_params
from kpis.verify.run import verify
from leads.lifecycle import waiting
from leads.models import Lead, Touched, TouchedAll
from tests.kpis.agreeing import LIMITS, agreed, limits
from tests.leads.calendars.working import laid_in, nine_to_five
from tests.world import NOW, TIME_ZERO, Cast, a_lead, cast, day, did, held_by, moved

pytestmark = pytest.mark.django_db

Span = tuple[float, float | None, int]


@pytest.fixture
def people() -> Cast:
    return cast()


def spans(lead: Lead, kind: str) -> list[Span]:
    """All leaks of that kind: since, until (days after TIME_ZERO) and the limit in days; the second path agrees."""
    recompute_touched(now=NOW)
    found = verify()
    assert (found.differences, found.examples) == (0, [])
    rows = Leak.objects.filter(lead=lead, kind=kind).order_by("since").values_list("since", "until", "limit_seconds")
    return [(_days(since) or 0.0, _days(until), seconds // 86_400) for since, until, seconds in rows]


def _days(moment: datetime | None) -> float | None:
    return None if moment is None else round((moment - TIME_ZERO) / timedelta(days=1), 6)


def test_an_installation_begins_with_what_the_kinds_declare() -> None:
    found = in_force("limits", "default")
    assert found is not None
    assert (found.number, found.terms.model_dump(mode="json")) == (1, LIMITS)
    assert in_force("limits", "default", at=datetime.fromisoformat("1970-01-01T00:00:00Z")) is not None


def test_a_stricter_limit_opens_leaks_at_its_instant_and_none_in_the_past(people: Cast) -> None:
    old, young = a_lead("old"), a_lead("young", created_at=day(15))
    agreed(people, "limits", limits(stalled={"limit_days": 10}), at=day(20))
    assert spans(old, "stalled") == [(20, None, 10)]
    assert spans(young, "stalled") == [(25, None, 10)]


def test_a_wider_limit_closes_leaks_at_its_instant_and_they_open_again_at_its_age(people: Cast) -> None:
    lead = a_lead()
    agreed(people, "limits", limits(stalled={"limit_days": 60}), at=day(40))
    assert spans(lead, "stalled") == [(30, 40, 30), (60, None, 60)]


def test_what_leaks_on_both_sides_of_a_change_is_one_leak_by_the_limit_it_broke(people: Cast) -> None:
    lead = a_lead()
    agreed(people, "limits", limits(stalled={"limit_days": 10}), at=day(40))
    assert spans(lead, "stalled") == [(30, None, 30)]


def test_a_leak_that_opens_just_as_the_wider_limit_comes_goes_on(people: Cast) -> None:
    lead = a_lead()
    agreed(people, "limits", limits(stalled={"limit_days": 60}), at=day(60))
    assert spans(lead, "stalled") == [(30, None, 30)]


def test_what_closes_by_itself_before_the_change_stays_closed(people: Cast) -> None:
    lead = a_lead()
    did(lead, "newsletter", 35)
    agreed(people, "limits", limits(stalled={"limit_days": 20, "quiet_days": 10}), at=day(40))
    assert spans(lead, "stalled") == [(30, 35, 30), (45, None, 20)]


def test_only_the_kind_whose_limit_changes_is_moved(people: Cast) -> None:
    customer, forgotten = a_lead("1"), a_lead("2")
    moved(customer, ("won", 0))
    moved(forgotten, ("recycled", 0))
    agreed(people, "limits", limits(dropped_customer={"limit_days": 20}), at=day(25))
    assert spans(customer, "dropped_customer") == [(25, None, 20)]
    assert spans(forgotten, "forgotten") == [(30, None, 30)]


def test_orphaned_leads_know_no_limit_and_no_change_of_limits_parts_them(people: Cast) -> None:
    lead = a_lead()
    moved(lead, ("sal", 10))
    agreed(people, "limits", limits(stalled={"limit_days": 10}), at=day(20))
    agreed(people, "limits", limits(stalled={"limit_days": 5}), at=day(30))
    held_by(lead, people.salesperson, day(40))
    assert spans(lead, "orphaned") == [(10, 40, 0)]


def test_a_change_to_come_is_kept_beforehand_and_shows_when_it_is_there(people: Cast) -> None:
    lead = a_lead(created_at=day(0))
    agreed(people, "limits", limits(stalled={"limit_days": 10}), at=day(20), signed_at=day(5))
    assert spans(lead, "stalled") == [(20, None, 10)]
    assert (verify().differences, waiting.waiting()) == (0, 0)


def test_yesterdays_leakage_report_still_says_what_it_said(people: Cast) -> None:
    for number in range(4):
        a_lead(f"{number}", created_at=day(number * 9))
    drain()
    options = {"start": ["2024-01-01"], "end": ["2025-01-01"], "as_of": [day(39).isoformat()]}
    before = leakage(read_params(options, now=day(39.5)))
    agreed(people, "limits", limits(stalled={"limit_days": 1}), at=day(40))
    drain()
    after = leakage(read_params(options, now=day(39.5)))
    assert after == before
    assert before["open"] == 2
    known = {**options, "known_at": [NOW.isoformat()]}
    assert leakage(read_params(known, now=day(39.5)))["flags"] == before["flags"]
    today = leakage(read_params({**options, "as_of": [day(41).isoformat()]}, now=day(41)))
    assert (today["open"], {flag["limit_seconds"] for flag in today["flags"]}) == (4, {30 * 86_400, 86_400})


def test_the_log_as_it_was_known_is_judged_by_the_limits_of_each_instant_too(people: Cast) -> None:
    lead = a_lead()
    agreed(people, "limits", limits(stalled={"limit_days": 60}), at=day(40))
    options = {"start": ["2024-01-01"], "end": ["2025-01-01"], "known_at": [NOW.isoformat()]}
    flags = leakage(read_params(options, now=NOW))["flags"]
    drain()
    kept = leakage(read_params({name: options[name] for name in ("start", "end")}, now=NOW))["flags"]
    assert flags == kept
    assert [(flag["lead"], flag["limit_seconds"]) for flag in flags] == [(lead.pk, 30 * 86_400), (lead.pk, 60 * 86_400)]


def test_an_override_that_was_taken_back_leaves_its_time_as_it_was(people: Cast) -> None:
    lead = a_lead()
    draft = start_draft("limits", "default", limits(stalled={"limit_days": 10}), author=None, now=day(12))
    override(draft.pk, by=people.operator, reason="The fair is on.", now=day(12))
    revert(draft.pk, by=people.operator, now=day(20))
    assert spans(lead, "stalled") == [(12, 20, 10), (30, None, 30)]


def test_where_limits_end_and_none_follow_the_kinds_own_hold(people: Cast) -> None:
    lead = a_lead()
    version = agreed(people, "limits", limits(stalled={"limit_days": 60}), at=day(10))
    end_now(version.periods.get(), now=day(40))
    assert in_force("limits", "default", day(41)) is None
    assert spans(lead, "stalled") == [(40, None, 30)]


def test_many_limits_are_read_by_the_same_statement_as_two(people: Cast) -> None:
    leads = [a_lead("a").pk, a_lead("b", created_at=day(30)).pk]
    statements = []
    for number in range(6):
        agreed(people, "limits", limits(stalled={"limit_days": 40 - number}), at=day(2 + number))
        statements.append(Leaks(leads=leads, known_at=None).ctes)
    assert len({repr(statement) for statement in statements}) == 1
    late = Leaks(leads=leads[1:], known_at=None)
    assert (late.values["sinces_0"], late.values["borders"]) == ([day(7)], [day(7)])
    assert repr(late.ctes) != repr(statements[0])


def test_limits_laid_in_before_anybody_signed_hold_from_the_beginning() -> None:
    lead = a_lead()
    lay_in("limits", "default", limits(stalled={"limit_days": 2.5}), now=NOW)
    assert spans(lead, "stalled") == [(2.5, None, 2)]


def test_sealing_lets_every_lead_wait_for_recomputing(people: Cast) -> None:
    leads = [a_lead(f"{n}").pk for n in range(3)]
    Touched.objects.all().delete()
    agreed(people, "limits", limits(forgotten={"limit_days": 5}), at=NOW)
    assert (waiting.waiting(), waiting.nobody_waits(), verify().waiting) == (3, False, 3)
    marked = []
    while waiting.spread(batch=2):
        marked.append((list(Touched.objects.values_list("lead_id", flat=True)), waiting.waiting()))
    assert marked == [(leads[:2], 3), (leads, 3), (leads, 3)]
    assert not TouchedAll.objects.exists()
    assert recompute_touched(now=NOW).leads == 3
    assert waiting.nobody_waits()


def test_limits_are_said_in_sentences_and_differences_in_words() -> None:
    kind = find_kind("limits")
    before = parse_terms(kind, LIMITS)
    changed = limits(
        stalled={"limit_days": 10, "quiet_days": 1}, ping_pong={"times": 1}, forgotten={"limit_days": 0.25}
    )
    after = parse_terms(kind, changed)
    assert kind.sentences(before) == [
        "A lead counts as unrouted after 1 hour.",
        "A lead counts as stalled after 30 days, once nothing was done for 14 days. A stage with an age of its own goes by that.",
        "A lead counts as ping-pong after 3 moves between the sides without getting further.",
        "A lead counts as forgotten after 30 days.",
        "A lead counts as dropped customer after 60 days.",
    ]
    assert kind.difference(before, after) == [
        "Stalled: limit 30 days → 10 days.",
        "Stalled: quiet time 14 days → 1 day.",
        "Ping-pong: 3 moves → 1 move.",
        "Forgotten: limit 30 days → 6 hours.",
    ]
    assert kind.difference(before, before) == []


def test_a_limit_may_count_working_time_and_says_so_in_hours() -> None:
    kind = find_kind("limits")
    before = parse_terms(kind, LIMITS)
    changed = limits(stalled={"limit_days": 5, "business": True}, unrouted={"business": True})
    after = parse_terms(kind, changed)
    assert kind.sentences(after)[:2] == [
        "A lead counts as unrouted after 1 hour of working time.",
        "A lead counts as stalled after 120 hours of working time, once nothing was done for 336 hours of working time. "
        "A stage with an age of its own goes by that.",
    ]
    assert kind.difference(before, after) == [
        "Unrouted: limit 1 hour → 1 hour of working time.",
        "Stalled: limit 30 days → 120 hours of working time.",
        "Stalled: quiet time 14 days → 336 hours of working time.",
    ]


def test_limits_that_were_signed_before_there_was_working_time_read_unchanged() -> None:
    terms = stored_terms("limits", 1, json.dumps({"stalled": {"limit_days": 30, "quiet_days": 14}}))
    assert terms == parse_terms(find_kind("limits"), {})


def test_another_calendar_moves_nothing_where_limits_go_by_the_clock(people: Cast) -> None:
    a_lead()
    drain()
    laid_in(nine_to_five())
    assert waiting.nobody_waits()
    agreed(people, "limits", limits(unrouted={"business": True}), at=NOW)
    drain()
    laid_in(nine_to_five("Asia/Tokyo"))
    assert not waiting.nobody_waits()


@pytest.mark.parametrize(
    ("terms", "field", "code"),
    [
        ({"unrouted": {"limit_days": 1, "business": "yes"}}, "unrouted.business", "invalid"),
        ({"stalled": {"limit_days": -1, "quiet_days": 1}}, "stalled.limit_days", "invalid_days"),
        ({"stalled": {"limit_days": 1}}, "stalled.quiet_days", "required"),
        ({"forgotten": {"limit_days": "30"}}, "forgotten.limit_days", "invalid_days"),
        ({"forgotten": {"limit_days": True}}, "forgotten.limit_days", "invalid_days"),
        ({"forgotten": {"limit_days": 40_000}}, "forgotten.limit_days", "invalid_days"),
        ({"forgotten": {"limit_days": 30, "quiet_days": 1}}, "forgotten.quiet_days", "unknown_key"),
        ({"unexplained": {"limit_days": 1}}, "unexplained", "unknown_key"),
        ({"ping_pong": {"times": 0}}, "ping_pong.times", "invalid_number"),
        ({"ping_pong": {"times": 1.5}}, "ping_pong.times", "invalid_number"),
    ],
)
def test_wrong_limits_are_refused_by_name(terms: object, field: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_terms(find_kind("limits"), terms, scope=Scope("default", NOW))
    assert (field, code) in {(error.field, error.code) for error in refusal.value.errors}


def test_each_log_is_read_once_for_all_kinds_of_leaks() -> None:
    cast()
    with connection.cursor() as cursor:
        statement = Leaks(leads=[1], known_at=None).ctes.as_string(cursor.cursor)
    logs = ("leads_consent", "leads_stay", "leads_handoff", "leads_need")
    assert [statement.count(f"FROM {log} ") for log in logs] == [1] * len(logs)
