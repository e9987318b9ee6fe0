"""How do rows that were set aside come in after all? Corrected, they join the import that they belong to.

Read by the same profile and decisions, written with the same import's number, so that its undo takes them out as well. One transaction:
the counts move with the rows. A line that is in already is known by a fingerprint of its cells: the same again changes nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.refusals import FieldError, Refused
from leads.imports.applying import CHUNK_ROWS, STATUSES, bind, job_of, set_aside
from leads.imports.models import Import, ImportError, ImportRepair  # noqa: A004
from leads.imports.reading import Fault, Record
from leads.imports.rows import Outcome, batch_of, write_batch
from leads.imports.warnings import Gathered, RowWarning, gather

MOST_LINES = 10_000
NUL = "␀"
ALREADY_IN = "already_repaired"
"""Somebody else was quicker; the only fault that is no fault of what was sent."""
REWRITES = "spreadsheet_rewrites"
"""Values that nobody corrected came back as a spreadsheet rewrites them; they stay as they were set aside."""


@dataclass(frozen=True)
class Correction:
    """What a line that was set aside should say, by the file's own columns; those not named stay as they were.

    `cells`, where given, is the whole row instead; `sent` whatever was sent about the line, from which the row was put together.
    `rewritten`: a spreadsheet had rewritten some of it, which was left as it was.
    """

    line: int
    values: Mapping[str, str]
    cells: tuple[str, ...] | None = None
    sent: tuple[str, ...] = ()
    rewritten: bool = False


@dataclass(frozen=True)
class Repaired:
    """The import afterwards; how many lines came in, are still set aside, and said nothing new; what deserves a look."""

    import_: Import
    came_in: int
    still_aside: int
    as_before: int
    warnings: tuple[Gathered, ...] = ()


@again_after_deadlock
@transaction.atomic
def repair(import_id: int, corrections: Sequence[Correction], *, now: datetime, actor: User | None) -> Repaired:
    """Bring corrected lines in. Refused, with all that is wrong and nothing changed, where a line or a column is not known.

    409 where nothing else is wrong than that lines came in meanwhile, by somebody else's correction.
    """
    import_ = _repairable(import_id)
    if len(corrections) > MOST_LINES:
        raise Refused("too_many_rows", f"These are {len(corrections):,} lines; send at most {MOST_LINES:,} at a time.")
    lines = [correction.line for correction in corrections]
    twice = next((line for line, count in Counter(lines).items() if count > 1), None)
    if twice is not None:
        raise Refused("contradicting_rows", f"Line {twice} is given more than once.")
    aside = _aside(import_, lines)
    done = {one.line: one for one in ImportRepair.objects.filter(source=import_, line__in=lines)}
    columns: list[str] = import_.decisions.get("columns", [])
    records, wrong = [], []
    for correction in corrections:
        cells, error = _corrected(correction, aside.get(correction.line), columns)
        known = done.get(correction.line)
        if known is not None:
            error = None if _is_the_same(import_, known, correction, cells) else _already_in(correction.line)
        if error is not None:
            wrong.append(error)
        elif known is None and cells != aside[correction.line]:
            records.append(_record(correction.line, cells, aside[correction.line]))
    if wrong:
        said = " ".join(error.detail for error in wrong[:3])
        more = f" And {len(wrong) - 3:,} more." if len(wrong) > 3 else ""
        late = {error.code for error in wrong} == {ALREADY_IN}
        code, status = (ALREADY_IN, 409) if late else ("invalid_repair", 400)
        raise Refused(code, f"{said}{more} Nothing was changed.", wrong[:100], status=status)
    sent = {correction.line: _sent(correction) for correction in corrections}
    rewritten = [correction.line for correction in corrections if correction.rewritten]
    still = _write(import_, records, sent, frozenset(rewritten), now, actor)
    import_.refresh_from_db()
    told = tuple(gather([], map(_rewrite, rewritten)))
    return Repaired(import_, len(records) - still, still, len(corrections) - len(records), told)


def _rewrite(line: int) -> RowWarning:
    return RowWarning(REWRITES, "", line)


def fingerprint(import_: Import, cells: Sequence[str]) -> str:
    """By which a line that came in is known again; it says nothing of what stood in it."""
    return salted_hmac(f"import {import_.pk}", json.dumps(list(cells)), algorithm="sha256").hexdigest()


def _is_the_same(import_: Import, known: ImportRepair, correction: Correction, cells: Sequence[str]) -> bool:
    """Whether a line that is in came in by this very correction, or as these very cells."""
    return known.sent == fingerprint(import_, _sent(correction)) or known.fingerprint == fingerprint(import_, cells)


def _sent(correction: Correction) -> tuple[str, ...]:
    """Whatever was said about the line."""
    said = tuple(f"{column}\x1f{value}" for column, value in sorted(correction.values.items()))
    return correction.sent or said or correction.cells or ()


def _repairable(import_id: int) -> Import:
    import_ = Import.objects.select_for_update().filter(pk=import_id).first()
    if import_ is None:
        raise Refused("no_such_import", f"There is no import {import_id}.", status=404)
    if import_.dry_run:
        raise Refused("dry_run", f"Import {import_id} was a dry run: correct the file, or import it first.", status=409)
    if import_.state == Import.State.UNDONE:
        raise Refused("undone", f"Import {import_id} was undone; import the file anew.", status=409)
    if import_.state != Import.State.DONE:
        raise Refused("not_done", f"Import {import_id} is not through yet; correct its rows once it is.", status=409)
    return import_


def _aside(import_: Import, lines: Sequence[int]) -> dict[int, list[str]]:
    """The rows of these lines as they were set aside."""
    found = ImportError.objects.filter(source=import_, line__in=lines).values_list("line", "row")
    return {line: list(row) for line, row in found}


def _corrected(
    correction: Correction, row: list[str] | None, columns: Sequence[str]
) -> tuple[list[str], FieldError | None]:
    """The line's cells with what was corrected, or why it cannot be."""
    line = correction.line
    strange = sorted(set(correction.values) - set(columns))
    if strange:
        return [], FieldError(
            f"line {line}", "unknown_column", f"Line {line}: the file has no column {', '.join(map(repr, strange))}."
        )
    if correction.cells is not None:
        return list(correction.cells), _not_aside(line) if row is None else None
    if row is not None and len(row) == len(columns):
        return [correction.values.get(name, cell) for name, cell in zip(columns, row, strict=True)], None
    if set(correction.values) == set(columns):
        return [correction.values[name] for name in columns], _not_aside(line) if row is None else None
    if row is None:
        return [], _not_aside(line)
    whole = (
        f"Line {line} has {len(row)} values where the file has {len(columns)} columns: give a value for each column."
    )
    return [], FieldError(f"line {line}", "whole_row_needed", whole)


