"""Do the money figures of a whole CRM workspace equal those of its raw files, to the lead and cent?

Amounts are written in words (`$22,700.00`, `$115.00K`), times too (`15 Apr, 2021 00:03:00`); potentials that closed without
being won or lost to anybody are open still.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from alignment.people.models import Organisation
from tests.kpis.attribution.adding_up import hold_totals
from tests.kpis.real_data.asking import Figures, Raw, of_the_product
from tests.leads.imports.vendors.workspace import brought

FOLDER = "zoho-crm-sample"
FILES = {
    "zoho-users": "Users.csv",
    "zoho-accounts": "Accounts.csv",
    "zoho-campaigns": "Campaigns.csv",
    "zoho-campaign-spend": "Campaigns.csv",
    "zoho-leads": "Leads.csv",
    "zoho-contacts": "Contacts.csv",
    "zoho-potentials": "Potentials.csv",
}
CENT = Decimal("0.01")
SPAN = ("2018-01-01", "2023-01-01")
DEALS = """
CREATE TABLE deals AS
SELECT p."LEADID" AS lead, strptime(p."Created Time", '%d %b, %Y %H:%M:%S') AS opened,
       strptime(p."Closing Date", '%d %b, %Y %H:%M:%S') AS closed,
       replace(replace(p."Amount", '$', ''), ',', '')::decimal(18, 2) AS amount,
       CASE p."Stage" WHEN 'Closed Won' THEN 'won' WHEN 'Closed Lost' THEN 'lost'
                      WHEN 'Closed-Lost to Competition' THEN 'lost' ELSE 'open' END AS status,
       u."Email" AS owner, l."Lead Source" AS source
FROM potentials p JOIN users u ON u."Last Name" = p."Potential Owner" JOIN leads l ON l."LEADID" = p."LEADID"
"""
SPENT = """
CREATE TABLE spent AS
WITH entries AS (
    SELECT "Campaign Name" AS campaign, "Type" AS channel, "Start Date"::date AS first,
           date_diff('day', "Start Date"::date, "End Date"::date) + 1 AS days,
           (replace(replace(replace("Actual Cost", '$', ''), 'K', ''), ',', '')::decimal(18, 2) * 100000)::bigint AS cents
    FROM campaigns)
SELECT campaign, channel, first + n::int AS day, ((cents // days + (n < cents % days)::int) * 0.01::decimal(3, 2))::decimal(18, 2) AS amount
FROM entries, LATERAL unnest(range(days)) AS r(n)
"""
"""Each entry over all its days in whole cents; the first days carry what is left over."""


@pytest.fixture(scope="module")
def raw(real_data: Path) -> Raw:
    tables = {"potentials": "Potentials.csv", "users": "Users.csv", "leads": "Leads.csv", "campaigns": "Campaigns.csv"}
    files = Raw(real_data / FOLDER, **tables)
    files.do(DEALS)
    files.do(SPENT)
    return files


@pytest.fixture(scope="module")
def _brought_in(real_data: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with brought({name: real_data / FOLDER / file for name, file in FILES.items()}, django_db_blocker):
        yield


@pytest.fixture(autouse=True)
def _there(_brought_in: None, db: None) -> None:
    """Each test begins after the import, in dollars, and what it does is undone."""
    Organisation.objects.update_or_create(id=1, defaults={"currency": "USD", "timezone": "UTC"})


@pytest.mark.parametrize(
    ("by", "opened", "closed"),
    [
        ("month", "strftime(opened, '%Y-%m')", "strftime(closed, '%Y-%m')"),
        ("week", "strftime(opened, '%G-W%V')", "strftime(closed, '%G-W%V')"),
        ("owner", "owner", "owner"),
        ("source", "source", "source"),
    ],
)
def test_deals_and_what_they_brought(raw: Raw, by: str, opened: str, closed: str) -> None:
    figures = {
        "won_deals": f"SELECT count(*), {closed} FROM deals WHERE status = 'won' GROUP BY ALL",
        "lost_deals": f"SELECT count(*), {closed} FROM deals WHERE status = 'lost' GROUP BY ALL",
        "won_revenue": f"SELECT sum(amount), {closed} FROM deals WHERE status = 'won' GROUP BY ALL",
        "opportunities": f"SELECT count(*), {opened} FROM deals GROUP BY ALL",
        "pipeline_created": f"SELECT sum(amount), {opened} FROM deals GROUP BY ALL",
        "win_rate": f"""SELECT count(*) FILTER (status = 'won') / count(*)::double, {closed} FROM deals
                        WHERE status <> 'open' GROUP BY ALL""",
        "sales_cycle": f"""SELECT floor(quantile_cont(epoch_us(closed) - epoch_us(opened), 0.5) / 1e6 + 0.5)::bigint, {closed}
                           FROM deals WHERE status = 'won' GROUP BY ALL""",
    }
    expected: Figures = {}
    for key, statement in figures.items():
        expected |= raw.figures(key, statement)
    assert of_the_product(list(figures), *SPAN, by) == expected


@pytest.mark.parametrize(
    ("by", "cut"),
    [
        ("month", "strftime(day, '%Y-%m')"),
        ("week", "strftime(day, '%G-W%V')"),
        ("campaign", "campaign"),
        ("channel", "channel"),
    ],
)
def test_spend_to_the_cent(raw: Raw, by: str, cut: str) -> None:
    expected = raw.figures("spend", f"SELECT sum(amount), {cut} FROM spent GROUP BY ALL")
    assert of_the_product(["spend"], *SPAN, by) == expected


def test_what_a_lead_and_an_opportunity_cost(raw: Raw) -> None:
    months = """
        WITH months AS (
            SELECT strftime(day, '%Y-%m') AS month, sum(amount) AS spend FROM spent GROUP BY ALL),
        came AS (
            SELECT strftime(strptime("Created Time", '%d %b, %Y %H:%M:%S'), '%Y-%m') AS month, count(*) AS n FROM leads GROUP BY ALL),
        opened AS (SELECT strftime(opened, '%Y-%m') AS month, count(*) AS n FROM deals GROUP BY ALL)
    """
    expected = {
        **raw.figures("cost_per_lead", f"{months} SELECT spend::double / n, month FROM months JOIN came USING (month)"),
        **raw.figures(
            "cost_per_opportunity", f"{months} SELECT spend::double / n, month FROM months JOIN opened USING (month)"
        ),
    }
    found = of_the_product(["cost_per_lead", "cost_per_opportunity"], *SPAN, "month")
    assert found == {figure: value.quantize(CENT) for figure, value in expected.items()}


def test_every_model_shares_out_what_was_won() -> None:
    assert hold_totals(*SPAN) >= 0
