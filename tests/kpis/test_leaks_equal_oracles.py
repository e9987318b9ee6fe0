"""Leaks, kept or computed for the past, and what is at risk equal the oracles; and so does the second path of `verify`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from kpis.leaks.report import leakage
from kpis.leaks.value import risks_of, values_at_risk
from kpis.recompute import recompute_touched
from kpis.reports.params import read_params
from kpis.verify.run import verify
from leads.funnel.stage_sets import stage_set
from leads.models import Lead
from tests import snapshot
from tests.conftest import Lasting
from tests.kpis.leaking import EARLIER, NOW, REPLIES, draw_leaks, world
from tests.oracles.facts import Clock
from tests.oracles.leaks import Flag, Limits, flags
from tests.oracles.money import Purse
from tests.oracles.value_at_risk import ValueAtRisk

SEEDS = range(4)
INSTANTS = (
    NOW,
    datetime(2024, 8, 17, tzinfo=UTC),
    datetime(2024, 8, 17, 12, tzinfo=UTC),
    datetime(2025, 6, 1, tzinfo=UTC),
)


@pytest.fixture(scope="module", params=SEEDS)
def told(request: pytest.FixtureRequest, lasting: Lasting) -> Iterator[None]:
    with lasting():
        draw_leaks(request.param, leads=120)
        recompute_touched(now=NOW)
        yield


@pytest.fixture
def drawn(told: None, db: None) -> None:
    """Histories with leaks, brought up to date."""


def reported(as_of: datetime, known_at: datetime | None = None) -> list[tuple[object, ...]]:
    options = {"start": ["2020-01-01"], "end": ["2030-01-01"], "as_of": [as_of.isoformat()]}
    if known_at is not None:
        options["known_at"] = [known_at.isoformat()]
    document = leakage(read_params(options, now=NOW))
    rows = document["flags"]
    assert isinstance(rows, list)
    return sorted(
        (
            r["lead"],
            r["kind"],
            r["pass"],
            _instant(r["since"]),
            _instant(r["until"]),
            r["side"],
            r["stage"],
            r["limit_seconds"],
        )
        for r in rows
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def expected(as_of: datetime, known_at: datetime = NOW) -> list[tuple[object, ...]]:
    found = flags(world(known_at), snapshot.stages(), Clock(as_of, known_at), Limits(), REPLIES)
    return sorted(_as_row(flag) for flag in found)


def _as_row(flag: Flag) -> tuple[object, ...]:
    return (flag.lead, flag.kind, flag.pass_number, flag.since, flag.until, flag.side, flag.stage, flag.limit_seconds)


@pytest.mark.usefixtures("drawn")
def test_kept_leaks_cut_at_an_instant_are_those_of_the_oracle() -> None:
    for as_of in INSTANTS:
        assert reported(as_of) == expected(as_of)


@pytest.mark.usefixtures("drawn")
def test_leaks_as_they_were_known_are_computed_from_the_log() -> None:
    for as_of in INSTANTS:
        assert reported(as_of, known_at=NOW) == expected(as_of)
        before = reported(as_of, known_at=NOW - timedelta(microseconds=1))
        assert before == reported(as_of, known_at=EARLIER) == expected(as_of, known_at=EARLIER)
        assert before != expected(as_of)


@pytest.mark.usefixtures("drawn")
def test_values_at_risk_are_those_of_the_oracle() -> None:
    leads = list(Lead.objects.counted().exclude(stage=None).values_list("pk", flat=True))
    for as_of in INSTANTS:
        purse = Purse("EUR", ZoneInfo("UTC"), world().rates)
        oracle = ValueAtRisk(world(), snapshot.stages(), Clock(as_of, NOW), purse)
        found = values_at_risk(leads, stages=stage_set(), as_of=as_of)
        assert {lead: value.amount for lead, value in found.items()} == {lead: oracle.of(lead) for lead in found}
        risks = risks_of(leads, stages=stage_set(), as_of=as_of, known_at=None, user=None)
        assert risks.ids.tolist() == sorted(found)
        for some in (leads, leads[::3], []):
            amounts = Counter(found[lead].amount for lead in some if lead in found)
            counted = Counter[Decimal | None]()
            for amount, n in risks.counted(np.array(some, np.int64)):
                counted[amount] += n
            assert counted == amounts


@pytest.mark.usefixtures("drawn")
def test_the_second_path_finds_no_difference() -> None:
    found = verify()
    assert (found.differences, found.examples) == (0, [])
    assert found.checked["leaks"] == Lead.objects.count() + 1
