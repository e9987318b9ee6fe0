"""Does a profile fit a file? Its columns are looked for first: they tell how the file is laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from alignment.refusals import Refused
from leads.imports.profiles.document import Profile
from leads.imports.profiles.fields import read_profile
from leads.imports.profiles.questions import Choice, Question
from leads.imports.reading import Layout, Note, Record, Wishes, look

MOST = 2_000
"""A file of more columns is no list of anything; each column costs time on every page that shows the file."""

COLUMN = "column:"
"""Answers about columns of the same name are kept under this and the name."""


@dataclass(frozen=True)
class Fitted:
    """A profile that fits a file, the file's layout and columns, and what must be asked before the first pass.

    `repeated` are columns of one name that the profile means one of: their name and their places.
    """

    profile: Profile
    columns: list[str]
    layout: Layout
    notes: tuple[Note, ...] = ()
    question: Question | None = None
    repeated: tuple[tuple[str, tuple[int, ...]], ...] = ()


def fit_profile(kind: str, given: object, path: Path, answers: Mapping[str, str] | None = None) -> Fitted:
    """The profile held against the names of the file's columns; `Refused` naming all that does not fit."""
    answered = answers or {}
    needed = _needed(kind, given)
    wishes = read_wishes(given if needed is not None else {}, answered)
    seen = look(path, wishes, needed.issubset if needed else None)
    must_be_workable(seen.columns)
    columns = _chosen(seen.columns, answered)
    profile = read_profile(kind, given, columns)
    open_ones = tuple(
        (name, places)
        for name, places in seen.repeated
        if name in profile.columns
        and f"{COLUMN}{name}" not in answered
        and not any(seen.columns[place] in profile.columns for place in places[1:])
    )
    return Fitted(profile, columns, seen.layout, seen.notes, seen.question, open_ones)


def must_be_workable(columns: Sequence[str]) -> None:
    """`Refused` for a file of more columns than can be mapped."""
    if len(columns) > MOST:
        raise Refused(
            "too_many_columns",
            f"The file has {len(columns):,} columns; at most {MOST:,} can be read. Take out those that are not needed, and bring "
            "it again. If it has fewer, another sign parts them: say which one.",
        )


def read_wishes(given: object, answers: Mapping[str, str]) -> Wishes:
    """What a profile as it is written, and answers given since, say about a file's layout. Answers go first."""
    said = {**given, **answers} if isinstance(given, dict) else dict(answers)
    names = [field.name for field in fields(Wishes)]
    wishes = {name: said[name] for name in names if isinstance(said.get(name), str | int)}
    header = wishes.get("header")
    if isinstance(header, str) and header.isdecimal():
        wishes["header"] = int(header)
    return Wishes(**wishes)


def which_column(name: str, columns: Sequence[str], places: Sequence[int], record: Record) -> Question:
    """The question which of the columns of one name is meant, quoting the first row in which they differ."""
    choices = tuple(
        Choice(columns[place], f"“{record.cells[place]}”, in column {place + 1} of the file") for place in places
    )
    readings = " or ".join(choice.reads for choice in choices)
    detail = (
        f"The file has {len(places)} columns named “{name}” that differ; in line {record.line} it may be {readings}. "
        "Say which in the profile, by the names they have here."
    )
    return Question("ambiguous_column", f"{COLUMN}{name}", name, record.cells[places[0]], record.line, detail, choices)


def _needed(kind: str, given: object) -> frozenset[str] | None:
    """The columns that a profile names; None for what is no profile at all, which is refused later with all reasons."""
    try:
        return read_profile(kind, given).columns
    except Refused:
        return None


def _chosen(columns: Sequence[str], answers: Mapping[str, str]) -> list[str]:
    """The columns, with the one that was chosen of several of one name bearing the name alone."""
    found = list(columns)
    for field, choice in answers.items():
        name = field.removeprefix(COLUMN)
        if field.startswith(COLUMN) and name in found and choice in found:
            first, chosen = found.index(name), found.index(choice)
            found[first], found[chosen] = found[chosen], found[first]
    return found
