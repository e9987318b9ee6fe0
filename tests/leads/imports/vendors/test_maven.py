"""Does a sales pipeline in four files come in as they say?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from alignment.people.models import User
from leads.imports.summary import ImportDocument
from leads.models import Company, Deal, Lead
from tests.leads.imports.vendors.workspace import NOW, bring_file, brought, hold, outcome, sold
from tests.oracles.exports import Outcome, counted, win_rate, won_by_month
from tests.oracles.maven import FOLDER, Firm, Pipeline

FILES = {"maven-teams": "sales_teams", "maven-accounts": "accounts", "maven-deals": "sales_pipeline"}
YEARS = ("2016-01-01", "2027-01-01")


@pytest.fixture(scope="module")
def pipeline(real_data: Path) -> Pipeline:
    return Pipeline(real_data / FOLDER, NOW)


@pytest.fixture(scope="module")
def documents(
    pipeline: Pipeline, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, ImportDocument]]:
    """Every file, brought in once for all of these tests."""
    files = {name: pipeline.folder / f"{file}.csv" for name, file in FILES.items()}
    with brought(files, django_db_blocker) as told:
        yield told


@pytest.fixture(autouse=True)
def _brought(documents: dict[str, ImportDocument], db: None) -> None:
    """Each test begins after the import, and what it does is undone."""


def test_every_row_comes_in(documents: dict[str, ImportDocument]) -> None:
    assert {name: outcome(document) for name, document in documents.items()} == {
        "maven-teams": Outcome(35, 35),
        "maven-accounts": Outcome(85, 85),
        "maven-deals": Outcome(8800, 8800),
    }


def test_agents_are_with_their_offices(pipeline: Pipeline) -> None:
    assert dict(User.objects.values_list("name", "team__name")) == pipeline.offices()


def test_accounts_with_revenue_in_millions_and_parents(pipeline: Pipeline) -> None:
    found = {
        Firm(
            c.name,
            c.industry or "",
            c.employees or 0,
            c.annual_revenue or Decimal(),
            c.country or "",
            c.parent.name if c.parent else None,
        )
        for c in Company.objects.select_related("parent")
    }
    assert found == pipeline.firms()


def test_deals(pipeline: Pipeline) -> None:
    found = list(Deal.objects.select_related("owner", "company"))
    assert counted(sold(found)) == counted(pipeline.deals)
    assert win_rate(sold(found)) == win_rate(pipeline.deals)
    assert won_by_month(sold(found)) == won_by_month(pipeline.deals)
    assert Counter(deal.company and deal.company.name for deal in found) == Counter(
        deal.company for deal in pipeline.deals
    )
    assert sum(deal.company is None for deal in found) == 1425
    assert Counter((deal.owner and deal.owner.name, deal.attributes["stage"]) for deal in found) == pipeline.agents()
    assert Counter(deal.attributes["product"] for deal in found) == pipeline.products()
    assert {deal.currency for deal in found} == {"USD"}


def test_each_deal_makes_a_lead() -> None:
    assert Lead.objects.count() == Lead.objects.filter(deals__isnull=False).count() == 8800


@pytest.mark.parametrize(
    ("report", "options"),
    [
        ("funnel", {"by": "team", "start_stage": "opportunity"}),
        ("flow", {"by": "owner"}),
    ],
)
def test_figures(pipeline: Pipeline, report: str, options: dict[str, str]) -> None:
    hold(pipeline.world, report, *YEARS, **options)


def test_the_same_deals_again_change_nothing(pipeline: Pipeline) -> None:
    assert outcome(bring_file("maven-deals", pipeline.folder / "sales_pipeline.csv")) == Outcome(8800, unchanged=8800)
