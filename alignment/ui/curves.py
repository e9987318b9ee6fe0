"""What do curves show? Steps over time with their band, a forecast as a fan, and a sparkline, each with its numbers as a table.

Pages build them and hand them to `{% chart %}` (or `{% sparkline %}`), as they do with `alignment.ui.charts.Chart`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alignment.ui.charts import ChartRow, Height, Number, Series, Unit, written

SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 100, 24, 2


@dataclass(frozen=True)
class Point:
    """The curve from `x` (days) on, with its band, where there is one."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Curve:
    """One line of steps. `shown` are the points that its table tells, as (day, text) pairs; `link` the list behind it."""

    name: str
    points: tuple[Point, ...]
    tone: str | None = None
    link: str | None = None

    def at(self, x: float) -> Point | None:
        """The step in which `x` lies; None before the first, and after the curve has ended."""
        if not self.points or x > self.points[-1].x:
            return None
        return next((point for point in reversed(self.points) if point.x <= x), None)


@dataclass(frozen=True)
class Steps:
    """Curves of steps over days, from 0 to 1, such as the share that has made a step by then. The table reads them at `days`."""

    key: str
    title: str
    curves: tuple[Curve, ...]
    days: tuple[int, ...] = (7, 14, 30, 60, 90, 180, 365)
    first_column: str = "By day"
    height: Height = "tall"
    wide: bool = False

    @property
    def series(self) -> tuple[Series, ...]:
        return tuple(Series(curve.name, ()) for curve in self.curves)

    @property
    def is_empty(self) -> bool:
        """No curve has a step."""
        return not any(len(curve.points) > 1 for curve in self.curves)

    def as_json(self) -> dict[str, object]:
        """What `charts.js` reads."""
        return {
            "kind": "steps",
            "unit": "percent",
            "curves": [
                {
                    "name": curve.name,
                    "tone": curve.tone,
                    "link": curve.link,
                    "points": [[point.x, point.y, point.low, point.high] for point in curve.points],
                }
                for curve in self.curves
            ],
        }

    def rows(self) -> list[ChartRow]:
        """The equal table: the share by each of `days`; a curve that ends before says nothing."""
        return [ChartRow(f"{day}", None, tuple(_at(curve, day) for curve in self.curves)) for day in self.days]


@dataclass(frozen=True)
class Mark:
    """A level worth a line across the picture: the target, a milestone. `done`: it has been reached."""

    title: str
    value: float
    done: bool = False


@dataclass(frozen=True)
class Fan:
    """What was, and what may come: `actual` up to now, then `median` between `low` and `high`, all over the same labels.

    Where the forecast begins, give the last actual value in `median`, `low` and `high` too, so that the lines join.
    """

    key: str
    title: str
    labels: tuple[str, ...]
    actual: tuple[Number, ...]
    median: tuple[Number, ...]
    low: tuple[Number, ...]
    high: tuple[Number, ...]
    target: tuple[Number, ...] = ()
    marks: tuple[Mark, ...] = ()
    unit: Unit = "count"
    currency: str = ""
    band: str = "80 % interval"
    first_column: str = "Day"
    height: Height = "tall"
    wide: bool = False

    @property
    def series(self) -> tuple[Series, ...]:
        names = ("So far", "Forecast", f"{self.band}, low", f"{self.band}, high", *(["Target"] if self.target else []))
        return tuple(Series(name, values) for name, values in zip(names, self._columns(), strict=True))

    @property
    def is_empty(self) -> bool:
        """Neither past nor forecast."""
        return not any(value is not None for value in (*self.actual, *self.median))

    def as_json(self) -> dict[str, object]:
        """What `charts.js` reads."""
        return {
            "kind": "fan",
            "unit": "" if self.unit == "count" else self.unit,
            "currency": self.currency,
            "band": self.band,
            "labels": list(self.labels),
            "actual": list(self.actual),
            "median": list(self.median),
            "low": list(self.low),
            "high": list(self.high),
            "target": list(self.target),
            "marks": [{"title": mark.title, "value": mark.value, "done": mark.done} for mark in self.marks],
        }

    def rows(self) -> list[ChartRow]:
        """The equal table: one row a label."""
        return [
            ChartRow(label, None, tuple(written(column[at], self.unit, self.currency) for column in self._columns()))
            for at, label in enumerate(self.labels)
        ]

    def _columns(self) -> list[tuple[Number, ...]]:
        return [self.actual, self.median, self.low, self.high, *([self.target] if self.target else [])]


@dataclass(frozen=True)
class Sparkline:
    """A small line beside a figure: `{% sparkline line %}`. Drawn as SVG, so that it needs no script; gaps stay gaps."""

    title: str
    labels: tuple[str, ...]
    values: tuple[Number, ...]
    unit: Unit = "count"
    currency: str = ""
    tone: str = "accent"

    @property
    def is_empty(self) -> bool:
        """Fewer than two values: no line."""
        return sum(value is not None for value in self.values) < 2

    @property
    def pieces(self) -> list[str]:
        """Runs of neighbouring values as the points of polylines, in a box of 100 × 24."""
        runs: list[list[str]] = [[]]
        for at, value in enumerate(self.values):
            if value is None:
                runs.append([])
            else:
                runs[-1].append(f"{self._x(at):.1f},{self._y(value):.1f}")
        return [" ".join(run) for run in runs if run]

    @property
    def told(self) -> str:
        """The line in words: where it began, where it ended, its lowest and highest."""
        known = [(label, value) for label, value in zip(self.labels, self.values, strict=True) if value is not None]
        (first, begun), (last, ended) = known[0], known[-1]
        said = [self._say(value) for value in (begun, ended, min(v for _l, v in known), max(v for _l, v in known))]
        return f"{self.title}: {said[0]} in {first}, {said[1]} in {last}, between {said[2]} and {said[3]}"

    def rows(self) -> list[ChartRow]:
        """The equal table: one row a label."""
        return [
            ChartRow(label, None, (self._say(value),)) for label, value in zip(self.labels, self.values, strict=True)
        ]

    def _say(self, value: Number) -> str:
        return written(value, self.unit, self.currency)

    def _x(self, at: int) -> float:
        return SPARK_EDGE + at * (SPARK_WIDTH - 2 * SPARK_EDGE) / max(len(self.values) - 1, 1)

    def _y(self, value: float) -> float:
        known: Sequence[float] = [one for one in self.values if one is not None]
        low, high = min(known), max(known)
        share = (value - low) / (high - low) if high > low else 0.5
        return SPARK_HEIGHT - SPARK_EDGE - share * (SPARK_HEIGHT - 2 * SPARK_EDGE)


def _at(curve: Curve, day: int) -> str:
    point = curve.at(day)
    return written(None if point is None else point.y, "percent")
