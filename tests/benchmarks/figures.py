"""What was measured: a figure, what it is held against, and whether it holds. Written into docs/benchmarks.json as it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import groupby
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measurement.

    `target` is what the figure (its ratio to the peer, where there is one) is to stay under, or with `at_least` to reach; `aim`: what
    would be better still. `growth`: at every size no more (with `at_least`: no less) than so many times what it is at the smallest size
    measured, or from `growth_from` leads on. Both must hold. `cpu` are seconds of all processes, `memory` megabytes at most.
    `leads`, `part`, `load` and `at` are filled in by whoever runs the part.
    """

    key: str
    title: str
    value: float
    unit: str
    peer: float | None = None
    target: float | None = None
    at_least: bool = False
    aim: float | None = None
    growth: float | None = None
    growth_from: int = 0
    cpu: float | None = None
    memory: float | None = None
    size: str | int | None = None
    part: str = ""
    leads: int = 0
    load: float | None = None
    at: str | None = None

    @property
    def ratio(self) -> float | None:
        return None if not self.peer else self.value / self.peer

    @property
    def met(self) -> bool | None:
        """Whether the target holds; None where there is none."""
        if self.target is None:
            return None
        return self._holds(self.value if self.ratio is None else self.ratio, self.target)

    def grown(self, smallest: Figure) -> float:
        """How many times what it was at the smallest size."""
        return self.value / smallest.value if smallest.value else 1.0

    def grows_as_wanted(self, smallest: Figure) -> bool | None:
        """Whether growth holds beside a figure of the same key at another size."""
        if self.growth is None or smallest is self:
            return None
        return self._holds(self.grown(smallest), self.growth)

    def _holds(self, value: float, limit: float) -> bool:
        return value >= limit if self.at_least else value <= limit


def told(figure: Figure) -> str:
    """In a line, as it is printed while a run goes on."""
    text = f"{figure.title}: {number(figure.value)} {figure.unit}"
    if figure.ratio is not None:
        text += f", {figure.ratio:.2f} × of {number(figure.peer or 0)} {figure.unit}"
    if figure.target is not None:
        text += f" ({wanted(figure)}: {'met' if figure.met else 'NOT MET'})"
    if figure.cpu is not None:
        text += f", CPU {number(figure.cpu)} s"
    if figure.memory is not None:
        text += f", {figure.memory:,.0f} MB"
    return f"{text}, load {figure.load:.1f}" if figure.load is not None else text


def wanted(figure: Figure) -> str:
    """The target in words: `≤ 0.5 ×`, `≥ 5,000 rows/s`; a dash where there is none."""
    if figure.target is None:
        return "–"
    sign, unit = "≥" if figure.at_least else "≤", "×" if figure.peer else figure.unit
    aim = "" if figure.aim is None else f" (aim {number(figure.aim)})"
    return f"{sign} {number(figure.target)} {unit}{aim}"


def number(value: float) -> str:
    """Three digits, or all of those before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def by_key(figures: Iterable[Figure]) -> list[list[Figure]]:
    """The figures of each key, by size, in the order in which the keys came."""
    order = list(dict.fromkeys((figure.part, figure.key) for figure in figures))
    found = sorted(figures, key=lambda one: (order.index((one.part, one.key)), one.leads))
    return [list(same) for _key, same in groupby(found, key=lambda one: (one.part, one.key))]


def holds(same: Sequence[Figure]) -> bool | None:
    """Whether a key's figures meet what was wanted of them, at every size; None where nothing was."""
    largest = same[-1]
    compared = [one for one in same if one.leads >= largest.growth_from]
    found = [largest.met, *(one.grows_as_wanted(compared[0]) for one in compared[1:])]
    judged = [one for one in found if one is not None]
    return all(judged) if judged else None


def documents(figures: Iterable[Figure]) -> list[dict[str, object]]:
    """As in benchmarks.json."""
    return [
        {**asdict(one), "ratio": None if one.ratio is None else round(one.ratio, 4), "met": one.met} for one in figures
    ]


def read(path: Path) -> list[Figure]:
    """Figures that were written down."""
    names = {field.name for field in fields(Figure)}
    rows = json.loads(path.read_text()) if path.exists() else []
    return [Figure(**{name: value for name, value in row.items() if name in names}) for row in rows]


def write(figures: Iterable[Figure], path: Path) -> None:
    """Beside themselves nothing is rounded but what is divided."""
    path.write_text(json.dumps(documents(figures), indent=1, ensure_ascii=False) + "\n")


def of_run(figure: Figure, *, part: str, leads: int, load: float, at: str) -> Figure:
    """With what only the run knows."""
    return replace(figure, part=part, leads=leads, load=round(load, 1), at=at)
