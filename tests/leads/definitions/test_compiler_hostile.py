"""Does what people type stay a value, whatever it looks like?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from psycopg2 import sql

from leads.definitions.checks import check_terms
from leads.definitions.compiling.statements import Statement
from leads.definitions.counting import estimate
from leads.definitions.explaining import explain
from leads.definitions.patience import patient
from leads.definitions.queries.first_moments import first_moments
from leads.definitions.queries.moments import held
from leads.definitions.terms import DEEPEST, MOST_CONDITIONS, LeadDefinition
from tests.leads.definitions.asking import Document, field, who_meets
from tests.leads.definitions.laying import happened, lead_known
from tests.world import NOW, day

pytestmark = pytest.mark.django_db

HOSTILE = [
    "'; DROP TABLE leads_lead; --",
    'a" OR 1=1',
    "%(d0)s",
    "%s %% {} {0}",
    "\\' \\\\ $$ $1 :x",
    "E'\\x41' /* */",
    "ünï😀\u200b\u202e",
    "a\nb\tc",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_that_look_like_code_are_texts(text: str) -> None:
    lead = lead_known("one", attributes={text: text, "other": text}, title=text)
    happened(lead, "page_view", day(1), url=f"https://x.example/{text}", asset=text, campaign=text)
    patterns: Document = {"kinds": ["page_view"], "url": f"*{text}", "asset": text, "campaign": f"{text}*"}
    everywhere: list[Document] = [
        *(field("lead.title", op, text) for op in ("is", "contains", "starts_with", "matches")),
        field(f"lead.attributes.{text}", "is", text),
        field("lead.attributes.other", "is", [text, "x"]),
        {"activity": patterns},
    ]
    assert who_meets({"all": everywhere}, NOW) == ["one"]
    assert who_meets({"any": [{"not": one} for one in everywhere]}, NOW) == []
    assert who_meets({"any": [{"consent": text, "op": "granted"}, {"activity": {"kinds": [text]}}]}, NOW) == []


def test_as_many_conditions_as_there_may_be_are_answered() -> None:
    lead = lead_known("one", country="Germany")
    happened(lead, "form", day(1), asset="1")
    conditions: list[Document] = [
        {"activity": {"kinds": ["form"], "asset": f"{number}"}, "within_days": number + 1}
        for number in range(MOST_CONDITIONS - 1)
    ]
    assert who_meets({"any": conditions}, day(1)) == ["one"]
    assert who_meets({"all": [*conditions, field("lead.country", "known")]}, day(1)) == []


def test_groups_as_deep_as_they_may_be_are_answered() -> None:
    lead_known("one", country="Germany")
    criteria = field("lead.country", "is", "germany")
    for _ in range(DEEPEST // 2 - 1):
        criteria = {"not": {"any": [criteria]}}
    assert who_meets({"all": [criteria]}) == []
    assert who_meets({"not": criteria}) == ["one"]


def test_the_widest_pattern_over_the_longest_text_is_answered_at_once() -> None:
    happened(lead_known("one"), "page_view", day(1), url="https://x.example/" + "a" * 1900)
    assert who_meets({"activity": {"kinds": ["page_view"], "url": "/*a*a*a*a*b"}}, NOW) == []


def largest() -> LeadDefinition:
    """As many rules and as many questions of scores as there may be."""
    wild = [
        {"activity": {"kinds": ["page_view"], "url": f"/a*{n}*b*"}, "points": 1, "half_life_days": 14}
        for n in range(50)
    ]
    points = [{"when": field("lead.country", "is", f"{n}"), "points": 1} for n in range(50)]
    asked = [
        {"score": name, "op": "at_least", "value": value} for value in range(1, 51) for name in ("fit", "engagement")
    ]
    document = {"criteria": {"any": asked}, "fit": {"rules": points}, "engagement": {"rules": wild}}
    return LeadDefinition.model_validate(document)


def test_a_score_asked_for_many_times_is_computed_once_and_answered_at_once() -> None:
    asked = largest()
    assert check_terms(asked) == []
    lead = lead_known("one", country="7")
    happened(lead, "page_view", day(1), url="https://x.example/a1b")
    with patient(timedelta(seconds=3)):
        assert estimate(asked, NOW).meets.leads == 1
        told = explain(asked, lead, NOW)
    assert told.held
    assert [part.held for part in told.tree.parts[:4]] == [True, False, False, False]
    moments = Statement(
        sql.SQL("SELECT id AS lead_id, %(since)s::timestamptz AS since FROM leads_lead"), {"since": day(0)}
    )
    for statement in (
        held(asked, Statement(sql.SQL("SELECT id AS lead_id, %(at)s::timestamptz AS at FROM leads_lead"), {"at": NOW})),
        first_moments(asked, moments, NOW),
    ):
        with connection.cursor() as cursor:
            text = statement.text.as_string(cursor.connection)
        assert text.count("power(") == 50
