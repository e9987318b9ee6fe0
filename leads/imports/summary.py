"""What is there to say about an import? The document that command, API and page give."""

from __future__ import annotations

from typing import TypedDict

from alignment import clock
from leads.imports.line import place_of
from leads.imports.models import Import, ImportError  # noqa: A004
from leads.imports.reading import forms, kept_layout
from leads.imports.repairs.repairing import Repaired
from leads.imports.repairs.spared import SparedDocument, describe_spared
from leads.imports.warnings import Gathered

FIRST_ERRORS = 100


class ErrorDocument(TypedDict):
    """One value that was set aside."""

    line: int
    column: str | None
    value: str | None
    code: str
    reason: str


class ImportDocument(TypedDict):
    """An import as JSON. `errors` are the first hundred; `question` and `problem` are null unless there is one.

    `place` is 0 at work, n in line, else null; `behind` the import it waits for; `rate` rows a second.
    """

    id: int
    kind: str
    state: str
    file_name: str
    dry_run: bool
    place: int | None
    behind: int | None
    rows: int
    done: int
    rate: float | None
    remaining_seconds: int | None
    layout: str | None
    created: int
    updated: int
    unchanged: int
    rejected: int
    repaired: int
    answers: dict[str, str]
    warnings: list[Gathered]
    question: dict[str, object] | None
    problem: dict[str, str] | None
    spared: list[SparedDocument]
    errors: list[ErrorDocument]


def describe(import_: Import) -> ImportDocument:
    """The import's document."""
    errors = ImportError.objects.filter(source=import_)[:FIRST_ERRORS]
    place = place_of(import_, clock.now())
    going = import_.progress if place.number == 0 else {}
    return ImportDocument(
        id=import_.pk,
        kind=import_.kind,
        state=import_.state,
        file_name=import_.file_name,
        dry_run=import_.dry_run,
        place=place.number,
        behind=place.behind.pk if place.behind else None,
        rows=import_.rows,
        done=going.get("rows", import_.cursor),
        rate=going.get("rate"),
        remaining_seconds=going.get("remaining_seconds"),
        layout=forms(kept_layout(import_.decisions)) if "layout" in import_.decisions else None,
        created=import_.created,
        updated=import_.updated,
        unchanged=import_.unchanged,
        rejected=import_.rejected,
        repaired=import_.repaired,
        answers=import_.decisions.get("answers", {}),
        warnings=import_.warnings,
        question=import_.question,
        problem=import_.problem,
        spared=describe_spared(import_),
        errors=[_describe_error(error) for error in errors],
    )


def _describe_error(error: ImportError) -> ErrorDocument:
    return ErrorDocument(line=error.line, column=error.column, value=error.value, code=error.code, reason=error.reason)


def in_words(import_: Import) -> str:
    """What a person at the terminal reads."""
    document = describe(import_)
    lines = [_headline(import_)]
    lines += [f"Warning: {warning['detail']}." for warning in document["warnings"]]
    if document["question"]:
        lines.append(f"Question: {document['question']['detail']}")
        lines.append(f"Answer it: ./manage.py import --answer {import_.pk} {_choices(import_)}")
    if document["problem"]:
        detail = document["problem"]["detail"]
        lines.append(detail if document["problem"]["code"] == "stopped" else f"It stopped: {detail}")
        if import_.cursor:
            ways = f"--resume {import_.pk} goes on from there, --undo {import_.pk} takes them out again"
            lines.append(f"{import_.cursor:,} of {import_.rows:,} rows are through: {ways}.")
    lines += [f"Line {e['line']}, {e['column'] or 'row'}: {e['reason']} [{e['code']}]" for e in document["errors"][:10]]
    if import_.rejected:
        lines.append(f"All rows set aside: ./manage.py import --errors {import_.pk} > errors.csv")
        if import_.state == Import.State.DONE and not import_.dry_run:
            lines.append(f"Correct them there, then: ./manage.py import --repair {import_.pk} errors.csv")
    lines += [
        f"Left alone: {spared['table']} “{spared['name']}”: {spared['why']}" for spared in document["spared"][:10]
    ]
    return "\n".join(lines)


def _choices(import_: Import) -> str:
    given = [choice["answer"] for choice in (import_.question or {}).get("choices", [])]
    return (
        "|".join(answer if answer.strip() and answer not in ";|&<>" else f"'{answer}'" for answer in given) or "CHOICE"
    )


def in_words_of(repaired: Repaired) -> str:
    """What became of corrected rows."""
    said = f"{repaired.came_in:,} corrected {'row is' if repaired.came_in == 1 else 'rows are'} in"
    if repaired.still_aside:
        said += f", {repaired.still_aside:,} {'is' if repaired.still_aside == 1 else 'are'} still set aside"
    if repaired.as_before:
        said += f", {repaired.as_before:,} said nothing new"
    warnings = "".join(f" {warning['detail']}." for warning in repaired.warnings)
    return f"{said}.{warnings}"


def duration(seconds: int) -> str:
    """“40 s”, “3 min”, “1 h 20 min”."""
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _headline(import_: Import) -> str:
    name = "Dry run" if import_.dry_run else "Import"
    state = import_.get_state_display().lower()
    what = f"{name} {import_.pk} ({import_.kind} from {import_.file_name}): {state}"
    if import_.state == Import.State.DONE and not import_.rows:
        return f"{what}. The file has no rows."
    counts = (import_.created, import_.updated, import_.unchanged, import_.rejected)
    names = ("created", "updated", "unchanged", "set aside")
    return (
        f"{what}. {import_.rows:,} rows: "
        + ", ".join(f"{n:,} {name}" for n, name in zip(counts, names, strict=True))
        + (f", of these {import_.repaired:,} corrected since" if import_.repaired else "")
        + "."
    )
