"""Percentiles of durations that the database sends are those that it would say itself."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from django.db import connection

from kpis.reports.percentiles import SENT, percentiles, whole_numbers

pytestmark = pytest.mark.django_db

ALL_SENT = f"""
SELECT string_agg({SENT.format("ended - began")}, '') FROM unnest(%(began)s::timestamptz[], %(ended)s::timestamptz[]) AS t(began, ended)
"""
SAID = """
SELECT kpis_percentiles(array_agg(micros ORDER BY micros)) FROM (
    SELECT kpis_microseconds(began, ended) AS micros
    FROM unnest(%(began)s::timestamptz[], %(ended)s::timestamptz[]) AS t(began, ended)
) AS each
"""


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10, 11, 400])
def test_they_are_those_of_the_database(size: int) -> None:
    random = Random(size)
    days = 2_000 if size % 2 else 0
    spans = [
        timedelta(
            days=random.randint(-days // 100, days),
            microseconds=random.choice((0, 500_000, random.randint(0, 86_399_999_999))),
        )
        for _ in range(size)
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        began = cursor.fetchone()[0]
        values = {"began": [began] * size, "ended": [began + span for span in spans]}
        cursor.execute(ALL_SENT, values)
        found = whole_numbers(cursor.fetchone()[0])
        cursor.execute(SAID, values)
        said = cursor.fetchone()[0]
    assert sorted(found) == sorted(span // timedelta(microseconds=1) for span in spans)
    assert percentiles(found) == tuple(said)


def test_of_nothing_there_are_none() -> None:
    assert percentiles(whole_numbers(None)) == (None, None, None)
