"""What may be done with a file before it is an import: bring it, say how it is read and what its columns are, check it, bring it in.

The only writer of drafts; `leads.imports.mapping.dropping` lets them go.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from alignment.alone import alone
from alignment.people.models import User
from alignment.refusals import Refused
from leads.imports import service
from leads.imports.kinds import KINDS
from leads.imports.mapping.arranging import Change, arrange, columns_of, parts_of, specs_of
from leads.imports.mapping.beginning import Beginning, begin, begin_with, tells_by_names, with_values
from leads.imports.mapping.drafts import ImportDraft
from leads.imports.mapping.naming import must_name
from leads.imports.mapping.studying import AT_ONCE, Study, kept_study, study_file
from leads.imports.models import Import, ImportProfile
from leads.imports.profiles.checking import read_wishes
from leads.imports.profiles.fields import find_kind
from leads.imports.profiles.fitting import must_be_workable
from leads.imports.profiles.named import Named, keep_profile, known_profiles
from leads.imports.reading import look
from leads.imports.uploads import keep_copy, must_be_there, path_of

TOLD_BY_NAMES = frozenset({"ambiguous_header", "ambiguous_delimiter"})
"""Questions that the names of the columns answer, where they are names that we know."""

COUNTING = "leads_import_counting"
"""One file at a time is counted, so that imports find a worker."""

COUNTING_SECONDS = 60

LAYOUT = ("encoding", "delimiter", "header", "sheet")
"""What somebody may say about how a file is read; besides, which of two columns of one name is meant."""


def start_draft(
    *, file: BinaryIO, file_name: str, kind: str, named: Named | None, now: datetime, actor: User
) -> ImportDraft:
    """Keep a copy of the file, look into it, and propose what its columns are. `kind` empty: proposed from the columns.

    Refused for what is no table, and for a profile that is none. `named`: a profile to begin with instead of a proposal.
    """
    _must_be_allowed(actor)
    if kind:
        find_kind(kind)
    copy = keep_copy(file)
    document = named.document if named is not None else None
    if document is not None and not isinstance(document, dict):
        raise Refused("invalid_profile", "A profile is a JSON object with kind, system and fields.")
    study = _study(copy.name, document or {}, {})
    name = Path(file_name).name[:300] or "file"
    beginning = _begin(study, name, kind, Named(named.name, document) if named and document is not None else None)
    return ImportDraft.objects.create(
        file=copy.name,
        file_name=name,
        size=copy.size,
        kind=beginning.kind,
        profile=beginning.document,
        profile_name=beginning.profile_name,
        basis=beginning.basis,
        study=study.as_json(),
        actor=actor,
        created_at=now,
        touched_at=now,
    )


def _study(
    file: str,
    document: Mapping[str, Any],
    answers: Mapping[str, Any],
    limit: int | None = AT_ONCE,
    goes_on: Callable[[], bool] = lambda: True,
) -> Study:
    path = must_be_there(file)
    wishes = read_wishes(dict(document), answers)
    seen = look(path, wishes)
    if seen.question is not None and seen.question.code in TOLD_BY_NAMES:
        known = known_profiles()
        by_names = look(path, wishes, lambda columns: tells_by_names(columns, known))
        seen = by_names if by_names.question is None else seen
    must_be_workable(seen.columns)
    return study_file(path, seen, limit, goes_on)


def _begin(study: Study, file_name: str, kind: str, named: Named | None) -> Beginning:
    if named is not None and isinstance(named.document, dict):
        return begin_with(named.name, named.document, kind or str(named.document.get("kind") or "leads"), study)
    return begin(study, file_name, kind, known_profiles())


@transaction.atomic
def read_otherwise(
    draft_id: int, *, said: Mapping[str, str | int], kind: str, profile: str | None, now: datetime
) -> ImportDraft:
    """Read the file in another layout, as another kind (empty: found out anew), or by another profile (empty: a fresh proposal;
    None: as now).

    Where the columns stay the same, so does what was said about them, unless another kind or profile is asked for.
    """
    draft = find_draft(draft_id, lock=True)
    answers = {key: value for key, value in {**draft.answers, **said}.items() if value and value != "auto"}
    kept = {key: value for key, value in draft.profile.items() if key not in said}
    study = kept_study(draft.study)
    if answers != draft.answers or kept != draft.profile:
        study = _study(draft.file, kept, answers)
    told = kind == draft.kind and not draft.basis.get("unsure")
    same = study.names == kept_study(draft.study).names and told and profile is None
    if not same:
        found = _profile_named(profile) if profile else None
        beginning = _begin(study, draft.file_name, kind, found)
        draft.kind, draft.profile_name, draft.basis = beginning.kind, beginning.profile_name, beginning.basis
        kept = {**{key: kept[key] for key in ("timezone", "text_prefix") if key in kept}, **beginning.document}
    draft.profile, draft.answers, draft.study, draft.touched_at = kept, answers, study.as_json(), now
    draft.save()
    return draft


def _profile_named(name: str) -> Named:
    found = next((one for one in known_profiles() if one.name == name), None)
    if found is None:
        raise Refused("no_such_profile", f"There is no profile named “{name}” any more.", status=404)
    return Named(found.name, dict(found.document))


@transaction.atomic
def rearrange(draft_id: int, change: Change, *, now: datetime) -> ImportDraft:
    """Take columns for other fields, map values, say constants. A field that gets another column gets its values proposed."""
    draft = find_draft(draft_id, lock=True)
    kind = KINDS[draft.kind]
    profile = arrange(draft.profile, change, kind)
    before, study = specs_of(draft.profile), kept_study(draft.study)
    profile["fields"] = {
        name: spec if columns_of(before.get(name, {})) == columns_of(spec) else with_values(kind, name, spec, study)
        for name, spec in profile["fields"].items()
    }
    if profile != draft.profile:
        draft.profile = profile
        draft.touched_at = now
        draft.save(update_fields=["profile", "touched_at"])
    return draft


@transaction.atomic
def write_profile(draft_id: int, document: object, *, now: datetime) -> ImportDraft:
    """Put a pasted profile in the place of what was said so far."""
    draft = find_draft(draft_id, lock=True)
    if not isinstance(document, dict):
        raise Refused("invalid_profile", "A profile is a JSON object with kind, system and fields.")
    kind = find_kind(str(document.get("kind") or draft.kind)).key
    study = _study(draft.file, document, draft.answers)
    beginning = begin_with("", document, kind, study)
    draft.kind, draft.profile, draft.basis, draft.profile_name = kind, beginning.document, beginning.basis, ""
    draft.study, draft.touched_at = study.as_json(), now
    draft.save()
    return draft


@transaction.atomic
def answer(draft_id: int, *, field: str, choice: str, now: datetime) -> ImportDraft:
    """What a check asked and somebody answered: about a field's dates or numbers, or about how the file is read."""
    draft = find_draft(draft_id, lock=True)
    fields = specs_of(draft.profile)
    if field in fields:
        draft.profile = {**draft.profile, "fields": {**fields, field: {**parts_of(fields[field]), "format": choice}}}
    else:
        draft.answers = {**draft.answers, field: choice}
        draft.study = _study(draft.file, draft.profile, draft.answers).as_json()
    draft.touched_at = now
    draft.save()
    return draft


