"""Do deals cause exactly the stage rows that they should?"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tests.oracles.deals import CausedRow, caused_rows
from tests.oracles.facts import DealId, DealRow, LeadId
from tests.oracles.makers import on

Told = tuple[DealId, LeadId, str, datetime]


def deal(
    number: int,
    status: str,
    opened: float | None = None,
    closed: float | None = None,
    *,
    lead: int | None = 1,
    company: str | None = None,
) -> DealRow:
    return DealRow(
        number,
        lead,
        company,
        Decimal(100),
        "EUR",
        status,
        recorded_at=on(300),
        opened_at=None if opened is None else on(opened),
        closed_at=None if closed is None else on(closed),
    )


def caused(*deals: DealRow) -> list[tuple[DealId, LeadId, str, datetime]]:
    return [(row.deal, row.lead, row.to, row.at) for row in caused_rows(deals)]


def test_no_deals_cause_nothing() -> None:
    assert caused_rows(()) == []


def test_opening_and_winning() -> None:
    assert caused(deal(1, "won", 2, 9)) == [(1, 1, "opportunity", on(2)), (1, 1, "won", on(9))]
    assert caused(deal(1, "open", 2)) == [(1, 1, "opportunity", on(2))]


def test_without_an_opening_no_opportunity_is_made_up() -> None:
    assert caused(deal(1, "won", None, 9)) == [(1, 1, "won", on(9))]


def test_opened_and_won_at_the_same_instant_comes_in_that_order() -> None:
    assert [row[2] for row in caused(deal(1, "won", 9, 9))] == ["opportunity", "won"]


def test_a_deal_without_a_lead_moves_nobody() -> None:
    assert caused(deal(1, "won", 2, 9, lead=None)) == []


def test_the_only_deals_loss_loses_the_lead() -> None:
    assert caused(deal(1, "lost", 2, 9)) == [(1, 1, "opportunity", on(2)), (1, 1, "lost", on(9))]


def losses(*deals: DealRow) -> list[Told]:
    return [row for row in caused(*deals) if row[2] == "lost"]


def test_a_loss_beside_an_open_or_won_deal_loses_nobody() -> None:
    lost = deal(1, "lost", 2, 9)
    assert losses(lost, deal(2, "open", 5)) == []
    assert losses(lost, deal(2, "won", 1, 4)) == []
    assert losses(lost, deal(2, "won", 5, 20)) == []
    assert losses(lost, deal(2, "open", 5, lead=2)) == [(1, 1, "lost", on(9))]


def test_a_deal_that_opens_after_the_loss_does_not_undo_it() -> None:
    assert losses(deal(1, "lost", 2, 9), deal(2, "open", 10)) == [(1, 1, "lost", on(9))]


def test_the_last_of_several_losses_loses_the_lead() -> None:
    assert losses(deal(1, "lost", 2, 9), deal(2, "lost", 5, 12)) == [(2, 1, "lost", on(12))]


def test_deals_lost_at_the_same_instant_do_not_hold_each_other_open() -> None:
    assert losses(deal(1, "lost", 2, 9), deal(2, "lost", 5, 9)) == [(1, 1, "lost", on(9)), (2, 1, "lost", on(9))]


def test_the_second_win_of_a_company_makes_the_lead_of_its_first_loyal() -> None:
    rows = caused(
        deal(1, "won", None, 20, lead=1, company="acme"),
        deal(2, "won", None, 10, lead=2, company="acme"),
        deal(3, "won", None, 30, lead=3, company="acme"),
        deal(4, "won", None, 5, lead=4, company="other"),
    )
    assert rows == [
        (4, 4, "won", on(5)),
        (2, 2, "won", on(10)),
        (1, 1, "won", on(20)),
        (1, 2, "loyal", on(20)),
        (3, 3, "won", on(30)),
    ]


def test_wins_at_the_same_instant_are_ordered_by_id() -> None:
    rows = caused(deal(8, "won", None, 10, lead=1, company="acme"), deal(7, "won", None, 10, lead=2, company="acme"))
    assert rows[-1] == (8, 2, "loyal", on(10))


def test_a_first_win_without_a_lead_makes_nobody_loyal() -> None:
    rows = caused_rows(
        (deal(1, "won", None, 5, lead=None, company="acme"), deal(2, "won", None, 9, lead=2, company="acme"))
    )
    assert rows == [CausedRow(2, 2, "won", on(9))]
