"""Which stage does a word name?"""

from __future__ import annotations

from alignment.cleaning import unknown
from leads.funnel.stage_sets import StageSet


def read_stage(stages: StageSet, word: str) -> str:
    """The key of the stage that `word` names: a key, else a title, without regard to case; or `Unfit`."""
    if word in stages.by_key and stages.by_key[word].counts_as is None:
        return word
    wanted = word.strip().casefold()
    for term in stages.terms:
        if term.key.casefold() == wanted:
            return term.counts_as or term.key
    for term in stages.stages:
        if term.title.casefold() == wanted:
            return term.key
    raise unknown("stage", "unknown_stage", word, (term.key for term in stages.stages))
