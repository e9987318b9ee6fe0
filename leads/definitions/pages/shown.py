"""What does each place of the sheet show? Rows, groups and rules as the templates draw them; no rule lives in those."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leads.definitions.pages.operators import Choice
from leads.definitions.pages.writing import Problem

Problems = Mapping[str, Sequence[Problem]]


@dataclass(frozen=True)
class Move:
    """One entry of the menu of a row, group or rule: what it asks for, and the key that does the same on the handle."""

    step: str
    title: str
    icon: str
    key: str


MOVES = (
    Move("up", "Move up", "arrow-up", "ArrowUp"),
    Move("down", "Move down", "arrow-down", "ArrowDown"),
    Move("into", "Move into a group", "indent-increase", "ArrowRight"),
    Move("out", "Move out of the group", "indent-decrease", "ArrowLeft"),
    Move("duplicate", "Duplicate", "copy", "d"),
    Move("remove", "Remove", "trash", "Delete"),
)


@dataclass(frozen=True)
class Input:
    """A text with values to choose from: `list` names a list on the page, `of` what the values are asked for by."""

    name: str
    ident: str
    label: str
    value: str
    of: str = ""
    list: str = ""
    example: str = ""
    more: bool = False
    """The last of several: typing in it opens another."""

    @property
    def adds(self) -> bool:
        """An empty one after others."""
        return self.more and self.example.startswith("or ")


@dataclass(frozen=True)
class Place:
    """What every row, group and rule has: its path, an id, what it is called, what is wrong, how it can be moved."""

    path: str
    ident: str
    name: str
    problems: Sequence[Problem]
    moves: Sequence[Move]
    focused: bool

    @property
    def wrong(self) -> bool:
        return any(not one.unfinished for one in self.problems)


@dataclass(frozen=True)
class ShownRow:
    """One condition."""

    place: Place
    what: Input
    help: str
    shape: str
    operators: Sequence[Choice]
    operator: Choice
    values: Sequence[Input]
    kinds: Sequence[Input]
    patterns: Sequence[Input]
    narrowed: bool
    count: Input | None
    days: Input | None
    named: Input | None
    """The name of an attribute that has none yet."""
    begins: bool
    """Somebody goes on here, with what is asked about."""


@dataclass(frozen=True)
class ShownGroup:
    """Conditions and groups within a group."""

    place: Place
    how: str
    hows: Sequence[tuple[str, str]]
    items: Sequence[ShownRow | ShownGroup]
    is_root: bool
    in_rule: bool


@dataclass(frozen=True)
class ShownRule:
    """Points: `when` of a fit rule, else the kinds and patterns of an engagement rule."""

    place: Place
    points: Input
    group: Input
    when: ShownGroup | None
    kinds: Sequence[Input]
    patterns: Sequence[Input]
    narrowed: bool
    days: Input | None
    half_life: Input | None
    begins: bool


@dataclass(frozen=True)
class ShownScore:
    """A score's rules, the groups of points that may have a cap, and what is wrong with it as a whole."""

    part: str
    title: str
    rules: Sequence[ShownRule]
    caps: Sequence[tuple[Input, str]]
    problems: Sequence[Problem]

    @property
    def ident(self) -> str:
        return self.part


@dataclass(frozen=True)
class Told:
    """A place, and what is wrong with it now."""

    ident: str
    problems: Sequence[Problem]
