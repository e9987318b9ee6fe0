"""Do the counting of exports and the oracles of vendors say what can be worked out by hand?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from tests.oracles.ads import kept
from tests.oracles.exports import plain_name, spend_by_month, spread, win_rate, won_by_month
from tests.oracles.facts import DealRow
from tests.oracles.maven import Firm, Pipeline
from tests.oracles.salesforce import moment
from tests.oracles.zoho import Workspace, in_thousands, in_words

RECORDED = datetime(2026, 1, 1, tzinfo=UTC)


def sold(status: str, amount: int | None, closed_at: datetime) -> DealRow:
    worth = Decimal(amount) if amount is not None else None
    return DealRow("d", None, None, worth, "EUR", status, RECORDED, closed_at=closed_at)


def test_names_of_companies() -> None:
    assert plain_name("Acme Corporation") == plain_name("ACME, Inc.") == "acme"
    assert plain_name("Johnson & Johnson") == "johnson and johnson"
    assert plain_name("Co.") == "co"


def test_spend_is_spread_to_the_cent_and_the_first_days_carry_the_rest() -> None:
    first = date(2024, 1, 30)
    assert spread(Decimal("10.00"), first, first) == {first: Decimal("10.00")}
    days = spread(Decimal("100.00"), first, date(2024, 2, 1))
    assert list(days.values()) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert spend_by_month([(Decimal("100.00"), first, date(2024, 2, 1))]) == {
        "2024-01": Decimal("66.67"),
        "2024-02": Decimal("33.33"),
    }


def test_deals_by_what_became_of_them() -> None:
    january, march = datetime(2024, 1, 31, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)
    deals = [sold("won", 10, january), sold("won", 5, march), sold("lost", 7, march), sold("open", 9, march)]
    assert win_rate(deals) == Fraction(2, 3)
    assert won_by_month(deals) == {"2024-01": 10, "2024-03": 5}


def test_values_as_vendors_write_them() -> None:
    assert in_thousands("$1,117.10K") == 1_117_100
    assert in_words("15 Apr, 2021 00:03:00") == datetime(2021, 4, 15, 0, 3, tzinfo=UTC)
    assert moment("2024-01-23T02:46:47.000+0000") == datetime(2024, 1, 23, 2, 46, 47, tzinfo=UTC)
    assert kept("1.379999995") == Decimal("1.3800")


def test_a_contact_is_known_by_its_address(tmp_path: Path) -> None:
    tmp_path.joinpath("Leads.csv").write_text(
        "LEADID,Last Name,Company,Lead Owner,Email\n1,Lee,Firm,Sue,lee@firm.example\n2,Ray,Firm,Tom,ray@firm.example\n"
    )
    tmp_path.joinpath("Contacts.csv").write_text(
        "CONTACTID,Last Name,Contact Owner,Account Id,Email\n2,Lee,Tom,8,LEE@firm.example\n"
    )
    tmp_path.joinpath("Accounts.csv").write_text("ACCOUNTID,Account Name\n7,Firm Inc.\n8,Firm\n")
    workspace = Workspace(tmp_path, RECORDED)
    assert workspace.lead_of_contact == {"2": "1"}
    assert workspace.company == {"1": "8", "2": "7"}
    assert workspace.contacts().updated == 1


def test_accounts_in_millions(tmp_path: Path) -> None:
    tmp_path.joinpath("accounts.csv").write_text(
        "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"
        "Firm,technolgy,1996,1100.04,2822,Philipines,Parent\n"
    )
    assert Pipeline(tmp_path, RECORDED).firms() == {
        Firm("Firm", "technology", 2822, Decimal("1100040000.00"), "Philippines", "Parent")
    }
