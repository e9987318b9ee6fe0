"""What does a score learn from a marketplace's leads, as of the day on which the file ends? The same stands in docs/scores.md."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from alignment.refusals import Refused
from kpis.scores.training import train
from tests.leads.imports.vendors.workspace import brought

ENDS = datetime(2018, 11, 15, tzinfo=UTC)
FILES = {
    "olist-leads": "olist_marketing_qualified_leads_dataset.csv",
    "olist-deals": "olist_closed_deals_dataset.csv",
}


@pytest.fixture(scope="module")
def _brought_in(real_data: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    folder = real_data / "olist-marketing-funnel"
    with brought({name: folder / file for name, file in FILES.items()}, django_db_blocker):
        yield


@pytest.mark.usefixtures("_brought_in", "db")
def test_a_year_and_a_half_is_too_little_where_winning_takes_half_a_year() -> None:
    """Hardly a lead that was open early enough was won in time: the first wins are half a year younger than the first leads."""
    with pytest.raises(Refused, match=r"won within 162.6 days, there are .* 261 and 7,172 to test") as refused:
        train(now=ENDS)
    assert refused.value.code == "too_little_history"
