"""Where limits and funnel change, leaks equal the oracle at every instant: kept, computed for the past, and by the second path."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alignment.agreements.in_force import in_force
from kpis.leaks.report import leakage
from kpis.leaks.value import values_at_risk
from kpis.models import Leak
from kpis.recompute import drain
from kpis.reports.params import read_params
from kpis.verify.run import verify
from leads.funnel.stage_sets import stage_set
from leads.models import Deal, Lead
from tests import snapshot
from tests.conftest import Lasting
from tests.kpis.agreeing import agreed
from tests.kpis.leaking import EARLIER, GRID, NOW, REPLIES, draw_leaks, world
from tests.oracles.facts import Clock
from tests.oracles.leaks import Flag, Limits, Regime, flags_under
from tests.oracles.money import Purse
from tests.oracles.value_at_risk import ValueAtRisk
from tests.world import cast

pytestmark = pytest.mark.django_db

SEEDS = range(4)
KEYS = ("inquiry", "mql", "sal", "sql", "opportunity", "won", "loyal", "recycled", "disqualified", "lost")
CATEGORIES = {key: key for key in ("won", "loyal", "recycled", "disqualified", "lost")}
FIRST = datetime(2024, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module", params=SEEDS)
def told(request: pytest.FixtureRequest, lasting: Lasting) -> Iterator[list[datetime]]:
    with lasting():
        yield draw(request.param)


@pytest.fixture
def borders(told: list[datetime], db: None) -> list[datetime]:
    return told


def draw(seed: int) -> list[datetime]:
    """Four changes of limits and funnel, on the grid on which things happen, drawn with the histories."""
    random, people = Random(seed), cast()
    places = sorted(random.sample(range(900), 4))
    borders = [FIRST + GRID * place for place in places]
    for border in borders:
        if random.random() < 0.5:
            agreed(people, "limits", _limits(random), at=border)
        else:
            agreed(people, "funnel", _funnel(random), at=border)
    draw_leaks(seed, leads=70)
    drain()
    return borders


def _limits(random: Random) -> dict[str, Any]:
    days = [0.5, 3, 10, 20, 45, 90]
    return {
        "stalled": {"limit_days": random.choice(days), "quiet_days": random.choice(days)},
        "forgotten": {"limit_days": random.choice(days)},
        "dropped_customer": {"limit_days": random.choice(days)},
    }


def _funnel(random: Random) -> dict[str, Any]:
    """Stages dropped and counted as others, of another side, with an owner or without, with ages of their own."""
    dropped = {
        key: random.choice(("inquiry", "lost")) for key in random.sample(["mql", "sal", "sql", "disqualified"], 2)
    }
    stages: list[dict[str, Any]] = []
    for place, key in enumerate(KEYS, start=1):
        if key in dropped:
            stages.append({"key": key, "counts_as": dropped[key]})
            continue
        forward, side = key not in ("recycled", "disqualified", "lost"), random.choice(("marketing", "sales"))
        stages.append({
            "key": key, "title": f"{key} {random.randrange(9)}", "position": place if forward else None,
            "category": CATEGORIES.get(key, "open"), "side": side,
            "requires_owner": side == "sales" and random.random() < 0.6, "age_days": random.choice((None, 1, 5.5, 30)),
            "quiet_days": random.choice((None, 2, 7.5)),
        })  # fmt: skip
    return {"stages": stages}


def regimes(borders: list[datetime]) -> list[Regime]:
    """What was agreed between the borders, asked of the product at each of them."""
    found = []
    begins = [None, *borders]
    for since, until in zip(begins, [*borders, None], strict=True):
        at = since or datetime(2000, 1, 1, tzinfo=UTC)
        terms = _terms(at)
        stalled = terms["stalled"]
        stages = snapshot.as_oracle(
            stage_set(at=at), age=timedelta(days=stalled["limit_days"]), quiet=timedelta(days=stalled["quiet_days"])
        )
        seconds = (int(terms[kind]["limit_days"] * 86_400) for kind in ("forgotten", "dropped_customer"))
        found.append(Regime(since, until, stages, Limits(*seconds)))
    return found


def _terms(at: datetime) -> dict[str, Any]:
    limits = in_force("limits", "default", at)
    assert limits is not None
    terms: dict[str, Any] = limits.terms.model_dump()
    return terms


def as_row(flag: Flag) -> tuple[object, ...]:
    return (flag.lead, flag.kind, flag.pass_number, flag.since, flag.until, flag.side, flag.stage, flag.limit_seconds)


def reported(as_of: datetime, known_at: datetime | None = None) -> list[tuple[object, ...]]:
    options = {"start": ["2020-01-01"], "end": ["2030-01-01"], "as_of": [as_of.isoformat()]}
    if known_at is not None:
        options["known_at"] = [known_at.isoformat()]
    flags = leakage(read_params(options, now=NOW))["flags"]
    moments = ((datetime.fromisoformat(f["since"]), f["until"] and datetime.fromisoformat(f["until"])) for f in flags)
    return sorted(
        (f["lead"], f["kind"], f["pass"], since, until, f["side"], f["stage"], f["limit_seconds"])
        for f, (since, until) in zip(flags, moments, strict=True)
    )


def test_leaks_equal_the_oracle_before_at_and_after_every_change(borders: list[datetime]) -> None:
    found, tick = regimes(borders), timedelta(microseconds=1)
    for as_of in (NOW, *(moment for border in borders for moment in (border - tick, border))):
        expected = sorted(as_row(flag) for flag in flags_under(world(), found, Clock(as_of, NOW), REPLIES))
        assert reported(as_of) == expected
    for as_of in (NOW, borders[1], borders[3]):
        for known_at in (NOW, EARLIER):
            told = flags_under(world(known_at), found, Clock(as_of, known_at), REPLIES)
            assert reported(as_of, known_at) == sorted(as_row(flag) for flag in told)


@pytest.mark.usefixtures("borders")
def test_the_second_path_finds_no_difference_and_a_planted_one() -> None:
    found = verify()
    assert (found.differences, found.examples, found.waiting) == (0, [], 0)
    leak = Leak.objects.order_by("-since")[0]
    Leak.objects.filter(pk=leak.pk).update(limit_seconds=1)
    assert verify().differences == 1


def test_values_at_risk_are_those_of_the_funnel_in_force_then(borders: list[datetime]) -> None:
    leads = list(Lead.objects.counted().exclude(stage=None).values_list("pk", flat=True))
    won = Deal.objects.filter(status="won", amount__isnull=False)
    for as_of in (NOW, *borders[2:]):
        assert won.filter(closed_at__lte=as_of).exists()
        stages = stage_set(at=as_of)
        purse = Purse("EUR", ZoneInfo("UTC"), world().rates)
        oracle = ValueAtRisk(world(), snapshot.as_oracle(stages), Clock(as_of, NOW), purse)
        found = values_at_risk(leads, stages=stages, as_of=as_of)
        assert {lead: value.amount for lead, value in found.items()} == {lead: oracle.of(lead) for lead in found}
