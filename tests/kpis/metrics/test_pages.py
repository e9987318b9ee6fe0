"""The catalogue, a metric and what is behind it, as pages and over the API: found, cut, compared, opened, and partners' own."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from alignment.people.api_keys import create_api_key
from alignment.people.models import User
from alignment.programs.models import Series
from kpis.metrics.catalogue import catalogue
from leads.funnel.stage_sets import stage_set
from tests.world import Cast, a_deal, a_lead, cast, day, held_by, moved

pytestmark = pytest.mark.django_db

YEAR = "start=2024-01-01&end=2025-01-01"


@pytest.fixture
def people() -> Cast:
    found = cast()
    for number, source in enumerate(("web", "web", "fair")):
        lead = a_lead(str(number), source=source, created_at=day(40 * number))
        moved(lead, ("inquiry", 40 * number), ("mql", 40 * number + 1))
    held_by(lead, found.partner)
    a_deal(lead, amount="12.34", status="won", currency="EUR", closed_at=day(85))
    return found


def reader(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:500]
    return re.sub(r"\s+", " ", answer.content.decode())


def leads_on(page: str) -> int:
    return len(re.findall(r'href="/leads/\d+/"', page))


def test_the_catalogue_shows_every_metric_and_finds_some_by_their_words(people: Cast) -> None:
    page = text(reader(people.marketer), "/metrics/")
    assert all(f'href="/metrics/{quote(key)}/"' in page for key in catalogue(stage_set()))
    found = text(reader(people.marketer), "/metrics/?search=offers+turned")
    assert "/metrics/rejected/" in found
    assert "/metrics/spend/" not in found
    assert "No metric fits" in text(reader(people.marketer), "/metrics/?search=nonsense")


@pytest.mark.parametrize(
    "key", ["leads_created", "conversion.mql", "open.mql", "won_revenue", "sales_cycle", "step_km.mql"]
)
@pytest.mark.parametrize(
    "asked", ["", "&by=source", "&grain=week&compare=on", "&grain=quarter&by=owner", "&where=source=web"]
)
def test_a_metric_is_shown_by_period_cut_and_compared(people: Cast, key: str, asked: str) -> None:
    page = text(reader(people.salesperson), f"/metrics/{key}/?{YEAR}{asked}")
    assert "2024-" in page
    assert "Link to exactly these figures" in page


def test_a_metric_opens_into_its_lines_which_are_as_many_as_it_says(people: Cast) -> None:
    client = reader(people.marketer)
    page = text(client, f"/metrics/leads_created/?{YEAR}&by=source")
    links = re.findall(r'href="(/metrics/leads_created/behind/[^"]+)">(\d+)</a>', page)
    assert len(links) == 3
    for link, shown in links:
        assert leads_on(text(client, link.replace("&amp;", "&"))) == int(shown)


def test_a_ratio_leads_to_both_of_its_parts(people: Cast) -> None:
    page = text(reader(people.marketer), f"/metrics/conversion.mql/behind/?{YEAR}&part=under")
    assert "part=over" in page
    assert leads_on(page) == 3


def test_money_is_shown_to_the_cent_in_what_is_behind_it(people: Cast) -> None:
    assert "€12.34" in text(reader(people.marketer), f"/metrics/won_revenue/behind/?{YEAR}")


def test_an_outside_number_may_be_called_anything(people: Cast) -> None:
    Series.objects.create(metric='Klicks % "', date="2024-03-01", value="7.5")
    client = reader(people.marketer)
    address = f"/metrics/{quote('series.klicks % ' + chr(34))}/"
    assert "7.50" in text(client, f"{address}?{YEAR}&by=channel")
    assert "7.50" in text(client, f"{address}behind/?{YEAR}")


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/metrics/nonsense/", 404, ""),
        (f"/metrics/nonsense/behind/?{YEAR}", 404, ""),
        (f"/metrics/leads_created/?{YEAR}&grain=fortnight", 400, "is not a grain"),
        (f"/metrics/leads_created/?{YEAR}&by=nonsense", 400, "is not something to cut by"),
        ("/metrics/leads_created/?start=1990-01-01&end=2025-01-01&grain=day", 400, "more than 400 periods"),
        (f"/metrics/leads_created/behind/?{YEAR}&part=under", 400, "is not a part"),
        (f"/metrics/customers_before/behind/?{YEAR}", 404, "opens into no list"),
    ],
)
def test_what_cannot_be_answered_is_said(people: Cast, address: str, status: int, says: str) -> None:
    assert says in text(reader(people.marketer), address, status)


def test_a_partner_sees_its_own_leads_and_nothing_of_spend(people: Cast) -> None:
    partner = reader(people.partner)
    page = text(partner, f"/metrics/leads_created/behind/?{YEAR}")
    assert leads_on(page) == 1
    assert leads_on(text(reader(people.other_partner), f"/metrics/leads_created/behind/?{YEAR}")) == 0


def calling(person: User) -> APIClient:
    cache.clear()
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {create_api_key(person, scope='read')}")
    return caller


def answer(caller: APIClient, address: str, status: int = 200) -> Any:
    found = caller.get(address)
    assert found.status_code == status, found.json()
    return found.json()


def test_the_api_gives_the_catalogue_the_values_and_the_lines(people: Cast) -> None:
    caller = calling(people.marketer)
    metrics = {one["key"]: one for one in answer(caller, "/api/v1/metrics")["metrics"]}
    assert list(metrics) == list(catalogue(stage_set()))
    assert metrics["conversion.mql"]["parts"] == ["over", "under"]
    document = answer(caller, f"/api/v1/metrics/leads_created?{YEAR}&by=source")
    assert [(one["group"], one["value"]) for one in document["groups"]] == [
        ({"source": "fair"}, 1),
        ({"source": "web"}, 2),
    ]
    document = answer(caller, f"/api/v1/metrics/won_revenue?{YEAR}&grain=quarter")
    assert [(one["period"], one["groups"][0]["value"]) for one in document["periods"]] == [
        ("2024-Q1", {"amount": "12.34", "currency": "EUR"}),
        *((f"2024-Q{n}", {"amount": "0", "currency": "EUR"}) for n in (2, 3, 4)),
    ]
    first = answer(caller, f"/api/v1/metrics/leads_created/lines?{YEAR}&limit=2")
    rest = answer(caller, f"/api/v1/metrics/leads_created/lines?{YEAR}&limit=2&cursor={first['next']}")
    assert (len(first["lines"]), len(rest["lines"]), rest["next"]) == (2, 1, None)
    assert answer(caller, f"/api/v1/metrics/nonsense?{YEAR}", 404)["code"] == "unknown_metric"
    assert answer(caller, "/api/v1/metrics/leads_created", 400)["code"] == "invalid_options"
    assert answer(caller, f"/api/v1/metrics/leads_created/lines?{YEAR}&cursor=x", 400)["code"] == "invalid_cursor"


def test_a_partner_is_told_over_the_api_what_is_its_own(people: Cast) -> None:
    caller = calling(people.partner)
    assert answer(caller, f"/api/v1/metrics/leads_created?{YEAR}")["groups"][0]["value"] == 1
    spent = answer(caller, f"/api/v1/metrics/spend?{YEAR}")["groups"][0]
    assert (spent["value"], spent["problem"]) == (None, "What was spent is told to marketing, sales and managers only.")
    assert answer(caller, f"/api/v1/metrics/leads_created?{YEAR}&by=definition", 400)["code"] == "invalid_options"
