"""What was measured, and how it is written down: docs/benchmarks.json for machines, docs/benchmarks.md for people."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measurement. `peer` is the peer's figure in the same unit and run, `ratio` ours / the peer's.

    `target` is what the figure (or the ratio, where there is a peer) should stay under; None: measured only.
    """

    key: str
    title: str
    value: float
    unit: str
    size: str
    peer: float | None = None
    target: float | None = None

    @property
    def ratio(self) -> float | None:
        return None if self.peer is None else self.value / self.peer

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return (self.value if self.ratio is None else self.ratio) <= self.target

    def document(self) -> dict[str, object]:
        """As in benchmarks.json."""
        rounded = {"value": round(self.value, 4), "peer": None if self.peer is None else round(self.peer, 4)}
        return {
            **asdict(self),
            **rounded,
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "met": self.met,
        }


def write(figures: list[Figure], folder: Path, notes: list[str]) -> None:
    """Both files, and the table on stdout."""
    (folder / "benchmarks.json").write_text(json.dumps([figure.document() for figure in figures], indent=1) + "\n")
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; figures are of one machine and move with it, ratios to the peer (DuckDB on the same files, in the same",
        "run) move less.",
        "",
        f"{os.cpu_count()} processors, {_memory_gib()} GiB of memory, Python {platform.python_version()}.",
        "",
        "| what | size | value | peer | ratio | target | met |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- |",
        *(_row(figure) for figure in figures),
        "",
        *notes,
        "",
    ]
    text = "\n".join(lines)
    (folder / "benchmarks.md").write_text(text)
    print(text)  # noqa: T201


def _row(figure: Figure) -> str:
    met = {None: "–", True: "yes", False: "**no**"}[figure.met]
    peer = "–" if figure.peer is None else f"{_number(figure.peer)} {figure.unit}"
    ratio = "–" if figure.ratio is None else f"{figure.ratio:.2f} ×"
    target = (
        "–" if figure.target is None else f"{_number(figure.target)} {'×' if figure.peer is not None else figure.unit}"
    )
    return f"| {figure.title} | {figure.size} | {_number(figure.value)} {figure.unit} | {peer} | {ratio} | {target} | {met} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _memory_gib() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
