"""The first pass over a file: how many rows, and how is each column to be read? Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from alignment.refusals import Refused
from leads.imports import dates, decimals
from leads.imports.decisions import DIALECTS, Choice, Column, Question
from leads.imports.kinds import FieldType
from leads.imports.profile_check import read_profile
from leads.imports.profiles import AUTO, Profile
from leads.imports.reading import Record, read_header, read_records

OTHER_DELIMITERS = {";": "semicolon", "\t": "tab", "|": "bar"}
REPORT_EVERY = 10_000


@dataclass(frozen=True)
class Checked:
    """What the first pass found. `decided` says for each dated or numeric field how it is read."""

    rows: int
    decided: dict[str, str]
    question: Question | None


@dataclass(frozen=True)
class Fitted:
    """A profile that fits a file, the file's columns, and what must be asked before the first pass."""

    profile: Profile
    columns: list[str]
    question: Question | None = None


def fit_profile(kind: str, given: object, path: Path) -> Fitted:
    """The profile held against the names of the file's columns; `Refused` naming all that does not fit."""
    columns = read_header(path)
    others = [sign for sign in OTHER_DELIMITERS if any(sign in name for name in columns)]
    fitting = [sign for sign in others if _fits(kind, given, read_header(path, sign))]
    if fitting and not _fits(kind, given, columns):
        raise _unsupported(fitting[0])
    profile = read_profile(kind, given, columns)
    repeated = sorted({name for name in columns if name and columns.count(name) > 1})
    if repeated:
        raise Refused("duplicate_columns", f"The file has more than one column named {', '.join(repeated)}.")
    ambiguous = bool(fitting) and profile.document.delimiter == AUTO
    return Fitted(profile, columns, _which_delimiter(columns, fitting[0]) if ambiguous else None)


def _fits(kind: str, given: object, columns: Sequence[str]) -> bool:
    try:
        read_profile(kind, given, columns)
    except Refused:
        return False
    return True


def _unsupported(delimiter: str) -> Refused:
    name = OTHER_DELIMITERS[delimiter]
    words = f"The file is {name}-separated, which is not supported yet: save it comma-separated."
    return Refused("unsupported_delimiter", words)


def _which_delimiter(columns: Sequence[str], other: str) -> Question:
    line = ",".join(columns)
    ways = {",": columns, other: line.split(other)}
    choices = tuple(Choice(sign, f"{len(names)} columns: {' · '.join(names)}") for sign, names in ways.items())
    detail = (
        f"“{line}” (line 1) may be {' or '.join(choice.reads for choice in choices)}. Say the delimiter in the profile."
    )
    return Question("ambiguous_delimiter", "delimiter", "", line, 1, detail, choices)


def check_file(
    fitted: Fitted, path: Path, answers: Mapping[str, str], progress: Callable[[int], None] | None = None
) -> Checked:
    """Read the whole file once. `answers` are what somebody said about fields that were asked before."""
    decided = _demanded(fitted.profile) | dict(answers)
    open_columns = _open_columns(fitted, decided)
    rows = 0
    records = read_records(path)
    next(records)
    for rows, record in enumerate(records, start=1):
        for column, index, mapping in open_columns:
            _see(column, record, index, mapping)
        if progress is not None and rows % REPORT_EVERY == 0:
            progress(rows)
    if answers.get("delimiter", ",") != ",":
        raise _unsupported(answers["delimiter"])
    questions = [fitted.question] if fitted.question and "delimiter" not in answers else []
    for column, _index, _mapping in open_columns:
        decision = column.decide()
        if isinstance(decision, Question):
            questions.append(decision)
        else:
            decided[column.field] = decision
    return Checked(rows, decided, min(questions, key=lambda question: question.line, default=None))


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
