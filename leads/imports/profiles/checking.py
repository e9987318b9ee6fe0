"""The first pass over a file: how many rows, and how is each column to be read? Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from leads.imports.profiles.decisions import DIALECTS, Column
from leads.imports.profiles.document import AUTO, Profile
from leads.imports.profiles.fitting import Fitted, fit_profile, read_wishes, which_column
from leads.imports.profiles.questions import Question
from leads.imports.reading import Note, Record, read_records
from leads.imports.values.cells import TextOf
from leads.imports.values.sources import dialect_of, telling_text_of

REPORT_EVERY = 10_000

__all__ = ["Checked", "Fitted", "check_file", "fit_profile", "read_wishes"]


@dataclass(frozen=True)
class Checked:
    """What the first pass found. `decided` says for each dated or numeric field how it is read."""

    rows: int
    decided: dict[str, str]
    question: Question | None
    notes: tuple[Note, ...] = ()


@dataclass
class _Repeated:
    """Columns of one name, and the first record in which they differ."""

    name: str
    places: tuple[int, ...]
    differing: Record | None = None


def check_file(
    fitted: Fitted, path: Path, answers: Mapping[str, str], progress: Callable[[int], None] | None = None
) -> Checked:
    """Read the whole file once. `answers` are what somebody said about fields that were asked before."""
    decided = _demanded(fitted.profile) | dict(answers)
    open_columns = _open_columns(fitted, decided)
    open_texts = [(column.see, text_in) for column, text_in in open_columns]
    rows, width = 0, len(fitted.columns)
    notes = list(fitted.notes)
    repeated = [_Repeated(name, places) for name, places in fitted.repeated]
    for rows, record in enumerate(read_records(path, fitted.layout, notes.append), start=1):
        if record.fault is None and len(record.cells) == width:
            if repeated:
                _compare(repeated, record)
            for see, text_in in open_texts:
                if text := text_in(record.cells):
                    see(text, record.line)
        if progress is not None and rows % REPORT_EVERY == 0:
            progress(rows)
    questions = [
        which_column(one.name, fitted.columns, one.places, one.differing)
        for one in repeated
        if one.differing is not None
    ]
    for column, _text_in in open_columns:
        decision = column.decide()
        if isinstance(decision, Question):
            questions.append(decision)
        else:
            decided[column.field] = decision
    question = fitted.question or min(questions, key=lambda question: question.line, default=None)
    return Checked(rows, decided, question, tuple(notes))


def _compare(repeated: list[_Repeated], record: Record) -> None:
    """Note the first record in which columns of one name differ."""
    for one in repeated:
        if one.differing is None and len({record.cells[place].strip() for place in one.places}) > 1:
            one.differing = record


def _demanded(profile: Profile) -> dict[str, str]:
    """What needs no deciding: what the profile says, and constants, which are written as in JSON."""
    decided = {}
    for field, spec in profile.document.fields.items():
        type_ = profile.kind.type_of(field)
        if type_ in DIALECTS:
            demanded = profile.format_of(field, spec)
            decided[field] = DIALECTS[type_].plain if not spec.named and demanded == AUTO else demanded
    return {field: how for field, how in decided.items() if how != AUTO}


def _open_columns(fitted: Fitted, decided: Mapping[str, str]) -> list[tuple[Column, TextOf]]:
    document = fitted.profile.document
    opened: list[tuple[Column, TextOf]] = []
    for field, spec in document.fields.items():
        type_ = fitted.profile.kind.type_of(field)
        if type_ in DIALECTS and field not in decided and spec.named:
            column = Column(field, ", ".join(spec.named), dialect_of(type_, spec))
            keep_prefix = document.text_prefix == "keep"
            opened.append((column, telling_text_of(spec, fitted.columns, keep_prefix=keep_prefix)))
    return opened
