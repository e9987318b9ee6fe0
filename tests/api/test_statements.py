"""What each system said of a lead, over HTTP and on the lead's page."""

from __future__ import annotations

import pytest
from django.test import Client

from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests import world
from tests.api.conftest import Caller
from tests.api.shapes import problem
from tests.world import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead_id(cast: Cast) -> int:
    lead = world.a_lead("1", email="a@firm.example", title="CTO", owner=cast.partner)
    upsert_leads([LeadRow(system="erp", email="a@firm.example", title="<b>Boss</b>")], now=NOW, actor_id=None)
    return lead.pk


def test_who_sees_every_lead_reads_what_each_system_said(cast: Cast, calling: Caller, lead_id: int) -> None:
    found = calling(cast.marketer, scope="read").get(f"/api/v1/leads/{lead_id}/statements").json()
    assert (found["next"], found["previous"]) == (None, None)
    assert [(one["system"], one["external_id"], one["said"]) for one in found["results"]] == [
        ("test", "1", {"email": "a@firm.example", "title": "CTO"}),
        ("erp", None, {"email": "a@firm.example", "title": "<b>Boss</b>"}),
    ]
    problem(calling(cast.partner).get(f"/api/v1/leads/{lead_id}/statements"), 403, "forbidden")
    problem(calling(cast.outsider).get(f"/api/v1/leads/{lead_id}/statements"), 404, "not_found")


def test_the_leads_page_tells_where_systems_differ_and_which_value_is_in_use(
    cast: Cast, client: Client, lead_id: int
) -> None:
    client.force_login(cast.marketer)
    page = client.get(f"/leads/{lead_id}/").content.decode()
    assert "What each system says" in page
    assert "&lt;b&gt;Boss&lt;/b&gt; <span" in page
    assert "<b>Boss</b>" not in page
    client.force_login(cast.partner)
    assert "What each system says" not in client.get(f"/leads/{lead_id}/").content.decode()
    client.force_login(cast.marketer)
    alone = world.a_lead("2", email="b@firm.example", title="CTO")
    assert "What each system says" not in client.get(f"/leads/{alone.pk}/").content.decode()
