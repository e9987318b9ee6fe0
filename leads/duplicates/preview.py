"""What would merging two leads do? Shown before anybody says so: whose values are kept, what goes over, where the lead stands then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alignment.refusals import Refused
from leads.duplicates.fields import FIELDS, Field, Whose, has, kept
from leads.duplicates.histories import Step, last_counting, overtaken
from leads.duplicates.holdings import HOLDINGS
from leads.duplicates.merging import must_fit, steps_of
from leads.duplicates.queries import moving
from leads.funnel.stage_sets import stage_set
from leads.funnel.stage_terms import StageTerms
from leads.lifecycle.models import StageChange
from leads.records.models import Lead


@dataclass(frozen=True)
class Row:
    """One field of both, in words, and whose is kept. `is_choice`: both say something, and not the same."""

    field: Field
    survivor: str
    other: str
    kept: Whose
    is_choice: bool


@dataclass(frozen=True)
class Count:
    """So many of something go over."""

    rows: int
    name: str


@dataclass(frozen=True)
class Preview:
    """What a merge of `other` into `survivor` would do. `refusal`: why it cannot be."""

    survivor: Lead
    other: Lead
    rows: Sequence[Row]
    counts: Sequence[Count]
    stage: StageTerms | None
    behind: int
    refusal: Refused | None


def preview(survivor: Lead, other: Lead, choices: Mapping[str, Whose]) -> Preview:
    """Of two leads that the caller may see, without changing anything."""
    steps = steps_of([survivor.pk, other.pk])
    behind = overtaken(steps)
    return Preview(
        survivor=survivor,
        other=other,
        rows=[_row(field, survivor, other, choices) for field in FIELDS],
        counts=_counts(other),
        stage=_stage(steps, behind),
        behind=len(behind),
        refusal=_refusal(survivor, other),
    )


def suggested_survivor(one: Lead, other: Lead) -> Lead:
    """Who came first."""
    return min(one, other, key=lambda lead: (lead.created_at, lead.pk))


def _row(field: Field, survivor: Lead, other: Lead, choices: Mapping[str, Whose]) -> Row:
    mine, theirs = _words(field, survivor), _words(field, other)
    both = has(field, survivor) and has(field, other)
    return Row(field, mine, theirs, kept(field, survivor, other, choices), both and mine != theirs)


def _words(field: Field, lead: Lead) -> str:
    """What a record says in this field, as a person reads it."""
    if field.key == "attributes":
        return ", ".join(f"{name}: {value}" for name, value in sorted(lead.attributes.items()))
    if field.key == "name":
        given = " ".join(part for part in (lead.first_name, lead.last_name) if part)
        return lead.full_name or given
    told = [getattr(lead, column.removesuffix("_id")) for column in field.columns if not column.endswith("_usable")]
    return " · ".join(str(value) for value in told if value not in (None, ""))


def _counts(other: Lead) -> list[Count]:
    counted = ((holding, moving.count(holding.table, other.pk)) for holding in HOLDINGS if holding.one)
    return [Count(rows, holding.one if rows == 1 else holding.many) for holding, rows in counted if rows]


def _stage(steps: Sequence[Step], behind: Sequence[int]) -> StageTerms | None:
    """Where the lead stands by both histories together."""
    last = last_counting(steps, behind)
    key = StageChange.objects.values_list("to_id", flat=True).get(pk=last) if last is not None else None
    stages = stage_set()
    term = stages.by_key.get(key or "")
    return stages.by_key.get(term.counts_as, term) if term is not None and term.counts_as else term


def _refusal(survivor: Lead, other: Lead) -> Refused | None:
    try:
        must_fit(survivor, other)
    except Refused as refused:
        return refused
    return None
