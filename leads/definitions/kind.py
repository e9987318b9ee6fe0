"""Lead definitions as a kind of agreement: which there can be, what they are called, and what one starts from.

The key is the stage a lead qualifies into: an open forward stage of the funnel in force, the first one excepted, since
leads start there.
"""

from __future__ import annotations

from collections.abc import Sequence

from alignment.agreements.kinds import Kind
from leads.definitions import runs
from leads.definitions.backtesting.computing import backtest
from leads.definitions.checks import check
from leads.definitions.differences import difference
from leads.definitions.following import follows
from leads.definitions.sentences import sentences
from leads.definitions.stages import definable, stage_error, stage_title
from leads.definitions.terms import KIND, LeadDefinition

STARTING = LeadDefinition.model_validate(
    {
        "criteria": {
            "all": [
                {"field": "company.employees", "op": "at_least", "value": 20},
                {"any": [{"activity": {"kinds": ["form"]}, "within_days": 90}, {"score": "engagement", "value": 30}]},
                {"consent": "marketing", "op": "allowed"},
                {"activity": {"kinds": ["unsubscribe"]}, "op": "at_most", "count": 0},
            ]
        },
        "engagement": {
            "rules": [
                {"activity": {"kinds": ["page_view"]}, "points": 1, "half_life_days": 14, "group": "pages"},
                {"activity": {"kinds": ["page_view"], "url": "/pricing*"}, "points": 10, "half_life_days": 14},
                {"activity": {"kinds": ["content", "webinar"]}, "points": 15, "half_life_days": 30},
            ],
            "caps": {"pages": 10},
        },
    }
)
"""A definition to begin from: small, and with one of each thing that can be asked for."""


def title_of(key: str) -> str:
    """`MQL definition`."""
    return f"{stage_title(key)} definition"


def sentences_under(key: str, terms: LeadDefinition) -> Sequence[str]:
    return sentences(terms, stage_title(key))


def caveat(key: str) -> str | None:
    """A definition stays in force when a funnel drops its stage: then it has nobody to move."""
    why = stage_error(key)
    return f"This definition moves nobody by now. {why}" if why else None


LEAD_DEFINITION = Kind(
    key=KIND,
    title="Lead definition",
    sentence="What makes a lead qualified for a stage; the product moves leads that meet it there.",
    terms=LeadDefinition,
    sentences=sentences,
    sentences_under=sentences_under,
    difference=difference,
    title_of=title_of,
    key_error=stage_error,
    starting=lambda _key: STARTING,
    check=check,
    begun=runs.begun,
    follows=follows,
    work=runs.work,
    caveat=caveat,
    backtest=backtest,
    backtest_template="definitions/_backtest.html",
    samples=True,
    edit_url="definitions:edit",
    begin_template="definitions/_suggest.html",
    keys=lambda: tuple(stage.key for stage in definable()),
)
