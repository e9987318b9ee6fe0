"""What is logged of what happened, what follows from it, and what is set aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alignment.people.models import User
from alignment.programs.models import Campaign
from leads.activities.kinds import KINDS, REPLIES, TOUCHES, Kind, find_kind
from leads.activities.log import log_activities, look_ahead
from leads.activities.models import Activity
from leads.activities.rows import ActivityRow
from leads.lifecycle.models import Touched
from leads.outcome import RowResult
from leads.privacy.models import Consent
from leads.records.edits import edit_lead
from leads.records.models import LeadValue
from tests.world import NOW, a_lead, cast, day

pytestmark = pytest.mark.django_db


def log_all(rows: Sequence[ActivityRow]) -> list[RowResult]:
    return log_activities(rows, now=NOW, actor_id=None)


def log(*rows: ActivityRow, **arguments: Any) -> list[RowResult]:
    return log_activities(rows, now=NOW, actor_id=arguments.pop("actor_id", None), **arguments)


def test_an_activity_has_what_its_row_says() -> None:
    people, lead = cast(), a_lead("1")
    [result] = log(ActivityRow(kind="Phone Call", at=day(3), system="test", external_id="x", lead_external_id="1", by="Salesperson",
                               campaign="Launch", asset="Deck", channel="phone", url="https://a.example", subject="Hello",
                               outcome="reached", attributes={"minutes": 3}))  # fmt: skip
    assert result.status == "created"
    done = Activity.objects.get()
    assert (done.lead, done.kind, done.direction, done.side, done.automated) == (
        lead,
        "call",
        "outbound",
        "sales",
        False,
    )
    assert (done.at, done.recorded_at, done.by, str(done.campaign)) == (day(3), NOW, people.salesperson, "Launch")
    assert (done.asset, done.channel, done.url, done.subject, done.outcome) == (
        "Deck",
        "phone",
        "https://a.example",
        "Hello",
        "reached",
    )
    assert (done.attributes, done.system, done.external_id, done.typed_in) == ({"minutes": 3}, "test", "x", False)


def test_the_lead_is_named_by_its_id_its_name_in_a_system_or_its_address() -> None:
    lead = a_lead("1", email="a@b.example")
    rows = [ActivityRow(kind="call", at=day(1), lead_id=lead.pk), ActivityRow(kind="call", at=day(1), system="test", lead_external_id="1"),
            ActivityRow(kind="call", at=day(1), email="A@b.example")]  # fmt: skip
    assert [r.status for r in log(*rows)] == ["created"] * 3
    assert set(Activity.objects.values_list("lead", flat=True)) == {lead.pk}


def test_the_same_activity_again_is_unchanged_and_the_same_row_twice_is_one() -> None:
    a_lead("1")
    rows = [ActivityRow(kind="call", at=day(1), system="test", external_id="x", lead_external_id="1"),
            ActivityRow(kind="call", at=day(1), system="test", content="hash", lead_external_id="1"),
            ActivityRow(kind="call", at=day(1), system="test", content="hash", lead_external_id="1")]  # fmt: skip
    first = log(*rows)
    assert [r.status for r in first] == ["created", "created", "unchanged"]
    touched = Touched.objects.count()
    again = log(*rows)
    assert [(r.status, r.id) for r in again] == [("unchanged", r.id) for r in first]
    assert Touched.objects.count() == touched


def test_without_any_identity_it_is_always_new() -> None:
    lead = a_lead("1")
    row = ActivityRow(kind="call", at=day(1), lead_id=lead.pk)
    assert [r.status for r in log(row, row)] == ["created", "created"]


@pytest.mark.parametrize(
    ("by", "kind", "side"),
    [("Salesperson", "call", "sales"), ("Marketer", "call", "marketing"), ("Partner", "email_sent", "sales"),
     ("Outsider", "newsletter", "marketing"), ("Salesperson", "form", "marketing"), (None, "meeting", "sales")],
)  # fmt: skip
def test_what_we_did_counts_on_the_side_of_who_did_it(by: str | None, kind: str, side: str) -> None:
    cast()
    log(ActivityRow(kind=kind, at=day(1), lead_id=a_lead("1").pk, by=by))
    assert Activity.objects.get().side == side


def test_what_is_typed_in_was_done_by_who_typed_it() -> None:
    people = cast()
    log(ActivityRow(kind="call", at=day(1), lead_id=a_lead("1").pk, typed_in=True), actor_id=people.marketer.pk)
    done = Activity.objects.get()
    assert (done.by, done.actor, done.side, done.typed_in) == (people.marketer, people.marketer, "marketing", True)


def test_a_hard_bounce_makes_the_address_unusable_until_there_is_another() -> None:
    lead = a_lead("1", email="a@b.example")
    log(ActivityRow(kind="hard bounce", at=day(5), lead_id=lead.pk))
    lead.refresh_from_db()
    assert not lead.email_usable
    values = LeadValue.objects.filter(field="email_usable").order_by("at").values_list("text", "at")
    assert list(values) == [("yes", day(0)), ("no", day(5))]
    edit_lead(lead, {"email": "c@b.example"}, actor=cast().salesperson, now=NOW)
    lead.refresh_from_db()
    assert lead.email_usable
    log(ActivityRow(kind="email_bounce", at=day(6), lead_id=lead.pk))
    lead.refresh_from_db()
    assert lead.email_usable


def test_an_unsubscribe_takes_the_consent_for_marketing_back() -> None:
    lead = a_lead("1", consents={"marketing": "granted"})
    log(ActivityRow(kind="unsubscribed", at=day(5), lead_id=lead.pk))
    assert list(Consent.objects.filter(lead=lead).order_by("at").values_list("state", "at")) == [
        ("granted", day(0)),
        ("withdrawn", day(5)),
    ]


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"kind": None}, "kind", "required"),
        ({"kind": "telepathy"}, "kind", "unknown_kind"),
        ({"at": None}, "at", "required"),
        ({"at": NOW + timedelta(minutes=6)}, "at", "in_the_future"),
        ({"lead_external_id": None}, "lead_external_id", "required"),
        ({"lead_external_id": "nobody"}, "lead_external_id", "unknown_lead"),
        ({"lead_external_id": None, "email": "x@y.example"}, "email", "unknown_lead"),
        ({"lead_id": 10**30}, "lead_id", "unknown_lead"),
        ({"url": "x" * 2001}, "url", "too_long"),
        ({"subject": "a\0b"}, "subject", "invalid_characters"),
    ],
)
def test_a_wrong_value_sets_its_row_aside(fields: dict[str, Any], field: str, code: str) -> None:
    a_lead("1")
    good: dict[str, Any] = {"kind": "call", "at": day(1), "system": "test", "lead_external_id": "1"}
    bad, fine = log(ActivityRow(**{**good, **fields}), ActivityRow(**good))
    assert (bad.status, bad.field, bad.code, fine.status) == ("rejected", field, code, "created")
    assert Activity.objects.count() == 1


def test_an_unknown_kind_names_the_known_ones() -> None:
    [result] = log(ActivityRow(kind="telepathy", at=day(1), lead_id=a_lead("1").pk))
    assert result.detail is not None
    assert all(kind.key in result.detail for kind in KINDS)


def test_a_partner_logs_on_its_own_leads_only() -> None:
    people = cast()
    house = a_lead("1", email="a@b.example")
    theirs = a_lead("2", email="c@b.example", scope=people.partners.pk)
    rows = [ActivityRow(kind="call", at=day(1), lead_id=house.pk), ActivityRow(kind="call", at=day(1), email="a@b.example"),
            ActivityRow(kind="call", at=day(1), system="test", lead_external_id="1"),
            ActivityRow(kind="call", at=day(1), lead_id=theirs.pk),
            ActivityRow(kind="call", at=day(1), system="test", lead_external_id="2")]  # fmt: skip
    assert [r.code for r in log(*rows, scope=people.partners.pk)] == ["unknown_lead"] * 3 + [None, None]


@pytest.mark.parametrize("word", ["Phone Call", "phone-call", "PHONE_CALL", " call ", "Calls"])
def test_kinds_are_found_however_they_are_written(word: str) -> None:
    assert (found.key if (found := find_kind(word)) else None) == (None if word == "Calls" else "call")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_no_two_kinds_share_a_word(kind: Kind) -> None:
    assert {find_kind(word) for word in (kind.key, kind.title, *kind.aliases)} == {kind}


def test_which_kinds_count() -> None:
    assert (
        frozenset(
            {"page_view", "form", "content", "webinar", "event", "ad_click", "email_click", "social", "chat", "survey"}
        )
        == TOUCHES
    )
    assert frozenset({"email_reply", "call_inbound", "message_inbound", "meeting_booked"}) == REPLIES
    automated = {kind.key for kind in KINDS if kind.automated}
    assert automated == {"email_sent", "newsletter", "nurture", "mailing", "ad_audience"}


def test_a_partner_names_the_campaigns_of_its_leads_only() -> None:
    people = cast()
    a_lead("1", campaign="Secret")
    theirs = a_lead("2", scope=people.partners.pk)
    edit_lead(theirs, {"campaign": "Shared"}, actor=people.operator, now=NOW)
    rows = [
        ActivityRow(kind="form", at=day(1), lead_id=theirs.pk, campaign=name) for name in ("Secret", "New", "Shared")
    ]
    results = log(*rows, scope=people.partners.pk)
    assert [(r.status, r.code) for r in results] == [
        ("rejected", "unknown_campaign"), ("rejected", "unknown_campaign"), ("created", None),
    ]  # fmt: skip
    assert sorted(Campaign.objects.values_list("name", flat=True)) == ["Secret", "Shared"]


def test_where_a_systems_name_ends_is_told() -> None:
    a_lead("1", email="a@b.example")
    names = [("crm", "eu:7"), ("crm:eu", "7"), ("crm%3Aeu", "7"), ("row", "abc"), ("%row", "abc")]
    rows = [ActivityRow(kind="form", at=day(1), email="a@b.example", system=s, external_id=e) for s, e in names]
    rows.append(ActivityRow(kind="form", at=day(1), email="a@b.example", content="abc"))
    assert [r.status for r in log(*rows)] == ["created"] * 6
    assert [r.status for r in log(*rows)] == ["unchanged"] * 6


def many(*numbers: int, **said: Any) -> list[ActivityRow]:
    """A row each, as a file has them."""
    return [
        ActivityRow(kind="call", at=day(2), system="test", external_id=str(n), lead_external_id="1", **said)
        for n in numbers
    ]


def test_of_many_rows_those_that_are_logged_already_are_unchanged_and_name_nobody_new() -> None:
    a_lead("1")
    [first] = log(*many(77))
    rows = [*many(*range(77)), *many(77, by="Somebody else"), *many(*range(78, 200))]
    results = log_all(look_ahead(rows))
    assert [r.index for r in results] == list(range(200))
    assert [r.index for r in results if r.status == "unchanged"] == [77]
    assert results[77].id == first.id
    assert {r.status for r in results} == {"created", "unchanged"}
    assert Activity.objects.count() == 200
    assert not User.objects.filter(name="Somebody else").exists()
    again = log_all(look_ahead(rows))
    assert [(r.status, r.id) for r in again] == [("unchanged", r.id) for r in results]


def test_of_many_rows_the_same_one_twice_is_logged_once() -> None:
    a_lead("1")
    results = log_all(look_ahead([*many(*range(100)), *many(5)]))
    assert [r.status for r in results] == ["created"] * 100 + ["unchanged"]
    assert results[100].id == results[5].id
    assert Activity.objects.count() == 100


def test_rows_that_were_looked_at_ahead_are_set_aside_for_the_same_reasons_as_others() -> None:
    a_lead("1")
    odd = [
        ActivityRow(kind="call", at=NOW + timedelta(days=1), lead_external_id="1", system="test"),
        ActivityRow(kind="call", at=None, lead_external_id="1", system="test"),
        ActivityRow(kind="dance", at=day(2), lead_external_id="1", system="test"),
        ActivityRow(kind="call", at=day(2), lead_external_id="2", system="test"),
        ActivityRow(kind="call", at=day(2), lead_external_id="1", system="test", subject="x" * 1001),
        ActivityRow(kind="call", at=day(2), lead_external_id="1", system="test", attributes={"a": "\0"}),
        ActivityRow(kind="call", at=NOW + timedelta(days=1), lead_external_id="1", attributes={"a": "\0"}),
    ]
    rows = [*many(*range(50)), *odd, *many(*range(50, 100))]
    results = log_all(look_ahead(rows))
    assert [(r.index, r.code) for r in results if r.status == "rejected"] == [
        (50, "in_the_future"),
        (51, "required"),
        (52, "unknown_kind"),
        (53, "unknown_lead"),
        (54, "too_long"),
        (55, "invalid_characters"),
        (56, "in_the_future"),
    ]
    assert [r.code for r in log(*odd)] == [r.code for r in results[50:57]]
    assert Activity.objects.count() == 100


def test_ten_times_as_many_rows_are_logged_by_as_many_statements() -> None:
    a_lead("1")
    log_all(look_ahead(many(*range(1000, 1100), by="Salesperson", campaign="Launch")))
    asked = []
    for rows in (many(*range(100)), many(*range(2000, 3000))):
        with CaptureQueriesContext(connection) as statements:
            log_all(look_ahead([row._replace(by="Salesperson", campaign="Launch") for row in rows]))
        asked.append(len(statements))
    assert asked[0] == asked[1] < 20
