"""What does a forecast say? Its answer, as service, pages, report and store hand it round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kpis.forecasts.target import Milestone


@dataclass(frozen=True)
class Lever:
    """What would help: done to this much, the expected value at the end of the period grows by `gain`."""

    title: str
    change: str
    gain: float


@dataclass(frozen=True)
class FanPoint:
    """The value by the end of a day of the period: half of the runs lie below `median`, four of five in [low, high]."""

    day: date
    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Calibration:
    """How earlier forecasts did: of `n`, in `held` the 80 % interval contained what came.

    `loss` is their mean pinball loss at 10, 50 and 90 %, `straight_loss` that of the straight line on the same occasions.
    `origins`: from so many days they were made; forecasts of one day share their luck.
    """

    n: int
    held: int
    loss: float
    straight_loss: float
    origins: int


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Where a target will end. All numbers in the metric's unit; None where there is none, and `problem` says why.

    `chance` is that of ending at the target or beyond, on its better side. `expected_date` is the day on which half of the runs
    have crossed the target, if within three periods. `built_from` says of what data it was made.
    """

    value_now: Decimal | None
    median: float | None = None
    low: float | None = None
    high: float | None = None
    chance: float | None = None
    expected_date: date | None = None
    next_milestone: Milestone | None = None
    levers: tuple[Lever, ...] = ()
    fan: tuple[FanPoint, ...] = ()
    method: str
    computed_at: datetime
    built_from: Mapping[str, int | str]
    scored: Calibration | None = None
    problem: str | None = None
    ended: bool = False
