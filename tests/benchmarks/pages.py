"""How do figures read? docs/benchmarks.md: a table a part, sizes side by side, and what the part says of itself."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from tests.benchmarks.figures import Figure, by_key, holds, number, wanted
from tests.benchmarks.parts import Part

HEAD = """# Benchmarks

Written by `make bench`, never by hand. Every base is the same company drawn in the tables at that size (`tests/benchmarks/population`):
eight activities and stage changes a lead over two years, made from a seed, with everything derived from it by the product itself. The
peer is DuckDB with the same tables in the same run unless a part says otherwise; figures are of one machine and move with it, ratios
move less. Ratio, target, CPU seconds (of all processes) and memory are those of the largest size; growth is the largest size's figure
in times of the smallest's. A line that misses what was wanted of it says **no**; why it does is said below the table.
"""
SHORT = ((1_000_000, "M"), (1_000, "k"))


def size_name(leads: int) -> str:
    """`10 k`, `1 M`."""
    for unit, name in SHORT:
        if leads >= unit and leads % unit == 0:
            return f"{leads // unit} {name}"
    return f"{leads:,}"


def page(figures: Sequence[Figure], parts: Sequence[Part], failed: dict[str, str]) -> str:
    """The whole document."""
    lines = [HEAD, f"{_machine()}\n"]
    for part in parts:
        of_part = [figure for figure in figures if figure.part == part.name]
        if of_part or part.name in failed:
            lines += [f"## {part.heading}\n", *_table(of_part), ""]
            lines += [f"{text}\n" for text in (_failure(part, failed), _shortfalls(of_part, part), part.words) if text]
    return "\n".join(lines).rstrip() + "\n"


def _failure(part: Part, failed: dict[str, str]) -> str:
    return f"**Not measured in full** {failed[part.name]}." if part.name in failed else ""


def _shortfalls(figures: Sequence[Figure], part: Part) -> str:
    """What misses what was wanted of it, each with the reason."""
    missed = [same[-1] for same in by_key(figures) if holds(same) is False]
    return "\n".join(f"- **{one.title}**: {part.why.get(one.key, 'not explained yet.')}" for one in missed)


def _table(figures: Sequence[Figure]) -> list[str]:
    if not figures:
        return []
    sizes = sorted({figure.leads for figure in figures})
    heads = ["what", *map(size_name, sizes), "peer", "ratio", "wanted", "growth", "CPU", "memory", "load", "met"]
    rule = ["---", *(["---:"] * (len(heads) - 2)), "---"]
    return [_line(heads), _line(rule), *(_line(_row(same, sizes)) for same in by_key(figures))]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _row(same: Sequence[Figure], sizes: Sequence[int]) -> list[str]:
    last = same[-1]
    values = {one.leads: f"{number(one.value)} {one.unit}" for one in same}
    met = {None: "–", True: "yes", False: "**no**"}[holds(same)]
    title = last.title if last.size is None else f"{last.title} ({last.size})"
    return [
        title,
        *(values.get(size, "") for size in sizes),
        "–" if not last.peer else f"{number(last.peer)} {last.unit}",
        "–" if last.ratio is None else f"{last.ratio:.2f} ×",
        wanted(last),
        _growth(same),
        "–" if last.cpu is None else f"{number(last.cpu)} s",
        "–" if last.memory is None else f"{last.memory:,.0f} MB",
        "–" if last.load is None else f"{last.load:.1f}",
        met,
    ]


def _growth(same: Sequence[Figure]) -> str:
    """From the smallest size that counts to the largest, and what was wanted of it."""
    compared = [one for one in same if one.leads >= same[-1].growth_from]
    if len(compared) < 2:
        return "–"
    last = compared[-1]
    wanted = "" if last.growth is None else f" ({'≥' if last.at_least else '≤'} {number(last.growth)})"
    return f"{last.grown(compared[0]):.2f} ×{wanted}"


def _machine() -> str:
    memory = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    return f"{os.cpu_count()} processors, {memory} GiB of memory, Python {platform.python_version()}."
