"""What is asked of a report is read whole, and everything wrong with it is named at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alignment.refusals import Refused
from kpis.reports.params import read_params

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SPAN = {"start": ["2024-01-01"], "end": ["2024-02-01"]}


def test_dates_are_midnights_of_the_zone() -> None:
    params = read_params({**SPAN, "timezone": ["America/Sao_Paulo"], "as_of": ["2017-10-15"]}, now=NOW)
    assert params.start == datetime(2024, 1, 1, 3, tzinfo=UTC)
    assert params.as_of == datetime(2017, 10, 15, 3, tzinfo=UTC)
    assert params.known_at is None


def test_an_instant_may_be_given_with_its_offset() -> None:
    params = read_params(
        {**SPAN, "as_of": ["2024-01-31T09:30:00+02:00"], "known_at": ["2024-01-31T09:30:00Z"]}, now=NOW
    )
    assert params.as_of == datetime(2024, 1, 31, 7, 30, tzinfo=UTC)
    assert params.known_at == datetime(2024, 1, 31, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        ({}, ["start", "end"]),
        ({**SPAN, "start": ["yesterdayish"]}, ["start"]),
        ({**SPAN, "as_of": ["2024-13-01"], "known_at": ["9" * 400]}, ["as_of", "known_at"]),
        ({**SPAN, "end": ["2023-01-01"]}, ["end"]),
        ({"start": ["0001-01-01"], "end": ["9999-12-31"]}, ["start", "end"]),
        ({**SPAN, "as_of": ["9999-12-31T23:30:00Z"], "known_at": ["1899-12-31T23:30:00"]}, ["as_of", "known_at"]),
        ({**SPAN, "system": ["\udcff"], "where": ["source=\0"]}, ["system", "where"]),
        ({**SPAN, "by": ["colour", "attributes."]}, ["by", "by"]),
        ({**SPAN, "where": ["source", "colour=red"]}, ["where", "where"]),
        ({**SPAN, "window_days": ["-1"]}, ["window_days"]),
        ({**SPAN, "window_days": ["٣"]}, ["window_days"]),
        ({**SPAN, "timezone": ["Mars/Olympus"]}, ["timezone"]),
        ({**SPAN, "start_stage": ["lost"]}, ["start_stage"]),
        ({**SPAN, "start": ["2024-01-01", "2024-01-02"]}, ["start"]),
        ({**SPAN, "colour": ["red"]}, ["colour"]),
    ],
)
def test_everything_wrong_is_named(options: dict[str, list[str]], fields: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        read_params(options, now=NOW)
    assert [error.field for error in refusal.value.errors] == fields
