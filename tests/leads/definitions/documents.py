"""Short ways to write down conditions and definitions, for tests of the language."""

from __future__ import annotations

from typing import Any

from leads.definitions.terms import LeadDefinition

Document = dict[str, Any]

UNSUBSCRIBED_NEVER: Document = {"activity": {"kinds": ["unsubscribe"]}, "op": "at_most", "count": 0}


def field(name: str, op: str, value: object = None) -> Document:
    return {"field": name, "op": op, "value": value}


def did(*kinds: str, op: str = "at_least", count: int = 1, days: int | None = None, **patterns: str) -> Document:
    return {"activity": {"kinds": list(kinds), **patterns}, "op": op, "count": count, "within_days": days}


def score(name: str, value: float, op: str = "at_least") -> Document:
    return {"score": name, "op": op, "value": value}


def negated(condition: Document) -> Document:
    return {"not": condition}


def definition(*criteria: Document, **scores: Document) -> LeadDefinition:
    """One condition, or several that must all hold."""
    whole = criteria[0] if len(criteria) == 1 else {"all": list(criteria)}
    return LeadDefinition.model_validate({"criteria": whole, **scores})


LARGE = field("company.employees", "at_least", 50)
SAW_PRICES = did("page_view", count=3, days=30, url="/pricing*")
FIT: Document = {"rules": [{"when": LARGE, "points": 10}]}
ENGAGEMENT: Document = {"rules": [{"activity": {"kinds": ["page_view"]}, "points": 5, "half_life_days": 14}]}
