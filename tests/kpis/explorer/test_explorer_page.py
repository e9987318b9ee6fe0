"""The explorer: a matrix, two groups compared, curves and cohorts, behind one address."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from alignment.intervals import newcombe
from tests import world
from tests.world import Cast, cast

pytestmark = pytest.mark.django_db

YEAR = "start=2024-01-01&end=2025-01-01"


@pytest.fixture
def people(db: None) -> Cast:
    people = cast()
    for number in range(12):
        moves = [("mql", 3.0)] + ([("won", 20.0)] if number < 9 else [])
        world.moved(world.a_lead(f"w{number}", source="web"), *moves)
    for number in range(12):
        world.moved(world.a_lead(f"f{number}", source="fair"), *([("won", 40.0)] if number < 1 else []))
    world.a_lead("n", source=None)
    return people


@pytest.fixture
def client(people: Cast) -> Client:
    client = Client()
    client.force_login(people.marketer)
    return client


def page(client: Client, query: str = YEAR, status: int = 200) -> str:
    answer = client.get(f"/explore/?{query}", follow=True)
    assert answer.status_code == status
    return answer.content.decode()


def text(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_two_values_stand_side_by_side_with_their_difference_and_its_interval(client: Client) -> None:
    shown = text(page(client, f"{YEAR}&compare=source&a=web&b=fair"))
    low, high = newcombe(9, 12, 1, 12)
    assert low is not None
    assert high is not None
    assert f"75.0 % 9 of 12 8.3 % 1 of 12 +66.7 {low * 100:+.1f} to {high * 100:+.1f} first is higher" in shown


def test_newcombes_interval_is_that_of_the_book() -> None:
    """Newcombe 1998, table II, method 10: 56/70 − 48/80, and 9/10 − 3/10."""
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert newcombe(9, 10, 3, 10) == pytest.approx((0.1705, 0.8090), abs=5e-5)
    assert newcombe(1, 10, 0, 0) == (None, None)


def test_without_a_choice_the_two_largest_are_compared(client: Client) -> None:
    shown = text(page(client, f"{YEAR}&compare=source"))
    assert "web and fair" in shown or "fair and web" in shown


def test_a_period_is_compared_with_the_one_before(client: Client) -> None:
    shown = text(page(client, "start=2024-01-01&end=2024-07-01&compare=before"))
    assert "2024-01-01 up to 2024-07-01 and 2023-07-01 up to 2024-01-01" in shown


def test_every_field_of_the_matrix_opens_as_many_leads_as_it_says(client: Client) -> None:
    shown = page(client, f"{YEAR}&by=source")
    table = shown[shown.index('id="matrix-table"') : shown.index("</table>", shown.index('id="matrix-table"'))]
    found = re.findall(r'<a href="([^"]+)">(?:[\d.]+ % <span class="soft small">)?(\d+)', table)
    assert len(found) > 8
    for link, told in found:
        opened = client.get(unescape(link)).content.decode()
        assert f'data-total="{told}"' in opened, link


def test_the_pinned_link_shows_the_same_view(client: Client) -> None:
    shown = page(client, f"{YEAR}&by=channel&compare=source&a=fair&b=&where=source%3D&window_days=30")
    [link] = re.findall(r'href="(/explore/\?[^"]+known_at[^"]+)"', shown)
    for part in ("by=channel", "compare=source", "a=fair", "b=", "window_days=30", "as_of=", "where=source%3D"):
        assert part in unescape(link)
    assert client.get(unescape(link)).status_code == 200


def test_the_form_adds_a_condition_and_drops_values_of_another_cut(client: Client) -> None:
    query = f"{YEAR}&compare=channel&compared=source&a=web&b=fair&where_cut=source&where_value=web"
    [(address, _status)] = client.get(f"/explore/?{query}", follow=True).redirect_chain
    assert "where=source%3Dweb" in address
    assert "a=web" not in address


@pytest.mark.parametrize(
    "query",
    [
        "compare=nonsense", "compare=source&a=nobody", "compare=before&start=0001-01-01&end=2024-01-01", "by=nonsense",
        "by=attributes.size&compare=attributes.size", "compare=%00", "to_stage=inquiry", "start_stage=won&compare=source",
        "compare=source&a=%00", "where=nonsense", "by=rule", "compare=rule", "compare=month", "window_days=0", "by=week",
    ],
)  # fmt: skip
def test_hostile_views_are_answered_or_refused(client: Client, query: str) -> None:
    base = "" if "start=" in query else f"{YEAR}&"
    assert client.get(f"/explore/?{base}{query}").status_code in (200, 400)


def test_nobody_and_a_partner_see_what_is_theirs(people: Cast, client: Client) -> None:
    assert "Nobody came in this period" in page(client, "start=2019-01-01&end=2020-01-01")
    partner = Client()
    partner.force_login(people.partner)
    assert "Nobody came in this period" in text(page(partner))
    assert Client().get("/explore/").status_code == 302


def test_reports_of_cohorts_and_survival_have_their_pages(client: Client) -> None:
    for key in ("cohorts", "survival"):
        for more in ("", "&by=source", "&to_stage=won", "&start_stage=won"):
            answer = client.get(f"/reports/{key}/?{YEAR}{more}")
            assert answer.status_code == 200, (key, more)
            assert 'id="report-table"' in answer.content.decode()
