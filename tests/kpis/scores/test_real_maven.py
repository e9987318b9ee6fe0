"""What does a score learn from a pipeline of deals, as of the day on which the file ends? The same stands in docs/scores.md."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from alignment.refusals import Refused
from kpis.scores.training import train
from tests.leads.imports.vendors.workspace import brought

ENDS = datetime(2018, 1, 1, tzinfo=UTC)
FILES = {"maven-teams": "sales_teams.csv", "maven-accounts": "accounts.csv", "maven-deals": "sales_pipeline.csv"}


@pytest.fixture(scope="module")
def _brought_in(real_data: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    folder = real_data / "maven-crm-opportunities"
    with brought({name: folder / file for name, file in FILES.items()}, django_db_blocker):
        yield


@pytest.mark.usefixtures("_brought_in", "db")
def test_what_does_not_hold_on_later_deals_is_not_used() -> None:
    """Who sells and how long a deal has been open says next to nothing here, and far fewer were won later than before."""
    with pytest.raises(Refused, match=r"on 3,018 later leads .* and 0\.1933, AUC") as refused:
        train(now=ENDS)
    assert refused.value.code == "nothing_learned"
