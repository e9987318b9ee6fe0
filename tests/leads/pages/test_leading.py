"""A notice about a lead that went on to somebody else says so, instead of leading nowhere."""

from __future__ import annotations

import pytest
from django.test import Client

from alignment.outbox.models import Notice
from alignment.people.models import User
from leads.records.models import Lead
from tests.world import NOW, Cast, a_lead, cast, held_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def opened(user: User, path: str) -> tuple[str, str]:
    """Where a notice with this path leads, and what the page says then."""
    notice = Notice.objects.create(user=user, key=path, title="Look", text="Here.", path=path, created_at=NOW)
    client = Client()
    client.force_login(user)
    answer = client.get(f"/notices/{notice.pk}/")
    return answer["Location"], client.get(answer["Location"]).content.decode()


def test_it_leads_to_the_lead_while_one_sees_it(people: Cast) -> None:
    lead = a_lead("1", email="a@firm.example")
    held_by(lead, people.partner)
    assert opened(people.partner, f"/leads/{lead.pk}/")[0] == f"/leads/{lead.pk}/"
    assert opened(people.salesperson, f"/leads/{lead.pk}/")[0] == f"/leads/{lead.pk}/"


@pytest.mark.parametrize("path", ["/leads/{}/", "/handoffs/99/"])
def test_who_does_not_see_it_any_more_is_told(people: Cast, path: str) -> None:
    lead: Lead = a_lead("1", email="a@firm.example")
    where, page = opened(people.partner, path.format(lead.pk))
    assert where == "/notices/"
    assert "not with your team any more" in page


def test_other_pages_are_left_to_themselves(people: Cast) -> None:
    assert opened(people.salesperson, "/agreements/")[0] == "/agreements/"
