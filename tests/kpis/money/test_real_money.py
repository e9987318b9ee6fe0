"""The money report on real pipelines of deals says what their raw files say, to the cent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pytest_django import DjangoDbBlocker

from alignment.people.models import Organisation
from kpis.money.report import money
from kpis.reports.params import read_params
from tests.leads.imports.vendors.workspace import NOW, brought

MAVEN = {"maven-teams": "sales_teams.csv", "maven-accounts": "accounts.csv", "maven-deals": "sales_pipeline.csv"}
ZOHO = {
    "zoho-users": "Users.csv", "zoho-campaigns": "Campaigns.csv", "zoho-campaign-spend": "Campaigns.csv", "zoho-leads": "Leads.csv",
    "zoho-potentials": "Potentials.csv",
}  # fmt: skip


def report(folder: Path, files: dict[str, str], blocker: DjangoDbBlocker) -> dict[str, Any]:
    """The figures of all time, in dollars."""
    with brought({name: folder / file for name, file in files.items()}, blocker), blocker.unblock():
        Organisation.objects.update_or_create(id=1, defaults={"currency": "USD", "timezone": "UTC"})
        document = money(read_params({"start": ["2015-01-01"], "end": ["2025-01-01"]}, now=NOW))
    group: dict[str, Any] = document["groups"][0]
    return group


def raw(file: Path, statement: str) -> Any:
    """One row of a statement over the file, every cell a text."""
    at = duckdb.connect()
    at.execute("CREATE TABLE t AS SELECT * FROM read_csv(?, header = true, all_varchar = true)", [str(file)])
    return at.execute(statement).fetchone()


@pytest.mark.django_db
def test_a_pipeline_of_deals(real_data: Path, django_db_blocker: DjangoDbBlocker) -> None:
    folder = real_data / "maven-crm-opportunities"
    won, lost, amount = raw(
        folder / "sales_pipeline.csv",
        """SELECT count(*) FILTER (deal_stage = 'Won'), count(*) FILTER (deal_stage = 'Lost'),
                  sum(close_value::decimal(18, 2)) FILTER (deal_stage = 'Won') FROM t""",
    )
    found = report(folder, MAVEN, django_db_blocker)
    assert (found["won_deals"], found["lost_deals"], Decimal(found["won_revenue"]["amount"])) == (won, lost, amount)
    assert (won, amount) == (4238, Decimal(10_005_534))


@pytest.mark.django_db
def test_deals_and_spend_of_a_workspace(real_data: Path, django_db_blocker: DjangoDbBlocker) -> None:
    folder = real_data / "zoho-crm-sample"
    [opened] = raw(
        folder / "Potentials.csv", "SELECT sum(replace(replace(\"Amount\", '$', ''), ',', '')::decimal(18, 2)) FROM t"
    )
    [spent] = raw(
        folder / "Campaigns.csv",
        "SELECT sum(replace(replace(replace(\"Actual Cost\", '$', ''), 'K', ''), ',', '')::decimal(18, 2) * 1000) FROM t",
    )
    found = report(folder, ZOHO, django_db_blocker)
    assert (Decimal(found["pipeline_created"]["amount"]), Decimal(found["spend"]["amount"])) == (opened, spent)
    assert (opened, spent) == (231_380_900, 44_209_580)
    assert (found["won_deals"], found["lost_deals"]) == (1425, 485)
