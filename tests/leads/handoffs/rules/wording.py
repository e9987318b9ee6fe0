"""A handoff rule with one of each thing, for tests to say, change and break."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import datetime
from typing import Any

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.kinds import Scope
from alignment.agreements.models import Version
from alignment.agreements.terms import parse_terms
from alignment.refusals import FieldError
from leads.handoffs.checks import check
from leads.handoffs.kind import HANDOFF_RULE
from leads.handoffs.terms import KIND, HandoffRule
from tests.world import NOW, Cast

Document = dict[str, Any]


def small(cast: Cast) -> Document:
    """As little as a rule can say."""
    return {
        "title": "Large companies",
        "order": 10,
        "criteria": {"field": "company.employees", "op": "at_least", "value": 50},
        "from": {"stage": "mql", "side": "marketing"},
        "to": {"stage": "sal", "side": "sales"},
        "routing": [{"strategy": "queue", "team": cast.sales.pk}],
        "accept_within": {"hours": 4},
        "contact_within": {"hours": 8},
        "reasons": [{"key": "no-fit", "title": "Does not fit", "next": "disqualify"}],
    }


def full(cast: Cast) -> Document:
    """One of everything."""
    pool = {"team": cast.sales.pk, "people": [cast.salesperson.pk], "skill": "lead.attributes.language"}
    return {
        **small(cast),
        "routing": [
            {"strategy": "company_owner"},
            {"strategy": "named_account", "accounts": [
                {"company": "ACME", "person": cast.salesperson.pk}, {"company": "Initech", "person": cast.salesperson.pk},
                {"company": "globex.example", "person": cast.sales_lead.pk}]},
            {"strategy": "table", "field": "lead.territory", "rows": [
                {"values": ["DACH", "France"], "to": pool}, {"values": ["Iberia"], "to": {"team": cast.partners.pk}}]},
            {"strategy": "round_robin", "pool": {"team": cast.sales.pk}},
            {"strategy": "weighted", "pool": {"team": cast.sales.pk}},
            {"strategy": "least_loaded", "pool": {"team": cast.sales.pk}},
            {"strategy": "queue", "team": cast.sales.pk},
        ],
        "escalate": [{"after": {"hours": 1}, "to": "receiver_lead"}, {"after": {"hours": 24, "business": False}, "to": "both_leads"}],
        "expire_after": {"hours": 16},
        "reasons": [
            {"key": "not-ready", "title": "Not ready yet", "next": "recycle", "cool_off_days": 30, "note": True},
            {"key": "no-fit", "title": "Does not fit", "next": "disqualify"},
            {"key": "not-mine", "title": "Not mine", "next": "reroute"},
        ],
        "holds": [{"key": "customer", "title": "Waiting for the customer", "most_hours": 120}],
        "re_entry": "something_new",
    }  # fmt: skip


def changed(document: Document, **values: Any) -> Document:
    """The same with other values; `a__b__0` names what is deep within, a double underscore a step."""
    made = deepcopy(document)
    for name, value in values.items():
        inner: Any = made
        *way, last = [int(step) if step.isdecimal() else step for step in name.split("__")]
        for step in way:
            inner = inner[step]
        inner[last] = value
    return made


def read(document: Document) -> HandoffRule:
    """The rule of a document, by its types."""
    terms = parse_terms(HANDOFF_RULE, json.loads(json.dumps(document)))
    assert isinstance(terms, HandoffRule)
    return terms


def errors(document: Document, key: str = "large") -> list[FieldError]:
    return check(read(document), Scope(key, NOW))


def agreed(cast: Cast, document: Document, *, key: str = "large", now: datetime = NOW) -> Version:
    """In force from `now` on, signed by both."""
    draft = start_draft(KIND, key, document, author=cast.marketer, now=now)
    propose(draft.pk, by=cast.marketing_lead, now=now)
    return sign(draft.pk, by=cast.sales_lead, now=now)
