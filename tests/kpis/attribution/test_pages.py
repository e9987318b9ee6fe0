"""Do people find attribution where they look: the report, the touches behind it, a deal's journey, the agreement?"""

from __future__ import annotations

import pytest
from django.test import Client

from kpis.attribution.terms import NOTHING_AGREED, AttributionTerms
from kpis.recompute import drain
from leads.models import Lead
from tests.kpis.attribution.test_report import a_journey
from tests.world import Cast, a_deal, a_lead, cast, day

pytestmark = pytest.mark.django_db

YEAR = "start=2024-01-01&end=2025-01-01"


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def lead(people: Cast) -> Lead:
    made = a_journey()
    a_deal(a_lead("3"), amount="50", status="won", closed_at=day(40), external_id="x", system="s")
    drain()
    return made


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return (answer.getvalue() if answer.streaming else answer.content).decode()


def test_the_report_shows_every_model_and_opens_into_touches(client: Client, people: Cast, lead: Lead) -> None:
    client.force_login(people.marketer)
    text = page(client, f"/reports/attribution/?{YEAR}")
    for words in ("€66.67", "No touch", "€150.01", "Time decay", "Nothing is", "not-a-word"):
        assert (words in text) == (words != "not-a-word"), words
    behind = page(client, f"/reports/attribution/behind/?{YEAR}&measure=position&where=channel%3Dmail&no_touch=no")
    assert "The last touch: 40 %." in behind
    assert "Webinar, mail" in behind
    assert "No lead" not in behind
    assert page(client, f"/reports/attribution/?{YEAR}&by=asset").count("paper") >= 1
    assert (
        page(client, f"/reports/attribution/?{YEAR}&format=csv").lstrip("\ufeff").startswith("channel,no_touch,touches")
    )


def test_a_lead_shows_the_way_to_its_deal(client: Client, people: Cast, lead: Lead) -> None:
    client.force_login(people.salesperson)
    text = page(client, f"/leads/{lead.pk}/")
    assert "What led to the deal" in text
    assert "33 %, €33.34" in text
    assert "What led to" not in page(client, f"/leads/{Lead.objects.get(external_id='3').pk}/")


def test_the_agreement_is_written_without_json(client: Client, people: Cast) -> None:
    client.force_login(people.marketing_lead)
    assert "Attribution" in page(client, "/agreements/attribution/default/")


def test_kinds_of_touches_are_kept_in_one_order() -> None:
    assert AttributionTerms(kinds=["form", "page_view"]) == AttributionTerms(kinds=["page_view", "form"])
    assert NOTHING_AGREED.default_model == "linear"
    with pytest.raises(ValueError, match="cannot be a touch"):
        AttributionTerms(kinds=["email_open"])
    with pytest.raises(ValueError, match="from 1 to 365"):
        AttributionTerms(half_life_days=0)
