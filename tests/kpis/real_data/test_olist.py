"""Do the figures of a marketplace's leads and deals equal those of its raw files?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.kpis.attribution.adding_up import hold_totals
from tests.kpis.real_data.asking import Raw, of_the_product
from tests.leads.imports.vendors.workspace import brought

FOLDER = "olist-marketing-funnel"
LEADS, DEALS = "olist_marketing_qualified_leads_dataset.csv", "olist_closed_deals_dataset.csv"
SPAN = ("2017-01-01", "2019-01-01")
LIVES = """
CREATE TABLE lives AS
SELECT l.mql_id, nullif(l.origin, '') AS source,
       timezone('America/Sao_Paulo', l.first_contact_date::timestamp) AS contacted,
       timezone('America/Sao_Paulo', d.won_date::timestamp) AS won, d.sr_id AS seller,
       least(contacted, won) AS came
FROM leads l LEFT JOIN deals d USING (mql_id)
"""
"""One lead is won before its first contact: then it has come in by the win, and is won."""


@pytest.fixture(scope="module")
def raw(real_data: Path) -> Raw:
    files = Raw(real_data / FOLDER, leads=LEADS, deals=DEALS)
    files.do(LIVES)
    return files


@pytest.fixture(scope="module")
def _brought_in(real_data: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    files = {"olist-leads": real_data / FOLDER / LEADS, "olist-deals": real_data / FOLDER / DEALS}
    with brought(files, django_db_blocker):
        yield


@pytest.fixture(autouse=True)
def _there(_brought_in: None, db: None) -> None:
    """Each test begins after the import, and what it does is undone."""


def test_leads_by_month_and_source(raw: Raw) -> None:
    expected = raw.figures(
        "leads_created", "SELECT count(*), strftime(contacted, '%Y-%m'), source FROM lives GROUP BY ALL"
    )
    assert of_the_product(["leads_created"], *SPAN, "month", "source") == expected


def test_wins_by_month_and_by_who_sold(raw: Raw) -> None:
    by_month = raw.figures(
        "won_deals", "SELECT count(*), strftime(won, '%Y-%m') FROM lives WHERE won IS NOT NULL GROUP BY ALL"
    )
    assert of_the_product(["won_deals"], *SPAN, "month") == by_month
    by_owner = raw.figures("won_deals", "SELECT count(*), seller FROM lives WHERE won IS NOT NULL GROUP BY ALL")
    assert of_the_product(["won_deals"], *SPAN, "owner") == by_owner


def test_who_reached_each_stage(raw: Raw) -> None:
    for key in ("mql", "won"):
        at = "won" if key == "won" else "came"
        expected = raw.figures(
            f"reached.{key}",
            f"SELECT count(*), strftime({at}, '%Y-%m'), source FROM lives WHERE {at} IS NOT NULL GROUP BY ALL",
        )
        assert of_the_product([f"reached.{key}"], *SPAN, "month", "source") == expected


def test_conversions_among_mature_leads_in_the_window(raw: Raw) -> None:
    """Every lead is mature by now; a window has 90 × 24 hours."""
    in_window = "count(*) FILTER (won - came <= interval '2160 hours')"
    for by, cut in (("month", "strftime(came, '%Y-%m')"), ("source", "source")):
        expected = raw.figures("cohort.inquiry", f"SELECT count(*), {cut} FROM lives GROUP BY ALL")
        expected |= raw.figures("cohort.won", f"SELECT {in_window}, {cut} FROM lives GROUP BY ALL")
        expected |= raw.figures(
            "conversion_from_start.won", f"SELECT ({in_window}) / count(*)::double, {cut} FROM lives GROUP BY ALL"
        )
        found = of_the_product(["cohort.inquiry", "cohort.won", "conversion_from_start.won"], *SPAN, by)
        assert found == expected


def test_the_time_to_win_of_those_who_won(raw: Raw) -> None:
    """Leads come in as MQLs and are won next: no step between is entered, so the way from the start is told by the funnel report."""
    expected = raw.figures(
        "time_in_stage.mql",
        """SELECT floor(quantile_cont(epoch_us(won) - epoch_us(contacted), 0.5) / 1e6 + 0.5)::bigint, strftime(won, '%Y-%m')
           FROM lives WHERE won > contacted GROUP BY ALL""",
    )
    assert of_the_product(["time_in_stage.mql"], *SPAN, "month") == expected


def test_every_model_shares_out_what_was_won() -> None:
    assert hold_totals(*SPAN) >= 0
