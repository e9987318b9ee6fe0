"""What does a lead's page say of definitions: which version moved it, and what it lacks for the next stage?"""

from __future__ import annotations

import pytest
from django.test import Client

from alignment.people.models import User
from leads.definitions.selectors import next_for, qualified
from leads.funnel.stage_sets import stage_set
from leads.lifecycle.changes import NewValue, record_values
from leads.records.models import Lead
from tests import world
from tests.leads.definitions.qualifying import IN_GERMANY, a_lead_at, agreed, saw, viewed, work_until
from tests.leads.pages.reading import text_of
from tests.world import Cast, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return world.cast()


def page_of(lead: Lead, user: User) -> str:
    browser = Client()
    browser.force_login(user)
    answer = browser.get(f"/leads/{lead.pk}/")
    assert answer.status_code == 200
    return text_of(answer)


def test_the_page_says_which_version_moved_the_lead_and_the_timeline_too(cast: Cast) -> None:
    agreed(cast, "mql", viewed(1), day(0))
    agreed(cast, "mql", viewed(2), day(1))
    lead = a_lead_at("1", 2)
    saw(lead, 3)
    saw(lead, 4)
    work_until(5)
    page = page_of(lead, cast.salesperson)
    assert "Qualified as MQL by version 2 of the definition" in page
    assert "To MQL by version 2 of the MQL definition" in page
    assert [(move.stage, move.at, move.version.number) for move in qualified(lead, stage_set())] == [("MQL", day(4), 2)]


def test_the_page_says_what_the_lead_lacks(cast: Cast) -> None:
    agreed(cast, "mql", {"all": [viewed(2), IN_GERMANY]}, day(0))
    lead = a_lead_at("1", 1, country="DE")
    saw(lead, 2)
    work_until(3)
    page = page_of(lead, cast.marketer)
    assert "MQL: meets 1 of 2" in page
    assert "1 of 2" in page
    assert "Missing: " in page


def test_a_score_is_the_sum_of_its_lines_on_the_page(cast: Cast) -> None:
    rules = [{"activity": {"kinds": ["page_view"]}, "points": 10, "group": "pages"}]
    engagement = {"rules": rules, "caps": {"pages": 15}}
    agreed(cast, "mql", {"score": "engagement", "value": 60}, day(0), engagement=engagement)
    lead = a_lead_at("1", 1)
    saw(lead, 2)
    saw(lead, 3)
    work_until(4)
    page = page_of(lead, cast.marketer)
    assert "Engagement score: 15" in page
    assert "-5" in page


def test_nothing_is_said_where_no_definition_has_a_say(cast: Cast) -> None:
    lead = a_lead_at("1", 1)
    assert "Qualification" not in page_of(lead, cast.marketer)
    agreed(cast, "mql", viewed(1), day(0))
    for stage in ("mql", "recycled", "won"):
        other = a_lead_at(stage, 1, stage=stage)
        assert next_for(other, stage_set(), day(5)) is None
        assert "Qualification" not in page_of(other, cast.marketer)


def test_partners_are_told_nothing_of_what_our_teams_agreed(cast: Cast) -> None:
    agreed(cast, "mql", viewed(2), day(0))
    lead = a_lead_at("1", 1)
    record_values([NewValue(lead.pk, "team", day(1), ref=cast.partners.pk)], recorded_at=day(1))
    assert "Qualification" not in page_of(lead, cast.partner)
    assert "Qualification" in page_of(lead, cast.manager)