def keep(draft_id: int, *, name: str, replace: bool, now: datetime) -> ImportProfile:
    """Keep what was said so far as a profile, for the next file of the same shape."""
    draft = find_draft(draft_id)
    said = {key: value for key, value in draft.answers.items() if key in LAYOUT}
    kept = keep_profile(name=name, kind=draft.kind, document={**draft.profile, **said}, replace=replace)
    ImportDraft.objects.filter(pk=draft_id).update(profile_name=kept.name, touched_at=now)
    return kept


def count_all(draft_id: int, *, seconds: Callable[[], float] = time.monotonic) -> bool:
    """Read the rest of a big file, so that values are counted over all of it; False while another file is being counted.

    It stops once the draft is gone or its file is read otherwise, and after `COUNTING_SECONDS`: others wait for the same worker.
    """
    with alone(COUNTING) as nobody_else_does:
        if nobody_else_does:
            _count(draft_id, seconds)
    return nobody_else_does


def _count(draft_id: int, seconds: Callable[[], float]) -> None:
    draft = ImportDraft.objects.filter(pk=draft_id).first()
    if draft is None or not path_of(draft.file).is_file():
        return
    same = ImportDraft.objects.filter(pk=draft_id, answers=draft.answers, study=draft.study)
    until = seconds() + COUNTING_SECONDS
    study = _study(draft.file, draft.profile, draft.answers, None, lambda: seconds() < until and same.exists())
    same.update(study=study.as_json())


def check(draft_id: int, *, now: datetime, actor: User) -> Import:
    """Start a dry run of the draft as it is; its counts show on the draft's page."""
    draft = find_draft(draft_id)
    import_ = _start(draft, now, actor, dry_run=True)
    ImportDraft.objects.filter(pk=draft_id).update(checked=import_, touched_at=now)
    return import_


def bring_in(draft_id: int, *, now: datetime, actor: User) -> Import:
    """Start the import; the draft has done its work and goes."""
    draft = find_draft(draft_id)
    import_ = _start(draft, now, actor, dry_run=False)
    ImportDraft.objects.filter(pk=draft_id).delete()
    return import_


def _start(draft: ImportDraft, now: datetime, actor: User, *, dry_run: bool) -> Import:
    _must_be_allowed(actor)
    if draft.basis.get("unsure"):
        raise Refused("unknown_content", "Say first what is in the file.")
    must_name(KINDS[draft.kind], draft.profile)
    with must_be_there(draft.file).open("rb") as file:
        return service.start_import(
            kind=draft.kind,
            file=file,
            file_name=draft.file_name,
            profile=draft.profile,
            profile_name=draft.profile_name,
            answers=draft.answers,
            now=now,
            actor=actor,
            dry_run=dry_run,
        )


def find_draft(draft_id: int, *, lock: bool = False) -> ImportDraft:
    """The draft of that number, or `Refused` (404)."""
    rows = ImportDraft.objects.select_for_update() if lock else ImportDraft.objects.all()
    found = rows.filter(pk=draft_id).first()
    if found is None:
        raise Refused("no_such_draft", "This file is not being mapped any more: bring it again.", status=404)
    return found


def _must_be_allowed(actor: User) -> None:
    if not service.may_import(actor):
        raise Refused("not_allowed", "Only people who see every lead and may write can import.", status=403)
