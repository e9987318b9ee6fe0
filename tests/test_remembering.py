"""A page that shows asks for the company and for what is in force once; the next page, and whoever changes something, asks anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alignment.people.models import Organisation
from alignment.people.selectors import reporting_currency
from alignment.prepared import planned
from alignment.remembering import once_at, remembering
from leads.funnel.stage_sets import IN_FORCE, FunnelPeriod, stage_set
from tests.world import NOW, Cast, cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def test_a_page_asks_for_the_company_and_the_funnel_once(people: Cast) -> None:
    client = Client()
    client.force_login(people.marketer)
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    asked = [query["sql"] for query in queries.captured_queries]
    with connection.cursor() as cursor:
        in_force = planned(cursor, IN_FORCE).partition("(")[0]
    assert sum('FROM "people_organisation"' in text for text in asked) == 1
    assert sum(f"{in_force}(" in text for text in asked) == 1


def test_what_is_changed_is_there_on_the_next_page(people: Cast) -> None:
    with remembering():
        assert reporting_currency() == "EUR"
        Organisation.objects.update(currency="USD")
        assert reporting_currency() == "EUR"
    with remembering():
        assert reporting_currency() == "USD"


def test_nothing_is_remembered_where_nobody_opened_a_memory(people: Cast) -> None:
    assert reporting_currency() == "EUR"
    Organisation.objects.update(currency="USD")
    assert reporting_currency() == "USD"


def test_an_answer_serves_for_the_instants_at_which_it_holds_and_for_no_other() -> None:
    ends = NOW + timedelta(hours=1)
    found = FunnelPeriod(NOW, ends, stage_set())
    asked = []

    def ask() -> FunnelPeriod:
        asked.append(1)
        return found

    with remembering():
        for at, times in ((NOW, 1), (ends - timedelta.resolution, 1), (ends, 2), (NOW - timedelta.resolution, 3)):
            once_at("funnel", at, ask)
            assert len(asked) == times, at
