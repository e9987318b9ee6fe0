"""Every figure opens the list behind it, and that list has that length."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from alignment.people.models import User
from tests.company import YEAR
from tests.world import Cast

LINK = re.compile(r'<a[^>]*href="([^"]*)"[^>]*>\s*([\d,]+)\s*<')
TOTAL = re.compile(r'data-(?:total|figure)="?[^>]*>([\d,]+)')
ROW = re.compile(r'<tr>\s*<th scope="row" class="break">')
NEXT = re.compile(r'rel="next" href="([^"]+)"')
BEHIND = ("/reports/leads/", "/reports/changes/", "/leakage/")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(client: Client, address: str) -> str:
    answer = client.get(unescape(address))
    assert answer.status_code == 200, (address, answer.content)
    return answer.content.decode()


def length(client: Client, address: str) -> int:
    """How many rows a list has on all its pages."""
    rows = 0
    while address:
        html = read(client, address)
        rows += len(ROW.findall(html))
        found = NEXT.search(html)
        address = found[1] if found else ""
    return rows


@pytest.mark.parametrize(
    "address",
    [
        f"/?{YEAR}",
        f"/reports/funnel/?{YEAR}",
        f"/reports/funnel/?{YEAR}&by=source",
        f"/reports/funnel/?{YEAR}&by=month&by=campaign",
        f"/reports/funnel/?{YEAR}&by=owner&start_stage=mql&where=source%3Dreferral",
        f"/reports/flow/?{YEAR}",
        f"/reports/flow/?{YEAR}&by=month",
        f"/reports/velocity/?{YEAR}&by=source",
        f"/reports/leakage/?{YEAR}",
        f"/my-leads/?{YEAR}&whose=all",
    ],
)
def test_every_figure_opens_a_list_of_that_length(people: Cast, address: str) -> None:
    client = signed_in(people.marketer)
    found = [(link, int(n.replace(",", ""))) for link, n in LINK.findall(read(client, address))]
    behind = [(link, n) for link, n in found if link.startswith(BEHIND)]
    assert behind
    assert any(n for _link, n in behind)
    assert [(link, length(client, link)) for link, _n in behind] == behind


def test_a_list_longer_than_a_page_goes_on(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpis.pages.behind.PAGE", 3)
    monkeypatch.setattr("kpis.pages.leakage.PAGE", 2)
    client = signed_in(people.manager)
    address = f"/reports/leads/?{YEAR}&measure=entered&stage=inquiry"
    total = TOTAL.search(read(client, address))
    assert total is not None
    assert length(client, address) == int(total[1]) > 3
    changes = f"/reports/changes/?{YEAR}&entered=mql"
    assert length(client, changes) > 3
    html = read(client, "/leakage/")
    opened = TOTAL.search(html)
    assert opened is not None
    assert length(client, "/leakage/") == int(opened[1]) > 2


def test_a_partner_counts_and_lists_only_its_own(people: Cast) -> None:
    client = signed_in(people.partner)
    address = f"/reports/leads/?{YEAR}&measure=reached&stage=sql"
    html = read(client, address)
    assert length(client, address) == 1
    assert "Paola Partnerlead" in html
    assert "Willa" not in html
    other = signed_in(people.other_partner)
    assert length(other, address) == 0
    assert "Wanda" not in read(other, "/leakage/") + read(other, f"/reports/changes/?{YEAR}&entered=mql")


def test_the_link_to_exactly_these_figures_keeps_the_instants(people: Cast) -> None:
    client = signed_in(people.manager)
    html = read(client, f"/reports/funnel/?{YEAR}&by=source")
    pinned = re.search(r'href="([^"]*known_at[^"]*)">', html)
    assert pinned is not None
    again = read(client, pinned[1])
    table = re.compile(r"<tbody>.*?</tbody>", re.DOTALL)
    numbers = re.compile(r">([\d,.]+(?: %)?)<")
    assert numbers.findall(table.findall(html)[-1]) == numbers.findall(table.findall(again)[-1])


def test_the_csv_has_the_same_rows(people: Cast) -> None:
    client = signed_in(people.manager)
    answer = client.get(f"/reports/flow.csv?{YEAR}&by=source")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0].startswith("source,stage")
    assert len(lines) > 10
