"""What a row makes of a lead: identity, what wins, what is logged, what is set aside."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from alignment.people.models import Team, User
from alignment.programs.models import Campaign
from leads.imports.models import Import, ImportBefore
from leads.lifecycle.changes import NewValue, move_stage, record_values
from leads.lifecycle.models import StageChange, Touched
from leads.outcome import RowResult
from leads.privacy.consents import NewConsent, record_consents
from leads.records.models import Company, Edit, Lead, LeadIdentity, LeadValue
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.leads.privacy.snapshot import everything
from tests.world import NOW, Cast, cast, day

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def put(*rows: LeadRow, now: datetime = NOW, **arguments: Any) -> list[RowResult]:
    return upsert_leads(rows, now=now, actor_id=arguments.pop("actor_id", None), **arguments)


def statuses(results: list[RowResult]) -> list[str]:
    return [result.status for result in results]


def log(lead: Lead) -> list[tuple[str, object, datetime]]:
    """The log of what may change, as (field, value, at)."""
    rows = LeadValue.objects.filter(lead=lead).order_by("at", "id").values_list("field", "ref", "text", "at")
    return [(field, ref if ref is not None else text, at) for field, ref, text, at in rows]


def stages(lead: Lead) -> list[tuple[str, datetime, str]]:
    return list(StageChange.objects.filter(lead=lead).order_by("at", "id").values_list("to_id", "at", "cause"))


FULL = LeadRow(
    system="crm", external_id="1", created_at=day(1), email="Ann@Firm.example", phone="+49 30 123 456", first_name=" Ann ", last_name="Lee",
    title="CTO", company="Firm GmbH", source="web", channel="paid", campaign="Launch", stage="MQL", reason="asked", owner="Sue",
    segment="smb", territory="DACH", country="DE", consents={"marketing": "yes"}, attributes={"page": "x", "empty": ""},
)  # fmt: skip


def test_a_new_lead_has_what_its_row_says() -> None:
    assert statuses(put(FULL)) == ["created"]
    lead = Lead.objects.get()
    assert (lead.system, lead.external_id, lead.created_at, lead.recorded_at) == ("crm", "1", day(1), NOW)
    assert (lead.email, lead.email_usable, lead.phone, lead.phone_usable) == (
        "Ann@Firm.example",
        True,
        "+4930123456",
        True,
    )
    assert (lead.first_name, lead.last_name, lead.title, lead.country) == ("Ann", "Lee", "CTO", "DE")
    assert (lead.source, lead.channel, lead.attributes) == ("web", "paid", {"page": "x"})
    assert lead.company is not None
    assert (lead.company.name, lead.company.normal_name, lead.company.domain) == ("Firm GmbH", "firm", "firm.example")
    sue, team = User.objects.get(name="Sue"), Team.objects.get(name="Imported sales")
    assert (lead.owner, lead.team, sue.team, sue.has_usable_password()) == (sue, team, team, False)
    assert (lead.stage_id, lead.version) == ("mql", 1)
    assert log(lead) == [
        ("owner", sue.pk, day(1)), ("team", team.pk, day(1)), ("campaign", lead.campaign_id, day(1)), ("segment", "smb", day(1)),
        ("territory", "DACH", day(1)), ("email_usable", "yes", day(1)), ("phone_usable", "yes", day(1)),
    ]  # fmt: skip
    assert stages(lead) == [("mql", day(1), "stated")]
    assert list(lead.consents.values_list("purpose", "state", "at")) == [("marketing", "granted", day(1))]
    assert set(LeadIdentity.objects.values_list("scope", "system", "key")) == {
        (0, "crm", "id:1"),
        (0, "", "email:ann@firm.example"),
    }


def test_an_empty_row_is_a_new_lead_each_time() -> None:
    assert statuses(put(LeadRow(), LeadRow())) == ["created", "created"]
    lead = Lead.objects.order_by("id")[0]
    assert (lead.created_at, lead.stage_id, lead.email_usable, lead.owner) == (NOW, "inquiry", False, None)
    assert stages(lead) == [("inquiry", NOW, "created")]
    assert log(lead) == [("email_usable", "no", NOW), ("phone_usable", "no", NOW)]


def test_the_same_rows_again_write_nothing_at_all() -> None:
    rows = [FULL, LeadRow(email="b@c.example"), LeadRow(first_name="Bo", content="hash")]
    put(*rows)
    before, touched = everything(), Touched.objects.count()
    results = put(*rows, now=LATER)
    assert statuses(results) == ["unchanged"] * 3
    assert (everything(), Touched.objects.count(), Edit.objects.count()) == (before, touched, 0)


def test_the_same_file_changes_nothing_after_the_lead_moved_on_by_hand() -> None:
    put(FULL)
    move_stage(Lead.objects.get(), "sql", actor=cast().salesperson, now=NOW)
    assert statuses(put(FULL, now=LATER)) == ["unchanged"]
    assert Lead.objects.get().stage_id == "sql"


def test_twice_in_one_call_is_one_lead() -> None:
    results = put(LeadRow(system="s", external_id="1", title="CTO"), LeadRow(system="s", external_id="1", title="CEO"),
                  LeadRow(email="a@b.example"), LeadRow(email="A@B.example"))  # fmt: skip
    assert statuses(results) == ["created", "updated", "created", "unchanged"]
    assert [lead.title for lead in Lead.objects.order_by("id")] == ["CEO", None]


def test_an_address_finds_the_lead_that_came_with_an_id_in_the_same_call_and_later() -> None:
    results = put(LeadRow(system="s", external_id="1", email="a@b.example"), LeadRow(email="a@b.example", title="CTO"))
    assert statuses(results) == ["created", "updated"]
    assert statuses(put(LeadRow(email="a@b.example", title="CEO"))) == ["updated"]
    assert Lead.objects.get().title == "CEO"


def test_an_id_comes_before_an_address() -> None:
    results = put(LeadRow(system="s", external_id="1", email="a@b.example"), LeadRow(system="s", external_id="2", email="a@b.example"),
                  LeadRow(system="t", external_id="1"))  # fmt: skip
    assert statuses(results) == ["created", "created", "created"]
    [found] = put(LeadRow(email="a@b.example", title="CTO"))
    assert found.id == results[0].id


def test_an_id_joins_the_lead_with_its_address_where_the_row_says_so() -> None:
    first, second, third, fourth = put(
        LeadRow(system="s", external_id="1", email="a@b.example"),
        LeadRow(system="t", external_id="7", email="A@b.example", title="CTO", joins=True),
        LeadRow(system="t", external_id="8", email="c@b.example", joins=True), LeadRow(system="t", external_id="9", joins=True),
    )  # fmt: skip
    assert [r.status for r in (first, second, third, fourth)] == ["created", "updated", "created", "created"]
    assert first.id == second.id
    assert len({first.id, third.id, fourth.id}) == 3
    [again] = put(LeadRow(system="t", external_id="7", email="c@b.example", joins=True))
    assert again.id == first.id
    lead = Lead.objects.get(identities__key="id:1", identities__system="s")
    assert (lead.system, lead.external_id, lead.title) == ("s", "1", "CTO")


def test_the_newest_stated_value_wins_but_source_channel_and_creation_never_change() -> None:
    put(FULL)
    change = LeadRow(system="crm", external_id="1", created_at=day(9), source="event", channel="organic", title="CEO", first_name="",
                     attributes={"page": None, "more": 1})  # fmt: skip
    assert statuses(put(change, now=LATER)) == ["updated"]
    lead = Lead.objects.get()
    assert (lead.title, lead.first_name, lead.attributes) == ("CEO", "Ann", {"page": "x", "more": 1})
    assert (lead.source, lead.channel, lead.created_at) == ("web", "paid", day(1))


def test_owners_campaigns_and_contact_data_that_change_are_logged_at_now() -> None:
    put(LeadRow(email="a@b.example", owner="Sue", segment="smb"))
    put(
        LeadRow(email="a@b.example", owner="Tom", segment="big", territory="DACH", campaign="Launch", phone="12"),
        now=LATER,
    )
    lead = Lead.objects.get()
    tom = User.objects.get(name="Tom")
    assert (lead.owner, lead.segment, lead.territory, lead.phone, lead.phone_usable) == (
        tom,
        "big",
        "DACH",
        "12",
        False,
    )
    assert [row for row in log(lead) if row[2] == LATER] == [
        ("owner", tom.pk, LATER), ("team", tom.team_id, LATER), ("campaign", lead.campaign_id, LATER), ("segment", "big", LATER),
        ("territory", "DACH", LATER),
    ]  # fmt: skip
    put(LeadRow(email="a@b.example", phone="+49301234567"), now=LATER)
    assert log(lead)[-1] == ("phone_usable", "yes", LATER)


def test_a_team_stands_where_it_is_stated_and_else_the_owner_brings_theirs() -> None:
    put(LeadRow(email="a@b.example", owner="Sue", team="East"), LeadRow(email="c@d.example", team="East"))
    first, second = Lead.objects.order_by("id")
    assert (str(first.team), str(first.owner), str(second.team), second.owner) == ("East", "Sue", "East", None)
    assert [value for field, value, _at in log(first) if field == "team"] == [first.team_id]


def test_a_stage_with_its_moment_is_written_once() -> None:
    row = LeadRow(email="a@b.example", created_at=day(0), stage="sal", stage_at=day(5))
    put(row)
    assert statuses(put(row._replace(stage="mql", stage_at=day(2)), row)) == ["updated", "unchanged"]
    assert stages(Lead.objects.get()) == [("mql", day(2), "stated"), ("sal", day(5), "stated")]
    assert Lead.objects.get().stage_id == "sal"


def test_a_stage_without_moment_held_since_the_lead_was_created() -> None:
    put(LeadRow(email="a@b.example", created_at=day(1), stage="mql"))
    assert statuses(put(LeadRow(email="a@b.example", stage="sal"), now=LATER)) == ["updated"]
    assert statuses(put(LeadRow(email="a@b.example", stage="SAL"), now=LATER)) == ["unchanged"]
    assert statuses(put(LeadRow(email="a@b.example", stage="mql"), now=LATER)) == ["unchanged"]
    assert statuses(put(LeadRow(email="a@b.example", created_at=day(2), stage="mql"), now=LATER)) == ["updated"]
    assert stages(Lead.objects.get()) == [
        ("mql", day(1), "stated"),
        ("sal", day(1), "stated"),
        ("mql", day(2), "stated"),
    ]


def test_a_stage_stated_for_a_lead_that_began_by_default_is_written() -> None:
    put(LeadRow(email="a@b.example"))
    put(LeadRow(email="a@b.example", stage="mql", reason="asked"), now=LATER)
    assert stages(Lead.objects.get()) == [("inquiry", NOW, "created"), ("mql", NOW, "stated")]
    assert StageChange.objects.get(to_id="mql").reason == "asked"


def test_consents_are_logged_when_they_change() -> None:
    put(LeadRow(email="a@b.example", consents={"marketing": "opt-in", "profiling": ""}))
    put(LeadRow(email="a@b.example", consents={"marketing": "granted"}), now=LATER)
    put(LeadRow(email="a@b.example", consents={"marketing": "Withdrawn"}), now=LATER)
    lead = Lead.objects.get()
    assert list(lead.consents.order_by("id").values_list("purpose", "state", "at")) == [
        ("marketing", "granted", NOW), ("marketing", "withdrawn", LATER),
    ]  # fmt: skip


def test_the_same_row_again_does_not_give_back_a_consent_that_was_withdrawn() -> None:
    row = LeadRow(email="a@b.example", created_at=day(1), consents={"marketing": "granted"})
    put(row)
    lead = Lead.objects.get()
    record_consents([NewConsent(lead.pk, "marketing", "withdrawn", NOW)], now=NOW, actor_id=None)
    assert statuses(put(row, row, now=LATER)) == ["unchanged", "unchanged"]
    refused, granted = row._replace(consents={"marketing": "refused"}), row
    assert statuses(put(refused, refused, now=LATER)) == ["updated", "unchanged"]
    assert statuses(put(granted, now=LATER + timedelta(days=1))) == ["updated"]
    assert list(lead.consents.order_by("id").values_list("state", "at")) == [
        ("granted", day(1)), ("withdrawn", NOW), ("refused", LATER), ("granted", LATER + timedelta(days=1)),
    ]  # fmt: skip


def test_what_rows_say_is_held_against_rows_even_where_it_held_already() -> None:
    put(LeadRow(email="a@b.example", consents={"marketing": "granted"}))
    lead = Lead.objects.get()
    record_consents([NewConsent(lead.pk, "marketing", "withdrawn", NOW)], now=NOW, actor_id=None)
    again = LeadRow(email="a@b.example", consents={"marketing": "withdrawn"})
    put(again, now=LATER)
    record_consents([NewConsent(lead.pk, "marketing", "granted", LATER)], now=LATER, actor_id=None)
    assert statuses(put(again, now=LATER + timedelta(days=1))) == ["unchanged"]
    last = lead.consents.order_by("-id").first()
    assert last is not None
    assert last.state == "granted"


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        (LeadRow(email="nobody"), "email", "invalid_email"),
        (LeadRow(email="a@b"), "email", "invalid_email"),
        (LeadRow(email="a..b@c.example"), "email", "invalid_email"),
        (LeadRow(title="x" * 201), "title", "too_long"),
        (LeadRow(title="a\0b"), "title", "invalid_characters"),
        (LeadRow(title="a\ud800b"), "title", "invalid_characters"),
        (LeadRow(attributes={"x": ["a\0b"]}), "attributes", "invalid_characters"),
        (LeadRow(attributes={"x": 2**70}), "attributes", "invalid_attributes"),
        (LeadRow(attributes={"x": "y" * 60_000}), "attributes", "too_long"),
        (LeadRow(stage="nowhere"), "stage", "unknown_stage"),
        (LeadRow(created_at=NOW + timedelta(minutes=6)), "created_at", "in_the_future"),
        (LeadRow(stage="mql", stage_at=NOW + timedelta(hours=1)), "stage_at", "in_the_future"),
        (LeadRow(consents={"marketing": "perhaps"}), "consent.marketing", "unknown_consent"),
    ],
)
def test_a_wrong_value_sets_its_row_aside_and_no_other(row: LeadRow, field: str, code: str) -> None:
    bad, good = put(row, LeadRow(email="good@b.example"))
    assert (bad.status, bad.field, bad.code, bad.id) == ("rejected", field, code, None)
    assert bad.detail
    assert (good.status, Lead.objects.get().email) == ("created", "good@b.example")


def test_an_unknown_stage_names_the_known_ones() -> None:
    [result] = put(LeadRow(stage="nowhere"))
    assert result.detail == (
        "“nowhere” is not known here. Known are: inquiry, mql, sal, sql, opportunity, won, loyal, disqualified, lost, recycled."
    )


def test_clocks_may_differ_a_little() -> None:
    assert statuses(put(LeadRow(created_at=NOW + timedelta(minutes=4)))) == ["created"]


def test_a_change_over_the_api_shows_in_the_story_and_one_by_a_file_can_be_put_back() -> None:
    people = cast()
    put(LeadRow(email="a@b.example", title="CTO", owner="Sue"))
    put(LeadRow(email="a@b.example", title="CEO", owner="Tom"), actor_id=people.operator.pk)
    edit = Edit.objects.get()
    sue, tom = User.objects.get(name="Sue").pk, User.objects.get(name="Tom").pk
    assert (edit.before, edit.after) == ({"title": "CTO", "owner": sue}, {"title": "CEO", "owner": tom})
    import_ = Import.objects.create(kind="leads", file_name="f", file="f", profile={})
    put(LeadRow(email="a@b.example", title="Boss"), import_id=import_.pk, actor_id=people.operator.pk)
    put(LeadRow(email="a@b.example", title="Chief", country="DE"), import_id=import_.pk, actor_id=people.operator.pk)
    assert Edit.objects.count() == 1
    assert ImportBefore.objects.get().before == {
        "was": {"title": "CEO", "country": None},
        "became": {"title": "Chief", "country": "DE"},
    }


def test_a_partner_finds_and_makes_only_its_own() -> None:
    people: Cast = cast()
    put(LeadRow(system="s", external_id="1", email="a@b.example", company="Firm"))
    scope = people.partners.pk
    [result] = put(LeadRow(system="s", external_id="1", email="a@b.example", company="Firm", title="CTO"), scope=scope)
    assert result.status == "created"
    house, theirs = Lead.objects.order_by("id")
    assert (house.title, theirs.title, theirs.team) == (None, "CTO", people.partners)
    assert house.company_id != theirs.company_id
    assert Company.objects.filter(scope=scope).count() == 1
    [again] = put(LeadRow(system="s", external_id="1", email="a@b.example", title="CEO"), scope=scope)
    assert (again.status, again.id) == ("updated", theirs.pk)


def test_a_partner_names_its_own_people_and_team_only() -> None:
    people: Cast = cast()
    results = put(LeadRow(owner="Salesperson"), LeadRow(owner="Nobody"), LeadRow(team="Sales"), LeadRow(owner="Partner", team="partners"),
                  scope=people.partners.pk)  # fmt: skip
    assert [(r.status, r.code) for r in results] == [
        ("rejected", "unknown_owner"), ("rejected", "unknown_owner"), ("rejected", "unknown_team"), ("created", None),
    ]  # fmt: skip
    assert not User.objects.filter(name="Nobody").exists()


def test_a_lead_that_left_a_partner_is_not_changed_by_it() -> None:
    people: Cast = cast()
    scope = people.partners.pk
    put(LeadRow(system="s", external_id="1"), scope=scope)
    put(LeadRow(email="x@y.example"))
    lead = Lead.objects.order_by("id")[0]
    record_values([NewValue(lead.pk, "team", NOW, ref=people.sales.pk)], recorded_at=NOW)
    [result] = put(LeadRow(system="s", external_id="1", title="CTO"), scope=scope)
    assert (result.status, result.code, result.id) == ("rejected", "not_yours", None)
    lead.refresh_from_db()
    assert lead.title is None
    before = everything()
    put(LeadRow(system="s", external_id="1", email="new@firm.example", company="Firm"), scope=scope)
    assert everything() == before
    [made] = put(LeadRow(email="new@firm.example"), scope=scope)
    assert (made.status, made.id != lead.pk) == ("created", True)


def test_an_address_typed_in_by_hand_is_found_oldest_first() -> None:
    put(LeadRow(system="s", external_id="1"), LeadRow(system="s", external_id="2"))
    first, second = Lead.objects.order_by("id")
    Lead.objects.filter(pk__in=[first.pk, second.pk]).update(email="A@b.example")
    [result] = put(LeadRow(email="a@B.example", title="CTO"))
    assert (result.status, result.id) == ("updated", first.pk)


def test_a_partner_names_the_campaigns_of_its_leads_only() -> None:
    people = cast()
    put(LeadRow(email="a@b.example", campaign="Secret"))
    results = put(
        LeadRow(email="c@d.example", campaign="Secret"),
        LeadRow(email="e@f.example", campaign="New"),
        scope=people.partners.pk,
    )
    assert [(r.field, r.code) for r in results] == [("campaign", "unknown_campaign")] * 2
    assert list(Campaign.objects.values_list("name", flat=True)) == ["Secret"]
