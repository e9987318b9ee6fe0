"""What is a metric? What every figure in the catalogue declares about itself. Rooms declare, `kpis.metrics.catalogue` collects.

A metric is one of three. A `Summed` one adds up the lines of a family: one line a thing that happened, so that the sum opens into
exactly these. A `Ratio` divides two summed ones, so that it is right whenever they are. A `Computed` one (percentiles, stocks,
models) cannot be added up and is read anew for each period.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.params import ReportParams

BOTH = ("marketing", "sales")


class Unit(StrEnum):
    """How a value is written. Money is in the reporting currency, a share from 0 to 1, spans in seconds."""

    COUNT = "count"
    NUMBER = "number"
    MONEY = "money"
    SHARE = "share"
    SECONDS = "seconds"


class Better(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Subject(StrEnum):
    """Whose change changes the lines of a family."""

    LEAD = "lead"
    DEAL = "deal"
    SPEND = "spend"
    SERIES = "series"


@dataclass(frozen=True)
class Asked:
    """Which lines are wanted: those of the question that `user` may see (None: all).

    `subjects`: of these leads, deals, … only. `measures`: of these metrics only; a family may give others too. `numbered`: cuts may be
    given as the numbers of kept groups, by whoever has made them ready (`kpis.metrics.kept.queries.places`).
    """

    params: ReportParams
    user: Somebody | None
    subjects: Sequence[int] | None = None
    measures: frozenset[str] | None = None
    numbered: bool = False

    def wants(self, measure: str) -> bool:
        """Whether lines of this measure are asked for."""
        return self.measures is None or measure in self.measures


@dataclass(frozen=True)
class Statement:
    """A SELECT of lines, and what must stand before it.

    `ctes` begins with WITH and ends so that another one may follow. The columns, in this order: `measure` (the metric's key),
    `line_id` (what is counted: a change, a handoff, a deal, …), `subject_id`, `lead_id` (null where there is none), `at` (by
    which it belongs to a period), `counts_from` (the instant from which it counts: a rate waits until a lead is mature; else
    equal to `at`), `value` (numeric; null: it cannot be known, such as an amount without a rate), and `cut_1`, `cut_2`, …
    for each of `params.by` (`numbered`: as numbers of kept groups). Lines lie in [start, end) by `at`; what has `at` or
    `counts_from` after `as_of` is left out by the reader.
    """

    ctes: sql.Composable
    select: sql.Composable
    values: Mapping[str, Any]
    numbered: bool = False


@dataclass(frozen=True)
class Family:
    """Lines that one query gives: the base of one or more summed metrics.

    `prepare` is called before the snapshot in which lines are read, for what must be made ready to read them. `unknown` says in one
    sentence why some values of a measure are not known (null), such as a rate that is missing: what, and
    what to do. `untold`: the lines are nobody's leads; who sees some leads only is told this sentence instead of them. `added_up`: where
    a subject has many lines, a statement of the same lines added up by measure, subject, instants and cuts, for what is kept: its columns
    are `measure`, `subject_id`, `at`, `counts_from`, `lines`, `unknown` (how many have no value), `total`, and the cuts.
    """

    key: str
    subject: Subject
    lines: Callable[[Asked], Statement]
    unknown: Callable[[Asked, str], str | None] | None = None
    prepare: Callable[[ReportParams, Somebody | None], None] | None = None
    untold: str | None = None
    added_up: Callable[[Asked], Statement] | None = None


@dataclass(frozen=True)
class Value:
    """A metric's value in one group. None: not known (`problem` says why, in a sentence, where it is more than "nothing there").

    `over` and `under` are the two parts of a ratio, `n` how many lines or leads it was computed from, `low` and `high` the
    interval of a share.
    """

    value: Decimal | None
    n: int | None = None
    over: Decimal | None = None
    under: Decimal | None = None
    low: float | None = None
    high: float | None = None
    problem: str | None = None


Group = tuple[str | None, ...]
"""The values of the cuts in `params.by`, in their order."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """What all metrics say.

    `sentence` defines it. `controls` says for each side that moves it by what: `{"marketing": "which leads qualify"}`; a bonus may
    hang on it only where this is one side. `room` is the heading under which pages list it. `windowed`: its value waits for a
    window after the period (`window_days`), so it closes that much later. `cuts`: by what it may be cut; None: by everything.
    """

    key: str
    title: str
    sentence: str
    unit: Unit
    better: Better
    room: str
    controls: Mapping[str, str]
    windowed: bool = False
    cuts: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Summed(Metric):
    """The sum of `value` over the family's lines whose `measure` is this metric's key: 0 where there is none."""

    family: Family


@dataclass(frozen=True, kw_only=True)
class Ratio(Metric):
    """(`over` − `minus`) ÷ `under`, of the same period and group; null where `under` is 0. All three are summed metrics."""

    over: str
    under: str
    minus: str | None = None


@dataclass(frozen=True, kw_only=True)
class Computed(Metric):
    """Read anew for each period. `compute` gives the value of every group of `params.by`; groups it does not name have none.

    `by_period`: it may be asked with month or week in `by` at once; else it is asked period by period. `follows`: the families
    whose lines, when they change, change it. `behind`: the summed metric into whose lines it opens; where there is none, `opens`
    is the family, the measure and the unit of the lines that it was computed from. `otherwise`: its value in a group that it does not name.
    """

    compute: Callable[[ReportParams, Somebody | None], Mapping[Group, Value]]
    follows: tuple[Family, ...] = field(default=())
    by_period: bool = False
    behind: str | None = None
    opens: tuple[Family, str, Unit] | None = None
    otherwise: Decimal | None = None
