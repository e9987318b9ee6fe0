"""Which colour has a stage? The same one in every chart: a shade of the side that works on it, or that of how it ended."""

from __future__ import annotations

from leads.funnel.stage_sets import StageSet

SHADES = 3
"""So many stages of one side are told apart; further ones begin again."""


def stage_tone(stages: StageSet, key: str) -> str:
    """The name of the stylesheet's colour."""
    terms = stages.by_key[key]
    if terms.category != "open":
        return terms.category
    same = [one.key for one in stages.terms if one.category == "open" and one.side == terms.side]
    shade = same.index(key) % SHADES
    return f"{terms.side}-{shade + 1}" if shade else terms.side
