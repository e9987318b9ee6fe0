"""What becomes of a stage set from a file? Until people have decided on a funnel it is laid in; then it is a draft for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alignment.agreements.drafts import lock_agreement, start_draft
from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import ONLY_KEY, Terms
from alignment.agreements.laying_in import is_signed
from alignment.agreements.models import Step, Version
from alignment.agreements.terms import terms_of
from alignment.refusals import Refused
from leads.funnel.reading import read_stage_set
from leads.funnel.sealing import dropped_keys
from leads.funnel.stage_terms import StageTerms, in_order
from leads.funnel.terms import KIND, FunnelTerms, document_of, stages_of
from leads.lifecycle.changes import load_stages


@dataclass(frozen=True)
class Loaded:
    """A stage set as version `number` of the funnel: laid in, or a draft (or proposal) that holds nothing yet.

    `is_new` is False where that version said the same before, and nothing was done.
    """

    number: int
    terms: tuple[StageTerms, ...]
    is_draft: bool = False
    is_new: bool = True


@transaction.atomic
def load(document: object, *, now: datetime) -> Loaded:
    """Lay the set in, or draft it; a set that is in force, drafted or proposed already is left as it is.

    Refused: `invalid_stage_set`, and `stage_in_use` where a key that leads have been in is left out.
    """
    if not is_signed(KIND, ONLY_KEY):
        stages = load_stages(document, now=now)
        return Loaded(stages.number, stages.terms)
    terms = read_stage_set(document)
    if errors := dropped_keys(terms):
        raise Refused("stage_in_use", errors[0].detail)
    if found := _said_already(terms, now=now):
        return found
    draft = start_draft(KIND, ONLY_KEY, document_of(terms), author=None, now=now, note="Loaded from a file.")
    return Loaded(draft.number, in_order(terms), is_draft=True)


def _said_already(terms: list[StageTerms], *, now: datetime) -> Loaded | None:
    """The version in force, or else the latest open one, that says the same. Locked: of two equal files at once one is drafted."""
    agreement = lock_agreement(KIND, ONLY_KEY, now=now)
    present = in_force(KIND, ONLY_KEY, now)
    if present is not None and _says(present.terms, terms):
        return Loaded(present.number, in_order(terms), is_new=False)
    unsettled = Version.objects.select_related("agreement").filter(
        agreement=agreement, step__in=[Step.DRAFT, Step.PROPOSED]
    )
    for version in unsettled.order_by("-number"):
        if _says(terms_of(version), terms):
            return Loaded(version.number, in_order(terms), is_draft=True, is_new=False)
    return None


def _says(found: Terms, terms: list[StageTerms]) -> bool:
    return isinstance(found, FunnelTerms) and in_order(list(stages_of(found))) == in_order(terms)
