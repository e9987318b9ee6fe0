"""What was measured, and how it is written down: docs/benchmarks.json for machines, docs/benchmarks.md for people."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, fields
from pathlib import Path

NOTES = [
    "Import is from CSV through the command, checks, matching, logs and kept progress included, and ends with everything recomputed;",
    "the peer only loads the file into a table without keys. The peer's funnel and leakage come straight from the events; ours are read",
    "from what is kept. Pages are timed in the process that serves them, signed in, the 95th percentile of 20 after a warm-up.",
    "",
    "Definitions: on a base made straight in the tables, without an import. The rule has 8 conditions, 5 on fields of lead and company,",
    "3 on activities (a page view of `/pricing*` within 30 days, a touch within 14, never an unsubscribe); without windows it reads the",
    "whole log. Both find the same leads, or the run stops. The peer's statement is written by hand for these rows: it need not know",
    "case, `#` or NULL. 1,000 touched leads: each saw one more page, logged by the door that all use, which has them wait; timed is",
    "everything from taking them out of the queue to the moves of those who qualify, in one transaction; the best of 5 thousands. A",
    "backtest judges the version in force, too.",
    "",
    "Where it goes: the exact count against today judges two rules, one after the other. The one without windows has to read the",
    "address of every page view, six of ten rows of the log, from the table: addresses are too long for an index. A page shows the",
    "estimate then. A thousand touched leads cost the same planning and the same look-ups in any base; what a large one adds are pages",
    "that were not in memory. Leads whose fields cannot fit are not looked at further, which saves most of the log. The index",
    "`activity_by_kind` takes 54 bytes an activity (435 MB of 8 million, beside 1.6 GB of rows).",
]


@dataclass(frozen=True)
class Figure:
    """One measurement. `peer` is the peer's figure in the same unit and run, `ratio` ours / the peer's.

    `target` is what the figure (or the ratio, where there is a peer) should stay under; None: measured only. `part` is the run
    that it belongs to.
    """

    key: str
    title: str
    value: float
    unit: str
    size: str
    peer: float | None = None
    target: float | None = None
    part: str = "company"

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


def read(path: Path) -> list[Figure]:
    """Figures that were written down."""
    names = {field.name for field in fields(Figure)}
    rows = json.loads(path.read_text()) if path.exists() else []
    return [Figure(**{name: value for name, value in row.items() if name in names}) for row in rows]


def write(figures: list[Figure], folder: Path) -> None:
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
        *NOTES,
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
