"""A report as a file: times and money are typed where a file has types, CSV says what it always said, no column is empty for nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.test import Client

from alignment.ui.exports import Typed
from kpis.leaks.report import leakage
from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from kpis.reports.tables import as_csv, as_table, columns_of, flatten, typed
from tests.leads.exports.taking import csv_rows, sent, workbook_rows
from tests.world import NOW, Cast

ASKED = {"start": "2024-01-01", "end": "2025-01-01"}
YEAR = "&".join(f"{name}={value}" for name, value in ASKED.items())
FLAGS: dict[str, Any] = {
    "flags": [
        {"lead": 1, "since": "2024-03-01T09:30:00.250000Z", "until": None, "value_at_risk": None},
        {"lead": 2, "since": "2024-03-02T09:30:00Z", "until": None, "value_at_risk": {"amount": "12.30", "currency": "EUR"}},
    ]
}  # fmt: skip


def test_what_is_not_always_known_has_no_empty_column_beside_its_parts() -> None:
    rows = flatten(FLAGS, ("flags",))
    names = ["lead", "since", "until", "value_at_risk.amount", "value_at_risk.currency"]
    assert columns_of(rows) == names
    assert as_csv(rows).splitlines() == [
        ",".join(names),
        "1,2024-03-01T09:30:00.250000Z,,,",
        "2,2024-03-02T09:30:00Z,,12.30,EUR",
    ]
    assert "value_at_risk " not in as_table(rows).splitlines()[0]


def test_what_is_never_known_keeps_its_column() -> None:
    assert columns_of(flatten({"flags": FLAGS["flags"][:1]}, ("flags",)))[-1] == "value_at_risk"


def test_times_and_money_are_typed_and_what_people_wrote_is_not() -> None:
    names = ["since", "value.amount", "value.currency", "attributes.amount", "attributes.since_at", "source", "ends_at"]
    assert typed("since", "2024-03-01T09:30:00.250000Z", names) == Typed(
        "2024-03-01T09:30:00.250000Z", datetime(2024, 3, 1, 9, 30, tzinfo=UTC)
    )
    assert typed("value.amount", "12.30", names) == Typed("12.30", Decimal("12.30"))
    for name in ("attributes.amount", "attributes.since_at", "source"):
        assert typed(name, "007", names) == "007"
    assert typed("since", None, names) is None


def test_the_leakage_report_as_a_workbook_has_real_times_and_numbers(people: Cast) -> None:
    browser = Client()
    browser.force_login(people.operator)
    flags = leakage(read_params({name: [value] for name, value in ASKED.items()}, now=NOW), people.operator)["flags"]
    assert any(flag["value_at_risk"] for flag in flags)
    address = f"/reports/leakage/?{YEAR}&format="
    book, lines = workbook_rows(sent(browser, f"{address}xlsx")), csv_rows(sent(browser, f"{address}csv"))
    assert "value_at_risk" not in book[0]
    assert list(book[0]) == list(lines[0]) == columns_of(flatten({"flags": flags}, REPORTS["leakage"].rows))
    for flag, row, line in zip(flags, book, lines, strict=True):
        value = flag["value_at_risk"] or {}
        since = datetime.fromisoformat(flag["since"]).replace(tzinfo=None, microsecond=0)
        assert isinstance(row["since"], datetime)
        assert abs((row["since"] - since).total_seconds()) < 0.01
        assert row["value_at_risk.amount"] == (float(value["amount"]) if value else None)
        assert (line["since"], line["value_at_risk.amount"]) == (flag["since"], value.get("amount", ""))


def test_the_list_of_leaks_as_a_workbook_has_real_times_too(people: Cast) -> None:
    browser = Client()
    browser.force_login(people.operator)
    rows = workbook_rows(sent(browser, "/leakage/?format=xlsx"))
    assert rows
    assert all(isinstance(row["since"], datetime) for row in rows)
