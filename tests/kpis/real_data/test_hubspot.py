"""Do the figures of a portal's contacts and deals equal those of its raw files?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.kpis.attribution.adding_up import hold_totals
from tests.kpis.real_data.asking import Figures, Raw, of_the_product
from tests.leads.imports.vendors.workspace import brought

FOLDER = "hubspot-sample"
CENT = Decimal("0.01")
SPAN = ("2015-01-01", "2026-01-01")
DEALS = """
CREATE TABLE deals AS
SELECT "Create Date"::timestamp AS opened, "Close Date"::timestamp AS closed, nullif("Amount", '')::decimal(18, 2) AS amount,
       "Deal Owner" AS owner, CASE "Deal Stage" WHEN 'Closed Won' THEN 'won' WHEN 'Closed Lost' THEN 'lost' ELSE 'open' END AS status,
       CASE "Deal Type" WHEN 'Existing Business' THEN 'upsell' ELSE 'new' END AS kind
FROM rows
"""


@pytest.fixture(scope="module")
def raw(real_data: Path) -> Raw:
    files = Raw(real_data / FOLDER, contacts="hubspot_contacts.csv", rows="hubspot_deals.csv")
    files.do(DEALS)
    return files


@pytest.fixture(scope="module")
def _brought_in(real_data: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    names = ("companies", "contacts", "deals")
    with brought({f"hubspot-{name}": real_data / FOLDER / f"hubspot_{name}.csv" for name in names}, django_db_blocker):
        yield


@pytest.fixture(autouse=True)
def _there(_brought_in: None, db: None) -> None:
    """Each test begins after the import, and what it does is undone."""


def test_contacts_by_month_and_source(raw: Raw) -> None:
    came = '"Create Date"::timestamp'
    expected = raw.figures(
        "leads_created",
        f"SELECT count(*), strftime({came}, '%Y-%m'), nullif(\"Lead Source\", '') FROM contacts GROUP BY ALL",
    )
    assert of_the_product(["leads_created"], *SPAN, "month", "source") == expected


def test_deals_and_what_they_brought(raw: Raw) -> None:
    closed, opened = "strftime(closed, '%Y-%m')", "strftime(opened, '%Y-%m')"
    figures = {
        "won_deals": f"SELECT count(*), {closed} FROM deals WHERE status = 'won' AND closed <= '2026-01-01' GROUP BY ALL",
        "lost_deals": f"SELECT count(*), {closed} FROM deals WHERE status = 'lost' AND closed <= '2026-01-01' GROUP BY ALL",
        "won_revenue": f"SELECT sum(amount), {closed} FROM deals WHERE status = 'won' AND closed <= '2026-01-01' GROUP BY ALL",
        "pipeline_created": f"SELECT sum(amount), {opened} FROM deals GROUP BY ALL",
        "average_deal": f"""SELECT avg(amount), {closed} FROM deals
                            WHERE status = 'won' AND amount IS NOT NULL AND closed <= '2026-01-01' GROUP BY ALL""",
    }
    expected: Figures = {}
    for key, statement in figures.items():
        expected |= raw.figures(key, statement)
    assert of_the_product(list(figures), *SPAN, "month") == {
        figure: value.quantize(CENT) if figure[0] == "average_deal" else value for figure, value in expected.items()
    }


def test_every_model_shares_out_what_was_won() -> None:
    assert hold_totals(*SPAN) >= 0
