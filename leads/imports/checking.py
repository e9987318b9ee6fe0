"""The first pass over a file: how many rows, and how is each column to be read? Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from alignment.refusals import Refused
from leads.imports import dates, decimals
from leads.imports.decisions import DIALECTS, Column
from leads.imports.kinds import FieldType
from leads.imports.profile_check import read_profile
from leads.imports.profiles import AUTO, Profile
from leads.imports.questions import Question
from leads.imports.reading import Layout, Note, Record, Wishes, look, read_records

REPORT_EVERY = 10_000


@dataclass(frozen=True)
class Checked:
    """What the first pass found. `decided` says for each dated or numeric field how it is read."""

    rows: int
    decided: dict[str, str]
    question: Question | None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Fitted:
    """A profile that fits a file, the file's layout and columns, and what must be asked before the first pass."""

    profile: Profile
    columns: list[str]
    layout: Layout
    notes: tuple[Note, ...] = ()
    question: Question | None = None


def fit_profile(kind: str, given: object, path: Path, answers: Mapping[str, str] | None = None) -> Fitted:
    """The profile held against the names of the file's columns; `Refused` naming all that does not fit."""
    seen = look(path, read_wishes(given, answers or {}), lambda columns: _fits(kind, given, columns))
    profile = read_profile(kind, given, seen.columns)
    repeated = sorted({name for name in seen.columns if name and seen.columns.count(name) > 1})
    if repeated:
        raise Refused("duplicate_columns", f"The file has more than one column named {', '.join(repeated)}.")
    return Fitted(profile, seen.columns, seen.layout, seen.notes, seen.question)


def read_wishes(given: object, answers: Mapping[str, str]) -> Wishes:
    """What a profile as it is written, and answers given since, say about a file's layout. Answers go first."""
    said = {**given, **answers} if isinstance(given, dict) else dict(answers)
    names = [field.name for field in fields(Wishes)]
    return Wishes(**{name: said[name] for name in names if isinstance(said.get(name), str | int)})


def _fits(kind: str, given: object, columns: Sequence[str]) -> bool:
    try:
        read_profile(kind, given, columns)
    except Refused:
        return False
    return True


def check_file(
    fitted: Fitted, path: Path, answers: Mapping[str, str], progress: Callable[[int], None] | None = None
) -> Checked:
    """Read the whole file once. `answers` are what somebody said about fields that were asked before."""
    decided = _demanded(fitted.profile) | dict(answers)
    open_columns = _open_columns(fitted, decided)
    rows = 0
    notes = list(fitted.notes)
    for rows, record in enumerate(read_records(path, fitted.layout, notes.append), start=1):
        for column, index, mapping in open_columns:
            _see(column, record, index, mapping)
        if progress is not None and rows % REPORT_EVERY == 0:
            progress(rows)
    questions = [fitted.question] if fitted.question else []
    for column, _index, _mapping in open_columns:
        decision = column.decide()
        if isinstance(decision, Question):
            questions.append(decision)
        else:
            decided[column.field] = decision
    question = fitted.question or min(questions, key=lambda question: question.line, default=None)
    return Checked(rows, decided, question, tuple(notes))


def _see(column: Column, record: Record, index: int, mapping: Mapping[str, object]) -> None:
    if record.fault is None and index < len(record.cells):
        text = record.cells[index].strip()
        if text and text not in mapping:
            column.see(text, record.line)


def _demanded(profile: Profile) -> dict[str, str]:
    """What needs no deciding: what the profile says, and constants, which are written as in JSON."""
    decided = {}
    for field, spec in profile.document.fields.items():
        type_ = profile.kind.type_of(field)
        if type_ in DIALECTS:
            plain = decimals.POINT if type_ is FieldType.NUMBER else dates.ISO
            demanded = profile.format_of(field, spec)
            decided[field] = plain if spec.column is None and demanded == AUTO else demanded
    return {field: how for field, how in decided.items() if how != AUTO}


def _open_columns(fitted: Fitted, decided: Mapping[str, str]) -> list[tuple[Column, int, Mapping[str, object]]]:
    opened: list[tuple[Column, int, Mapping[str, object]]] = []
    for field, spec in fitted.profile.document.fields.items():
        type_ = fitted.profile.kind.type_of(field)
        if type_ in DIALECTS and field not in decided and spec.column is not None:
            column = Column(field, spec.column, DIALECTS[type_])
            opened.append((column, fitted.columns.index(spec.column), spec.map))
    return opened
