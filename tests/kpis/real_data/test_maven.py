"""Do the figures of a pipeline of deals equal those of its raw file, to the cent?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from alignment.people.models import Organisation
from tests.kpis.attribution.adding_up import hold_totals
from tests.kpis.real_data.asking import Figures, Raw, of_the_product
from tests.leads.imports.vendors.workspace import brought

FOLDER = "maven-crm-opportunities"
FILES = {"maven-teams": "sales_teams.csv", "maven-accounts": "accounts.csv", "maven-deals": "sales_pipeline.csv"}
SPAN = ("2016-01-01", "2019-01-01")
DEALS = """
CREATE TABLE deals AS
SELECT opportunity_id, sales_agent AS owner, deal_stage, try_cast(nullif(engage_date, '') AS date) AS opened,
       try_cast(nullif(close_date, '') AS date) AS closed, try_cast(nullif(close_value, '') AS decimal(18, 2)) AS amount,
       nullif(account, '') AS account
FROM pipeline
"""


@pytest.fixture(scope="module")
def raw(real_data: Path) -> Raw:
    files = Raw(real_data / FOLDER, pipeline="sales_pipeline.csv")
    files.do(DEALS)
    return files


@pytest.fixture(scope="module")
def _brought_in(real_data: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with brought({name: real_data / FOLDER / file for name, file in FILES.items()}, django_db_blocker):
        yield


@pytest.fixture(autouse=True)
def _there(_brought_in: None, db: None) -> None:
    """Each test begins after the import, in dollars, and what it does is undone."""
    Organisation.objects.update_or_create(id=1, defaults={"currency": "USD", "timezone": "UTC"})


@pytest.mark.parametrize(("by", "cut"), [("month", "strftime({at}, '%Y-%m')"), ("owner", "owner")])
def test_deals_and_what_they_brought(raw: Raw, by: str, cut: str) -> None:
    closed, opened = cut.format(at="closed"), cut.format(at="opened")
    figures = {
        "won_deals": f"SELECT count(*), {closed} FROM deals WHERE deal_stage = 'Won' GROUP BY ALL",
        "lost_deals": f"SELECT count(*), {closed} FROM deals WHERE deal_stage = 'Lost' GROUP BY ALL",
        "won_revenue": f"SELECT sum(amount), {closed} FROM deals WHERE deal_stage = 'Won' GROUP BY ALL",
        "win_rate": f"""SELECT count(*) FILTER (deal_stage = 'Won') / count(*)::double, {closed} FROM deals
                        WHERE deal_stage IN ('Won', 'Lost') GROUP BY ALL""",
        "opportunities": f"SELECT count(*), {opened} FROM deals WHERE opened IS NOT NULL GROUP BY ALL",
        "pipeline_created": f"SELECT sum(amount), {opened} FROM deals WHERE opened IS NOT NULL GROUP BY ALL",
        "sales_cycle": f"""SELECT floor(quantile_cont(epoch_us(closed::timestamp) - epoch_us(opened::timestamp), 0.5) / 1e6 + 0.5)::bigint,
                           {closed} FROM deals WHERE deal_stage = 'Won' GROUP BY ALL""",
    }
    expected: Figures = {}
    for key, statement in figures.items():
        expected |= raw.figures(key, statement)
    assert of_the_product(list(figures), *SPAN, by) == expected


def test_customers_who_come_again(raw: Raw) -> None:
    """A company's second win; a deal without an account belongs to its lead alone."""
    expected = raw.figures(
        "repeat_wins",
        """WITH wins AS (SELECT closed, row_number() OVER (PARTITION BY coalesce(account, opportunity_id) ORDER BY closed) AS nth
                         FROM deals WHERE deal_stage = 'Won')
           SELECT count(*), strftime(closed, '%Y-%m') FROM wins WHERE nth = 2 GROUP BY ALL""",
    )
    assert of_the_product(["repeat_wins"], *SPAN, "month") == expected


def test_every_model_shares_out_what_was_won() -> None:
    assert hold_totals(*SPAN) >= 0
