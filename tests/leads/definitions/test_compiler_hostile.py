"""Does what people type stay a value, whatever it looks like?"""

from __future__ import annotations

import pytest

from leads.definitions.terms import DEEPEST, MOST_CONDITIONS
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
