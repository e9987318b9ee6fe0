"""Leaks of handoffs, kept or as they were known, equal the oracle at every instant, whatever is agreed; so does the second path."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from alignment.agreements.in_force import in_force
from kpis.leaks.report import leakage
from kpis.recompute import recompute_touched
from kpis.reports.params import read_params
from kpis.verify.run import verify
from tests import snapshot
from tests.conftest import Lasting
from tests.kpis.agreeing import agreed, limits
from tests.kpis.leaking import EARLIER, GRID, NOW, REPLIES, draw_leaks, world
from tests.kpis.leaks.handing import draw_handoffs
from tests.oracles.facts import Clock
from tests.oracles.leaks import Flag, Limits, Regime, flags_under
from tests.world import cast

pytestmark = pytest.mark.django_db

SEEDS = range(2)
KINDS = ("unrouted", "unaccepted", "uncontacted", "ping_pong", "unexplained")
INSTANTS = (NOW, datetime(2024, 5, 17, tzinfo=UTC), datetime(2024, 8, 17, 12, tzinfo=UTC), EARLIER)
Row = tuple[object, ...]


@pytest.fixture(scope="module", params=SEEDS)
def told(request: pytest.FixtureRequest, lasting: Lasting) -> Iterator[list[Regime]]:
    with lasting():
        yield draw(request.param)


@pytest.fixture
def drawn(told: list[Regime], db: None) -> list[Regime]:
    return told


def draw(seed: int) -> list[Regime]:
    """Histories with handoffs, and limits that change twice on the grid on which things happen."""
    random, people = Random(seed), cast()
    borders = sorted(datetime(2024, 2, 1, tzinfo=UTC) + GRID * place for place in random.sample(range(500), 2))
    for border, days in zip(borders, random.sample((0, 0.25, 0.5, 3), 2), strict=True):
        terms = limits(unrouted={"limit_days": days}, ping_pong={"times": random.choice((1, 2, 4))})
        agreed(people, "limits", terms, at=border)
    draw_leaks(seed, leads=130)
    draw_handoffs(seed)
    recompute_touched(now=NOW)
    return [_regime(since, until) for since, until in zip([None, *borders], [*borders, None], strict=True)]


def _regime(since: datetime | None, until: datetime | None) -> Regime:
    found = in_force("limits", "default", since or datetime(2000, 1, 1, tzinfo=UTC))
    assert found is not None
    terms = found.terms.model_dump()
    seconds = timedelta(days=terms["unrouted"]["limit_days"]).total_seconds()
    limits = Limits(unrouted_seconds=int(seconds), ping_pong_times=terms["ping_pong"]["times"])
    return Regime(since, until, snapshot.stages(), limits)


def reported(as_of: datetime, known_at: datetime | None = None) -> list[Row]:
    options = {"start": ["2020-01-01"], "end": ["2030-01-01"], "as_of": [as_of.isoformat()]}
    if known_at is not None:
        options["known_at"] = [known_at.isoformat()]
    flags = leakage(read_params(options, now=NOW))["flags"]
    moments = ((datetime.fromisoformat(f["since"]), f["until"] and datetime.fromisoformat(f["until"])) for f in flags)
    return sorted(
        (f["lead"], f["kind"], f["pass"], since, until, f["side"], f["stage"], f["limit_seconds"])
        for f, (since, until) in zip(flags, moments, strict=True)
    )


def expected(regimes: list[Regime], as_of: datetime, known_at: datetime = NOW) -> list[Row]:
    return sorted(as_row(flag) for flag in flags_under(world(known_at), regimes, Clock(as_of, known_at), REPLIES))


def as_row(flag: Flag) -> Row:
    return (flag.lead, flag.kind, flag.pass_number, flag.since, flag.until, flag.side, flag.stage, flag.limit_seconds)


def test_kept_leaks_cut_at_an_instant_are_those_of_the_oracle(drawn: list[Regime]) -> None:
    borders = [regime.since for regime in drawn if regime.since is not None]
    for as_of in (*INSTANTS, *borders, borders[-1] - timedelta(microseconds=1)):
        found = reported(as_of)
        assert found == expected(drawn, as_of)
    assert {row[1] for row in reported(NOW)} >= set(KINDS)


def test_leaks_as_they_were_known_are_those_of_the_oracle(drawn: list[Regime]) -> None:
    for as_of in INSTANTS:
        assert reported(as_of, NOW) == expected(drawn, as_of)
        assert reported(as_of, EARLIER) == expected(drawn, as_of, EARLIER)
    assert reported(EARLIER, EARLIER) != reported(EARLIER, NOW)


@pytest.mark.usefixtures("drawn")
def test_the_second_path_finds_no_difference() -> None:
    found = verify()
    assert (found.differences, found.examples, found.waiting) == (0, [], 0)
