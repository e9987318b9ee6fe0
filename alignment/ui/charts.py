"""What does a chart show? A page builds a `Chart`; the browser draws it, and the same numbers stand in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

from alignment.ui.words import NOTHING, count, money, percent, span

Unit = Literal["count", "percent", "days", "money", "seconds", "number"]
Number = int | float | None
Height = Literal["", "short", "tall"]


class Named(Protocol):
    """A column of a chart's table."""

    @property
    def name(self) -> str: ...


class Drawing(Protocol):
    """What a page can have drawn: a picture for `charts.js`, and the same numbers as rows of a table."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def height(self) -> Height: ...
    @property
    def wide(self) -> bool: ...
    @property
    def first_column(self) -> str: ...
    @property
    def series(self) -> Sequence[Named]: ...
    @property
    def is_empty(self) -> bool: ...
    def as_json(self) -> Mapping[str, object]: ...
    def rows(self) -> Sequence[ChartRow]: ...


@dataclass(frozen=True)
class Series:
    """One colour of a chart. `tone` names a colour of the stylesheet; `tones` may give each bar its own."""

    name: str
    values: tuple[Number, ...]
    tone: str | None = None
    tones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chart:
    """Bars or lines over `labels`. `links` has, for each label, the list behind it. `wide`: it is not made narrow on a phone, but moved."""

    key: str
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    kind: Literal["bar", "line"] = "bar"
    unit: Unit = "count"
    lying: bool = False
    stacked: bool = False
    labelled: bool = False
    first_column: str = ""
    links: tuple[str | None, ...] = ()
    height: Height = ""
    wide: bool = False
    currency: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing but blanks and zeros: not worth drawing."""
        return not any(value for series in self.series for value in series.values)

    def as_json(self) -> dict[str, object]:
        """What `charts.js` reads."""
        return {
            "kind": self.kind,
            "unit": "" if self.unit == "count" else self.unit,
            "currency": self.currency,
            "lying": self.lying,
            "stacked": self.stacked,
            "labelled": self.labelled,
            "labels": list(self.labels),
            "links": list(self.links),
            "series": [
                {"name": s.name, "values": list(s.values), "tone": s.tone, "tones": list(s.tones)} for s in self.series
            ],
        }

    def rows(self) -> list[ChartRow]:
        """The equal table: one row a label."""
        links = self.links or (None,) * len(self.labels)
        return [
            ChartRow(label, link, tuple(written(s.values[at], self.unit, self.currency) for s in self.series))
            for at, (label, link) in enumerate(zip(self.labels, links, strict=True))
        ]


@dataclass(frozen=True)
class ChartRow:
    label: str
    link: str | None
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Node:
    """A place that something flows through. `tone` names a colour of the stylesheet."""

    key: str
    title: str
    tone: str | None = None


@dataclass(frozen=True)
class Link:
    """How much flows from one node to another; `link` is the list behind it."""

    source: str
    target: str
    value: int
    link: str | None = None


@dataclass(frozen=True)
class Sankey:
    """What flows where, as bands between nodes. There is no way round in a circle: the page gives what comes back nodes of its own."""

    key: str
    title: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    height: Height = "tall"
    wide: bool = True
    series: tuple[Series, ...] = (Series("How many", ()),)
    first_column: str = "From and to"

    @property
    def is_empty(self) -> bool:
        """Nothing flows."""
        return not self.links

    def as_json(self) -> dict[str, object]:
        """What `charts.js` reads."""
        return {
            "kind": "sankey",
            "nodes": [{"name": node.key, "title": node.title, "tone": node.tone} for node in self.nodes],
            "flows": [
                {"source": one.source, "target": one.target, "value": one.value, "link": one.link} for one in self.links
            ],
        }

    def rows(self) -> list[ChartRow]:
        """The equal table: one row a band."""
        titles = {node.key: node.title for node in self.nodes}
        return [
            ChartRow(f"{titles[one.source]} → {titles[one.target]}", one.link, (count(one.value),))
            for one in self.links
        ]


def written(value: Number, unit: Unit, currency: str = "") -> str:
    """A value of a chart in the words of its table."""
    if value is None:
        return NOTHING
    if unit == "percent":
        return percent(value)
    if unit == "money":
        return money(Decimal(str(value)), currency)
    if unit == "seconds":
        return span(value)
    if unit == "number":
        return f"{value:,.2f}"
    return f"{value:.1f} days" if unit == "days" else count(value)
