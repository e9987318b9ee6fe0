"""What deals are taken, and what they do to the stages of their leads."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from alignment.people.models import User
from leads.deals.edits import edit_deal
from leads.deals.models import Deal
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.funnel.stage_sets import stage_set
from leads.lifecycle.changes import NewValue, load_stages, record_values
from leads.lifecycle.models import StageChange, StageVoid
from leads.outcome import RowResult
from leads.records.models import Lead
from tests.kpis.agreeing import agreed
from tests.leads.privacy.snapshot import everything
from tests.world import NOW, a_lead, cast, day

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def save(*rows: DealRow, now: datetime = NOW, **arguments: Any) -> list[RowResult]:
    return save_deals(rows, now=now, actor_id=None, **arguments)


def row(external_id: str, lead: str | None = "1", **fields: Any) -> DealRow:
    return DealRow(system="test", external_id=external_id, lead_external_id=lead, **fields)


def the(result: RowResult) -> Deal:
    """The deal that came of a row."""
    assert result.id is not None, result
    return Deal.objects.get(pk=result.id)


def standing(lead: Lead) -> list[tuple[str, datetime, str | None]]:
    """The rows of the stage log that deals wrote and that stand, in order."""
    changes = StageChange.objects.filter(lead=lead, void=None).exclude(deal=None).order_by("at", "id")
    return [(change.to_id, change.at, change.deal.external_id if change.deal else None) for change in changes]


def stage(lead: Lead) -> str | None:
    lead.refresh_from_db()
    return lead.stage_id


def test_a_deal_has_what_its_row_says() -> None:
    lead = a_lead("1", company="Firm")
    [result] = save(row("d", amount=Decimal("12.345678"), currency="usd", owner="Sue", status="Closed Won",
                        opened_at=day(1), closed_at=day(2),
                        kind="Up-Sell", attributes={"a": 1}))  # fmt: skip
    deal = the(result)
    assert (deal.system, deal.external_id, deal.lead, deal.company, str(deal.owner)) == (
        "test",
        "d",
        lead,
        lead.company,
        "Sue",
    )
    assert (deal.amount, deal.currency, deal.status, deal.kind) == (Decimal("12.3457"), "USD", "won", "upsell")
    assert (deal.opened_at, deal.closed_at, deal.attributes, deal.version) == (day(1), day(2), {"a": 1}, 1)
    lead.refresh_from_db()
    assert lead.owner is None


def test_defaults_are_open_new_and_the_reporting_currency() -> None:
    [result] = save(DealRow())
    deal = the(result)
    assert (deal.status, deal.kind, deal.currency, deal.amount, deal.lead) == ("open", "new", "EUR", None, None)


def test_the_same_rows_again_change_nothing() -> None:
    a_lead("1", company="Firm")
    rows = [row("a", status="won", opened_at=day(1), closed_at=day(2), amount=Decimal("1.10")),
            row("b", status="lost", closed_at=day(3), lost_reason="price"), row("c", None, company="Firm", status="open")]  # fmt: skip
    save(*rows)
    before = everything()
    assert [result.status for result in save(*rows, now=LATER)] == ["unchanged"] * 3
    assert everything() == before


def test_opening_and_winning_move_the_lead_when_they_happened() -> None:
    lead = a_lead("1")
    save(row("d", status="won", opened_at=day(1), closed_at=day(9)))
    assert standing(lead) == [("opportunity", day(1), "d"), ("won", day(9), "d")]
    assert stage(lead) == "won"


def test_without_an_opening_no_opportunity_is_made_up() -> None:
    lead = a_lead("1")
    save(row("d", status="won", closed_at=day(9)))
    assert standing(lead) == [("won", day(9), "d")]


def test_what_an_open_deal_expects_moves_nobody() -> None:
    lead = a_lead("1")
    save(row("d", status="open", opened_at=day(1), closed_at=NOW + timedelta(days=90)))
    assert standing(lead) == [("opportunity", day(1), "d")]


def test_opening_and_winning_at_the_same_instant_ends_won() -> None:
    lead = a_lead("1")
    save(row("d", status="won", opened_at=day(9), closed_at=day(9)))
    assert standing(lead) == [("opportunity", day(9), "d"), ("won", day(9), "d")]
    assert stage(lead) == "won"


@pytest.mark.parametrize(
    ("other", "moves"),
    [
        ({"status": "open", "opened_at": day(1)}, False),
        ({"status": "open"}, False),
        ({"status": "open", "opened_at": day(11)}, True),
        ({"status": "won", "opened_at": day(1), "closed_at": day(5)}, False),
        ({"status": "won", "closed_at": day(10)}, False),
        ({"status": "won", "opened_at": day(1), "closed_at": day(20)}, False),
        ({"status": "won", "closed_at": day(20)}, True),
        ({"status": "lost", "opened_at": day(1), "closed_at": day(20)}, False),
        ({"status": "lost", "opened_at": day(1), "closed_at": day(10)}, True),
        ({"status": "lost", "closed_at": day(20)}, True),
    ],
)
def test_losing_moves_the_lead_unless_another_deal_was_open_or_won_at_that_instant(
    other: dict[str, Any], moves: bool
) -> None:
    lead = a_lead("1")
    save(row("d", status="lost", closed_at=day(10), lost_reason="price"), row("other", **other))
    assert (("lost", day(10), "d") in standing(lead)) is moves
    if moves:
        assert StageChange.objects.get(deal__external_id="d", to_id="lost", void=None).reason == "price"


def test_a_loss_is_taken_back_when_another_deal_turns_out_to_have_been_open() -> None:
    lead = a_lead("1")
    save(row("d", status="lost", closed_at=day(10)))
    assert stage(lead) == "lost"
    save(row("late", status="open", opened_at=day(5)), now=LATER)
    assert standing(lead) == [("opportunity", day(5), "late")]
    void = StageVoid.objects.get()
    assert (void.change.to_id, void.recorded_at, stage(lead)) == ("lost", LATER, "opportunity")


def test_a_corrected_date_voids_the_row_and_writes_it_anew() -> None:
    lead = a_lead("1")
    save(row("d", status="won", closed_at=day(10)))
    save(row("d", closed_at=day(12)), now=LATER)
    assert standing(lead) == [("won", day(12), "d")]
    assert StageVoid.objects.get().change.at == day(10)


def test_a_second_win_of_the_company_makes_the_lead_of_the_first_loyal() -> None:
    first, second = a_lead("1", company="Firm"), a_lead("2", company="Firm")
    save(row("b", "2", status="won", closed_at=day(20)), row("a", "1", status="won", closed_at=day(10)))
    assert standing(first) == [("won", day(10), "a"), ("loyal", day(20), "b")]
    assert standing(second) == [("won", day(20), "b")]
    save(row("c", "2", status="won", closed_at=day(5)), now=LATER)
    assert standing(first) == [("won", day(10), "a")]
    assert standing(second) == [("won", day(5), "c"), ("loyal", day(10), "a"), ("won", day(20), "b")]
    assert (stage(first), stage(second)) == ("won", "loyal")


def test_a_deal_that_moves_to_another_lead_takes_its_rows_along() -> None:
    first, second = a_lead("1"), a_lead("2")
    save(row("d", status="won", closed_at=day(10)))
    save(row("d", "2"), now=LATER)
    assert (standing(first), standing(second)) == ([], [("won", day(10), "d")])
    assert stage(first) == "inquiry"


def test_a_reopened_deal_takes_the_win_back() -> None:
    lead = a_lead("1")
    [result] = save(row("d", status="won", opened_at=day(1), closed_at=day(10)))
    edit_deal(the(result), {"status": "open", "closed_at": None}, now=LATER, actor_id=None)
    assert standing(lead) == [("opportunity", day(1), "d")]


def test_stages_that_the_set_lacks_are_not_written() -> None:
    load_stages([{"key": "new", "title": "New", "position": 1, "side": "marketing"},
                 {"key": "customer", "title": "Customer", "position": 2, "category": "won", "side": "sales"},
                 *({"key": t.key, "title": t.title, "counts_as": "new"} for t in stage_set().stages)])  # fmt: skip
    lead = a_lead("1", company="Firm")
    save(row("a", status="won", opened_at=day(1), closed_at=day(2)), row("b", status="won", closed_at=day(3)),
         row("c", status="lost", closed_at=day(1)))  # fmt: skip
    assert standing(lead) == [("customer", day(2), "a"), ("customer", day(3), "b")]


RENAMED: list[dict[str, Any]] = [
    {"key": "inquiry", "title": "Inquiry", "position": 1, "category": "open", "side": "marketing"},
    {"key": "sql", "title": "SQL", "position": 2, "category": "open", "side": "sales"},
    {"key": "closed", "title": "Closed", "position": 3, "category": "won", "side": "sales"},
    {"key": "gone", "title": "Gone", "category": "lost", "side": "sales"},
    {"key": "opportunity", "counts_as": "sql"},
    {"key": "won", "counts_as": "closed"},
    {"key": "lost", "counts_as": "gone"},
]
"""Winning and losing have other names, and an opportunity is no stage any more."""


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ({"status": "won", "opened_at": day(1), "closed_at": day(2)}, [("opportunity", day(1)), ("won", day(2))]),
        ({"status": "lost", "opened_at": day(1), "closed_at": day(2)}, [("opportunity", day(1)), ("lost", day(2))]),
    ],
)
def test_what_a_deal_still_says_stays_as_it_was_logged_when_the_funnel_calls_it_otherwise(
    said: dict[str, Any], logged: list[tuple[str, datetime]]
) -> None:
    lead, people = a_lead("1"), cast()
    save(row("d", **said))
    agreed(people, "funnel", {"stages": RENAMED}, at=NOW, signed_at=NOW)
    save(row("d", amount=Decimal(2000), **said), now=LATER)
    assert [(to, at) for to, at, _deal in standing(lead)] == logged
    assert not StageVoid.objects.exists()


def test_a_correction_after_a_new_funnel_is_logged_by_the_new_one() -> None:
    lead, people = a_lead("1"), cast()
    save(row("d", status="won", opened_at=day(1), closed_at=day(2)))
    agreed(people, "funnel", {"stages": RENAMED}, at=NOW, signed_at=NOW)
    save(row("d", status="won", opened_at=day(1), closed_at=day(3)), now=LATER)
    assert standing(lead) == [("opportunity", day(1), "d"), ("closed", day(3), "d")]
    save(row("d", status="open", opened_at=day(1)), now=LATER)
    assert standing(lead) == [("opportunity", day(1), "d")]


def test_a_win_before_the_first_contact_stays_won_and_warns() -> None:
    lead = a_lead("1", created_at=day(5))
    [early, fine] = save(row("a", status="won", closed_at=day(3)), row("b", status="won", closed_at=day(5)))
    assert (early.status, early.warning_code, fine.warning_code) == ("created", "won_before_created", None)
    assert early.warning == "The deal was won before its lead's first contact; it stays won."
    assert stage(lead) == "won"


def test_leads_are_made_from_deals_where_that_was_asked_for() -> None:
    results = save(
        row("a", "new", status="won", opened_at=day(1), closed_at=day(2), owner="Sue", company="Firm"),
        row("b", "new", status="open"), row("c", None, status="lost", closed_at=day(3), company="Other"), row("d", None, status="open"),
        create_leads=True,
    )  # fmt: skip
    assert [r.status for r in results] == ["created"] * 4
    leads = list(Lead.objects.order_by("created_at"))
    assert [(lead.external_id, lead.created_at, lead.stage_id, str(lead.owner), str(lead.company), lead.system) for lead in leads] == [
        ("new", day(1), "won", "Sue", "Firm", "test"), (None, day(3), "lost", "None", "Other", "test"),
        (None, NOW, None, "None", "None", "test"),
    ]  # fmt: skip
    assert not StageChange.objects.filter(deal=None).exists()
    again = save(row("c", None, status="lost", closed_at=day(3)), row("d", None), create_leads=True)
    assert ([r.status for r in again], Lead.objects.count()) == (["unchanged", "unchanged"], 3)


def test_a_lead_is_named_by_its_address_where_no_id_is_stated() -> None:
    ann, other = a_lead("1", email="ann@firm.example"), a_lead("2")
    by_address, by_id, nobody = save(
        row("a", lead=None, email="ANN@firm.example"), row("b", lead="2", email="ann@firm.example"),
        row("c", lead=None, email="nobody@firm.example"),
    )  # fmt: skip
    assert (the(by_address).lead, the(by_id).lead) == (ann, other)
    assert (nobody.field, nobody.code) == ("email", "unknown_lead")
    [made] = save(row("c", lead=None, email="nobody@firm.example"), create_leads=True)
    lead = the(made).lead
    assert lead is not None
    assert (lead.email, lead.external_id) == ("nobody@firm.example", None)


def test_a_company_is_named_by_its_id_before_its_name() -> None:
    lead = a_lead("1", company="Firm")
    first = the(save(row("a", company="Other", company_external_id="c-1"))[0])
    again = the(save(row("b", lead=None, company_external_id="c-1"))[0])
    own = the(save(row("c"))[0])
    assert (first.company, own.company) == (again.company, lead.company)
    assert first.company is not None
    assert (first.company.name, first.company.external_id) == ("Other", "c-1")


def test_a_rejected_deal_makes_no_lead() -> None:
    [result] = save(row("a", "new", status="won"), create_leads=True)
    assert (result.status, result.code, Lead.objects.count()) == ("rejected", "missing_closed_at", 0)


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"status": "won"}, "closed_at", "missing_closed_at"),
        ({"status": "lost", "closed_at": NOW + timedelta(hours=1)}, "closed_at", "in_the_future"),
        ({"opened_at": NOW + timedelta(hours=1)}, "opened_at", "in_the_future"),
        ({"status": "maybe"}, "status", "unknown_status"),
        ({"kind": "maybe"}, "kind", "unknown_kind"),
        ({"currency": "EURO"}, "currency", "invalid_currency"),
        ({"amount": Decimal("NaN")}, "amount", "invalid_amount"),
        ({"amount": Decimal(10) ** 14}, "amount", "invalid_amount"),
        ({"lead_external_id": "nobody"}, "lead_external_id", "unknown_lead"),
        ({"lead_id": 10**15}, "lead_id", "unknown_lead"),
        ({"lost_reason": "x" * 501}, "lost_reason", "too_long"),
    ],
)
def test_a_wrong_value_sets_its_row_aside(fields: dict[str, Any], field: str, code: str) -> None:
    [bad, good] = save(DealRow(system="test", external_id="bad", **fields), row("good", None))
    assert (bad.status, bad.field, bad.code, good.status) == ("rejected", field, code, "created")
    assert list(Deal.objects.values_list("external_id", flat=True)) == ["good"]


def test_what_was_expected_does_not_date_the_win() -> None:
    a_lead("1")
    save(row("d", status="open", closed_at=day(30)))
    [result] = save(row("d", status="won"))
    assert (result.status, result.code) == ("rejected", "missing_closed_at")


def test_a_partner_sees_and_changes_only_deals_of_its_own() -> None:
    people = cast()
    a_lead("1")
    theirs = a_lead("1", scope=people.partners.pk)
    [house] = save(row("d", amount=Decimal(1)))
    [partner] = save(row("d", amount=Decimal(2)), scope=people.partners.pk)
    assert (partner.status, the(partner).lead) == ("created", theirs)
    [stranger] = save(DealRow(deal_id=house.id, amount=Decimal(3)), scope=people.partners.pk)
    assert (stranger.status, stranger.code) == ("rejected", "unknown_deal")
    assert not User.objects.filter(name="Sue").exists()


def test_a_deal_whose_lead_left_the_partner_is_not_there_for_it_any_more() -> None:
    people = cast()
    scope = people.partners.pk
    lead = a_lead("1", scope=scope)
    [made] = save(row("d", amount=Decimal(2)), scope=scope)
    record_values([NewValue(lead.pk, "team", NOW, ref=people.sales.pk)], recorded_at=NOW)
    a_lead("2", scope=scope)
    before = everything()
    rows = [row("d", None, status="won", closed_at=day(3)), row("d", "2", amount=Decimal(3)), row("d", None, amount=Decimal(3)),
            DealRow(deal_id=made.id, amount=Decimal(3))]  # fmt: skip
    for create in (False, True):
        results = save(*rows, scope=scope, create_leads=create)
        assert [(r.status, r.code, r.id) for r in results] == [("rejected", "unknown_deal", None)] * 4
    assert everything() == before
