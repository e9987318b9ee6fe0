"""The editor's page: who may use it, what its buttons do, what it saves, and what becomes of two people at once."""

from __future__ import annotations

import pytest

from alignment.agreements.drafts import start_draft
from alignment.agreements.models import Version
from leads.definitions.kind import LEAD_DEFINITION, STARTING
from alignment.agreements.terms import as_document
from tests.leads.pages.conftest import Browse, browse, people
from tests.leads.pages.reading import text_of
from tests.world import NOW, Cast

__all__ = ["browse", "people"]


@pytest.fixture
def draft(people: Cast) -> Version:
    return start_draft("lead_definition", "mql", as_document(STARTING), author=people.marketer, now=NOW)


def test_a_draft_opens_in_rows(people: Cast, browse: Browse, draft: Version) -> None:
    answer = browse(people.marketer).get(f"/agreements/lead_definition/mql/{draft.number}/edit/")
    assert answer.status_code == 200
    print(text_of(answer))
    assert "Company size" in answer.content.decode()
    answer = browse(people.marketer).get(f"/agreements/lead_definition/mql/{draft.number}/edit/")
