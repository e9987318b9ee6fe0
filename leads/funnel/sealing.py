"""What follows when a funnel is settled? Its stages as rows, which statements join, and every lead marked for recomputing.

The only writer of versions, stages and stage keys. It runs in the transaction that settles from when the version holds, so that no
one asks for a version without rows. Running twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from alignment.agreements.kinds import Scope
from alignment.agreements.models import Version
from alignment.people.selectors import reporting_zone
from alignment.refusals import FieldError, Refused
from leads.funnel.models import FunnelVersion, Stage, StageKey
from leads.funnel.stage_sets import funnel_periods
from leads.funnel.stage_terms import StageTerms
from leads.funnel.terms import FunnelTerms, stages_of
from leads.funnel.turns import change_funnel
from leads.lifecycle.waiting import touch_all

IN_USE = 'SELECT k.key FROM leads_stagekey k WHERE EXISTS (SELECT FROM leads_stagechange c WHERE c."to" = k.key)'


def keys_in_use() -> frozenset[str]:
    """Stage keys that the log has rows of."""
    with connection.cursor() as cursor:
        cursor.execute(IN_USE)
        return frozenset(row[0] for row in cursor.fetchall())


def dropped_keys(terms: Sequence[StageTerms]) -> list[FieldError]:
    """Keys that leads have been in must stay in the set or count as another stage; the errors where they do not."""
    dropped = sorted(keys_in_use() - {term.key for term in terms})
    if not dropped:
        return []
    detail = f"Leads have been in {', '.join(dropped)}: keep the key, with counts_as naming the stage it counts as."
    return [FieldError("stages", "stage_in_use", detail)]


def seal(version_id: int, terms: FunnelTerms, scope: Scope) -> None:
    """Write the version's rows. Refused with `stage_in_use` where the log has come to use a key that it does not mention.

    A version that begins later mentions every stage of those that hold until then, too: leads may come into each of them. And
    what is settled to follow it mentions each of its stages.
    """
    change_funnel()
    stages, settled_at = stages_of(terms), scope.settled_at or scope.now
    errors = dropped_keys(stages) or _usable_until(scope.now, settled_at, stages) or _unknown_later(scope.now, stages)
    if errors:
        raise Refused("stage_in_use", errors[0].detail, errors, status=409)
    _write(_version(version_id, scope.now), stages)
    touch_all()


def _usable_until(since: datetime, settled_at: datetime, stages: Sequence[StageTerms]) -> list[FieldError]:
    if since <= settled_at:
        return []
    holding = [p for p in funnel_periods() if p.since < since and (p.until is None or p.until > settled_at)]
    usable = {term.key for period in holding for term in period.stages.stages}
    left_out = sorted(usable - {term.key for term in stages})
    if not left_out:
        return []
    detail = f"Until it takes effect leads may still come into {', '.join(left_out)}: let it say what that counts as from then on."
    return [FieldError("stages", "stage_in_use", detail)]


def _unknown_later(since: datetime, stages: Sequence[StageTerms]) -> list[FieldError]:
    usable, errors = {term.key for term in stages if term.counts_as is None}, []
    for later in (period for period in funnel_periods() if period.since > since):
        if unknown := sorted(usable - later.stages.by_key.keys()):
            begins = f"{later.since.astimezone(reporting_zone()):%-d %B %Y}"
            detail = (
                f"Leads may come into {', '.join(unknown)}, of which version {later.stages.number}, which begins on {begins}, "
                "says nothing: agree first on another one for that day, with counts_as naming the stage it counts as."
            )
            errors.append(FieldError("stages", "stage_in_use", detail))
    return errors


def _version(version_id: int, since: datetime) -> FunnelVersion:
    number = Version.objects.values_list("number", flat=True).get(pk=version_id)
    version, _made = FunnelVersion.objects.get_or_create(
        agreement_version_id=version_id, defaults={"number": number, "in_force_from": since}
    )
    return version


def _write(version: FunnelVersion, stages: tuple[StageTerms, ...]) -> None:
    rows = [_row(version, term) for term in stages]
    if _said(Stage.objects.filter(version=version)) == _said(rows):
        return
    StageKey.objects.bulk_create([StageKey(key=term.key) for term in stages], ignore_conflicts=True)
    Stage.objects.filter(version=version).delete()
    Stage.objects.bulk_create(rows)


def _row(version: FunnelVersion, term: StageTerms) -> Stage:
    return Stage(
        version=version, key_id=term.key, title=term.title, position=term.position, category=term.category, side=term.side,
        requires_owner=term.requires_owner, counts_as_id=term.counts_as, age=term.age, quiet=term.quiet,
    )  # fmt: skip


def _said(rows: Iterable[Stage]) -> set[tuple[object, ...]]:
    return {
        (r.key_id, r.title, r.position, r.category, r.side, r.requires_owner, r.counts_as_id, r.age, r.quiet)
        for r in rows
    }
