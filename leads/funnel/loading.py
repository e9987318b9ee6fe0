"""What becomes of a stage set from a file? Until people have decided on a funnel it is laid in; then it is a draft for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alignment.agreements.drafts import start_draft
from alignment.agreements.kinds import ONLY_KEY
from alignment.agreements.laying_in import is_signed
from alignment.refusals import Refused
from leads.funnel.reading import read_stage_set
from leads.funnel.sealing import dropped_keys
from leads.funnel.stage_terms import StageTerms, in_order
from leads.funnel.terms import KIND, document_of
from leads.lifecycle.changes import load_stages


@dataclass(frozen=True)
class Loaded:
    """A stage set as version `number` of the funnel: laid in, or a draft that holds nothing yet."""

    number: int
    terms: tuple[StageTerms, ...]
    is_draft: bool = False


@transaction.atomic
def load(document: object, *, now: datetime) -> Loaded:
    """Lay the set in, or draft it. Refused: `invalid_stage_set`, and `stage_in_use` where a key that leads have been in is left out."""
    if not is_signed(KIND, ONLY_KEY):
        stages = load_stages(document, now=now)
        return Loaded(stages.number, stages.terms)
    terms = read_stage_set(document)
    if errors := dropped_keys(terms):
        raise Refused("stage_in_use", errors[0].detail)
    draft = start_draft(KIND, ONLY_KEY, document_of(terms), author=None, now=now, note="Loaded from a file.")
    return Loaded(draft.number, in_order(terms), is_draft=True)
