"""What is there to say about an import? The document that command, API and page give."""

from __future__ import annotations

from typing import TypedDict

from leads.imports.models import Import, ImportError  # noqa: A004
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
    """An import as JSON. `errors` are the first hundred; `question` and `problem` are null unless there is one."""

    id: int
    kind: str
    state: str
    file_name: str
    dry_run: bool
    rows: int
    done: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    warnings: list[Gathered]
    question: dict[str, object] | None
    problem: dict[str, str] | None
    spared: list[dict[str, object]]
    errors: list[ErrorDocument]


def describe(import_: Import) -> ImportDocument:
    """The import's document."""
    errors = ImportError.objects.filter(source=import_)[:FIRST_ERRORS]
    return ImportDocument(
        id=import_.pk,
        kind=import_.kind,
        state=import_.state,
        file_name=import_.file_name,
        dry_run=import_.dry_run,
        rows=import_.rows,
        done=import_.cursor,
        created=import_.created,
        updated=import_.updated,
        unchanged=import_.unchanged,
        rejected=import_.rejected,
        warnings=import_.warnings,
        question=import_.question,
        problem=import_.problem,
        spared=import_.spared,
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
    if document["problem"]:
        lines.append(f"It stopped: {document['problem']['detail']}")
        if import_.cursor:
            ways = f"--resume {import_.pk} goes on from there, --undo {import_.pk} takes them out again"
            lines.append(f"{import_.cursor:,} of {import_.rows:,} rows are through: {ways}.")
    lines += [f"Line {e['line']}, {e['column'] or 'row'}: {e['reason']} [{e['code']}]" for e in document["errors"][:10]]
    if import_.rejected:
        lines.append(f"All rows set aside: ./manage.py import --errors {import_.pk} > errors.csv")
    lines += [
        f"Left alone: {spared.get('table')} {spared.get('id')}: {spared.get('why')}"
        for spared in document["spared"][:10]
    ]
    return "\n".join(lines)


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
        + "."
    )
