"""The funnel as a kind of agreement: which steps leads pass, whose they are, and what old ones count as."""

from __future__ import annotations

import json

from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import ONLY_KEY, Kind, Scope, Work, only_key, register
from alignment.refusals import FieldError
from alignment.ui.words import count
from leads.funnel.reading import read_stages
from leads.funnel.sealing import dropped_keys, seal
from leads.funnel.sentences import difference, sentences
from leads.funnel.stage_sets import stage_set
from leads.funnel.terms import KIND, FunnelTerms, document_of
from leads.lifecycle import rebuilding


def check(terms: FunnelTerms, _scope: Scope) -> list[FieldError]:
    """What is wrong beyond the types: clashes, and keys in use that are not mentioned."""
    stages, errors = read_stages(terms.as_items())
    return errors or dropped_keys(stages)


def begun(_version_id: int, _terms: FunnelTerms, _scope: Scope) -> None:
    """What is kept of leads by another version is the work to do, and is there already; this only hurries it."""
    rebuilding.hurry()


def starting(_key: str) -> FunnelTerms:
    """The stages of today."""
    return FunnelTerms.model_validate_json(json.dumps(document_of(stage_set().terms)))


def follows(_terms: FunnelTerms, _scope: Scope) -> list[str]:
    """What taking effect sets going."""
    leads = rebuilding.leads_kept()
    return [
        f"What is kept of {count(leads)} leads is read anew from their log; until then reports read the log itself."
    ]


def work(version_id: int) -> Work | None:
    """How far the reading anew is, while this version is in force and not all is kept by it."""
    present = in_force(KIND, ONLY_KEY)
    if present is None or present.version_id != version_id:
        return None
    waiting, total = rebuilding.leads_behind(), rebuilding.leads_kept()
    return Work("Reading leads by the new funnel", total - waiting, total) if waiting else None


FUNNEL = Kind(
    key=KIND,
    title="Funnel",
    sentence="The steps that leads pass, whose they are, and how long a lead may stay.",
    terms=FunnelTerms,
    sentences=sentences,
    difference=difference,
    title_of=lambda _key: "Funnel",
    key_error=only_key,
    starting=starting,
    check=check,
    sealed=seal,
    begun=begun,
    follows=follows,
    work=work,
)


def install() -> None:
    """Let the funnel be agreed upon."""
    register(FUNNEL)
