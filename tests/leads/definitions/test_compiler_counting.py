"""How many leads meet a definition, how sure is that, and who comes and goes against another?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from alignment.refusals import Refused
from leads.definitions.counting import count, estimate, examples
from leads.records.models import Lead
from tests.leads.definitions.asking import definition, field
from tests.world import NOW, a_lead

pytestmark = pytest.mark.django_db

GERMAN = definition(field("lead.country", "is", "Germany"))
FROM_THE_WEB = definition(field("lead.source", "is", "web"))
NOBODY = definition(field("lead.segment", "known"))

MANY = """
INSERT INTO leads_lead (created_at, recorded_at, email_usable, phone_usable, attributes, is_test, version, country, source)
SELECT %(now)s, %(now)s, false, false, '{}', n %% 10 = 0, 1, CASE WHEN n %% 3 = 0 THEN 'Germany' ELSE 'France' END,
       CASE WHEN n %% 4 = 0 THEN 'web' END
FROM generate_series(1, 6000) n
"""


@pytest.fixture
def many() -> None:
    """6,000 leads, of which 600 are tests; a third of the others is German, and some are from the web."""
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"now": NOW})


def test_of_no_leads_nobody_meets_it() -> None:
    counted = count(GERMAN, NOW, FROM_THE_WEB)
    assert (counted.meets.leads, counted.of, counted.is_exact) == (0, 0, True)
    assert estimate(GERMAN, NOW, FROM_THE_WEB) == counted


def test_every_lead_that_counts_is_counted(many: None) -> None:
    counted = count(GERMAN, NOW, FROM_THE_WEB)
    assert counted.gained is not None
    assert counted.lost is not None
    assert (counted.meets.leads, counted.of) == (1800, 5400)
    both = Lead.objects.filter(country="Germany", source="web", is_test=False).count()
    web = Lead.objects.filter(source="web", is_test=False).count()
    assert (counted.gained.leads, counted.lost.leads) == (1800 - both, web - both)
    assert (counted.meets.low, counted.meets.high) == (1800, 1800)
    assert count(GERMAN, NOW).gained is None


def test_a_sample_tells_how_far_off_it_may_be_and_is_the_same_each_time(many: None) -> None:
    estimated = estimate(GERMAN, NOW, FROM_THE_WEB, sample=1000, few=0)
    exact = count(GERMAN, NOW, FROM_THE_WEB)
    assert not estimated.is_exact
    assert estimated.sample is not None
    assert 700 < estimated.sample <= 1000
    for about, real in (
        (estimated.meets, exact.meets), (estimated.gained, exact.gained), (estimated.lost, exact.lost),
    ):  # fmt: skip
        assert about is not None
        assert real is not None
        assert about.low <= real.leads <= about.high
        assert about.low < about.leads < about.high
    assert estimate(GERMAN, NOW, FROM_THE_WEB, sample=1000, few=0) == estimated
    nobody = estimate(NOBODY, NOW, sample=1000, few=0).meets
    assert (nobody.leads, nobody.low) == (0, 0)
    assert nobody.high > 0


def test_where_few_of_a_sample_meet_it_all_are_counted(many: None) -> None:
    nobody = estimate(NOBODY, NOW, sample=1000)
    assert nobody.is_exact
    assert (nobody.meets.leads, nobody.meets.high, nobody.of) == (0, 0, 5400)


def test_few_leads_are_counted_exactly_at_once(many: None) -> None:
    assert estimate(GERMAN, NOW, sample=10_000) == count(GERMAN, NOW)


def test_a_count_that_takes_too_long_is_refused_with_what_a_sample_says(many: None) -> None:
    with pytest.raises(Refused) as refused:
        count(GERMAN, NOW, patience=timedelta(milliseconds=1))
    assert refused.value.code == "too_slow"
    assert "of 5,400 leads" in refused.value.detail
    assert Lead.objects.count() == 6000
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_the_leads_behind_a_figure_are_the_newest_first() -> None:
    ids = [
        a_lead(str(n), country="Germany" if n % 2 else "France", source="web" if n > 2 else None).pk for n in range(6)
    ]
    assert examples(GERMAN, NOW) == [ids[5], ids[3], ids[1]]
    assert examples(GERMAN, NOW, limit=1) == [ids[5]]
    assert examples(GERMAN, NOW, FROM_THE_WEB, group="gained") == [ids[1]]
    assert examples(GERMAN, NOW, FROM_THE_WEB, group="lost") == [ids[4]]
