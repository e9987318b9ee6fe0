"""What does a chart show? A page builds a `Chart`; the browser draws it, and the same numbers stand in a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from alignment.ui.words import count, percent

Unit = Literal["count", "percent", "days"]
Number = int | float | None


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
    height: Literal["", "short", "tall"] = ""
    wide: bool = False

    @property
    def is_empty(self) -> bool:
        """Nothing but blanks and zeros: not worth drawing."""
        return not any(value for series in self.series for value in series.values)

    def as_json(self) -> dict[str, object]:
        """What `charts.js` reads."""
        return {
            "kind": self.kind,
            "unit": "" if self.unit == "count" else self.unit,
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
            ChartRow(label, link, tuple(_written(s.values[at], self.unit) for s in self.series))
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
    height: Literal["", "short", "tall"] = "tall"
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


Drawing = Chart | Sankey
"""What a page can have drawn."""


def _written(value: Number, unit: Unit) -> str:
    if value is None:
        return "–"
    if unit == "percent":
        return percent(value)
    return f"{value:.1f} days" if unit == "days" else count(value)