def _not_aside(line: int) -> FieldError:
    return FieldError(f"line {line}", "not_set_aside", f"Line {line} was not set aside by this import.")


def _already_in(line: int) -> FieldError:
    said = (
        f"Line {line} was corrected and is in already; what it says now can be changed where it is, or by a new file."
    )
    return FieldError(f"line {line}", ALREADY_IN, said)


def _record(line: int, cells: list[str], before: Sequence[str]) -> Record:
    """The row as a file would have it; what stands for a NUL byte is still one where nobody changed it."""
    nul = any(NUL in cell and cell in before for cell in cells)
    return Record(line, cells, Fault("invalid_characters", "the row holds a NUL byte") if nul else None)


def _write(
    import_: Import,
    records: Sequence[Record],
    sent: Mapping[int, tuple[str, ...]],
    rewritten: frozenset[int],
    now: datetime,
    actor: User | None,
) -> int:
    """Write the corrected rows and move the counts; how many are still set aside."""
    binding, job = bind(import_), replace(job_of(import_, now), actor_id=actor.pk if actor else None)
    total = Outcome()
    for start in range(0, len(records), CHUNK_ROWS):
        some = records[start : start + CHUNK_ROWS]
        outcome = write_batch(binding, batch_of(binding.kind, some, [binding.read(record) for record in some]), job)
        total.counts += outcome.counts
        total.errors += outcome.errors
        total.warnings += outcome.warnings
    bad = {error.line for error in total.errors}
    ImportError.objects.filter(source=import_, line__in=[record.line for record in records]).delete()
    set_aside(import_, total.errors)
    came_in = [record for record in records if record.line not in bad]
    ImportRepair.objects.bulk_create(
        ImportRepair(
            source=import_,
            line=one.line,
            fingerprint=fingerprint(import_, one.cells),
            actor=actor,
            at=now,
            sent=fingerprint(import_, sent[one.line]),
        )
        for one in came_in
    )
    counts = {name: getattr(import_, name) + total.counts[name] for name in STATUSES if name != "rejected"}
    Import.objects.filter(pk=import_.pk).update(
        **counts,
        rejected=import_.rejected - len(came_in),
        repaired=import_.repaired + len(came_in),
        warnings=gather(
            import_.warnings,
            [*total.warnings, *(_rewrite(one.line) for one in came_in if one.line in rewritten)],
        ),
    )
    return len(bad)
