"""Which parts does the benchmark have, and what do they say of themselves? Read from their source: only the process that measures one
imports it, since what it imports wants Django.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MINUTES = 10.0
FIRST = (
    "funnel", "leak", "page", "figure_page", "import", "api", "load", "metric", "live_metric", "attribution", "disk", "handoff", "sweep",
    "definition", "score", "scaling",
)  # fmt: skip
"""The order in which parts are measured, the most asked-for first; others follow by name."""


@dataclass(frozen=True)
class Part:
    """One `<name>_measures.py`: what its docstring and constants say; `why` some of its figures fall short, by their keys."""

    name: str
    heading: str
    words: str
    sizes: tuple[int, ...] | None = None
    writes: bool = False
    minutes: float = MINUTES
    why: Mapping[str, str] = field(default_factory=dict)

    def at(self, asked: Sequence[int]) -> list[int]:
        """At which of these sizes it is measured, in their order; the largest alone, unless it says otherwise."""
        return [size for size in asked if (size == max(asked) if self.sizes is None else size in self.sizes)]


def parts() -> list[Part]:
    """Every part there is, in order."""
    found = [_read(file) for file in Path(__file__).parent.glob("*_measures.py")]
    return sorted(found, key=lambda part: (FIRST.index(part.name) if part.name in FIRST else len(FIRST), part.name))


def _read(file: Path) -> Part:
    tree = ast.parse(file.read_text())
    heading, _line, words = inspect.cleandoc(ast.get_docstring(tree) or file.stem).partition("\n")
    said: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in ("SIZES", "WRITES", "MINUTES", "WHY"):
                said[name.lower()] = ast.literal_eval(node.value)
    return Part(file.stem.removesuffix("_measures"), heading.rstrip("."), words.strip(), **said)
