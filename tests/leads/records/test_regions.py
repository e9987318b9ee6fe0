"""A number without country code is read by the country's rules, however the country is written."""

from __future__ import annotations

import pytest

from leads.records.contact import read_phone
from leads.records.regions import region_of


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("de", "DE"), ("DE", "DE"), ("Germany", "DE"), ("Deutschland", "DE"), (" allemagne ", "DE"), ("United Kingdom", "GB"),
        ("UK", "GB"), ("USA", "US"), ("Österreich", "AT"), ("", None), (None, None), ("Atlantis", None), ("zz", None),
    ],
)  # fmt: skip
def test_countries_by_code_and_name(country: str | None, region: str | None) -> None:
    assert region_of(country) == region


def test_one_number_is_one_however_the_country_is_written() -> None:
    written = [
        ("030 123456", "DE"),
        ("030/12 34 56", "Germany"),
        ("+49 30 123456", None),
        ("0049 (30) 123456", "France"),
    ]
    assert {read_phone(text, country) for text, country in written} == {("+4930123456", True)}
