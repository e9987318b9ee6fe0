"""The list of leads: who sees which, search, filters, orders and pages."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alignment.people.models import Organisation, User
from leads.funnel.stage_sets import stage_set
from leads.pages.list_form import ListForm
from leads.records.edits import mark_as_test
from leads.records.models import LeadIdentity
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from leads.selectors.lists import PAGE
from tests.leads.pages.reading import listed, next_of, text_of
from tests.world import NOW, Cast, a_lead, day, held_by, moved

Browse = Callable[[User], Client]


def test_everybody_sees_exactly_the_leads_that_are_theirs_to_see(people: Cast, browse: Browse) -> None:
    ours, theirs = a_lead("1", full_name="Ours"), a_lead("2", full_name="Theirs")
    held_by(theirs, people.partner)
    for user in (people.marketer, people.salesperson, people.manager, people.operator):
        assert sorted(listed(browse(user).get("/leads/"))) == [ours.pk, theirs.pk]
    assert listed(browse(people.partner).get("/leads/")) == [theirs.pk]
    assert listed(browse(people.other_partner).get("/leads/")) == []
    assert listed(browse(people.outsider).get("/leads/")) == []
    assert Client().get("/leads/").status_code == 302


def test_a_partner_is_offered_only_the_values_of_its_own_leads(people: Cast, browse: Browse) -> None:
    a_lead("1", source="secret fair", campaign="Secret campaign")
    held_by(a_lead("2", source="open fair"), people.partner)
    page = browse(people.partner).get("/leads/").content.decode()
    assert "open fair" in page
    assert "ecret" not in page
    assert people.marketer.name not in page


def test_search_finds_parts_of_names_addresses_and_companies(people: Cast, browse: Browse) -> None:
    ada = a_lead("A-1", first_name="Ada", last_name="Quarrell", email="ada@ferrous.example", company="Ferrous Ltd")
    bo = a_lead("B-1", full_name="Bo Quarrell", company="Zinc Works")
    browser = browse(people.marketer)
    for search, found in {
        "quarr": [bo, ada], "ada quarr": [ada], "ADA@ferrous.example": [ada], "ferro": [ada], "zinc": [bo], "A-1": [ada],
        "nobody": [], "%": [],
    }.items():  # fmt: skip
        assert sorted(listed(browser.get("/leads/", {"search": search}))) == sorted(lead.pk for lead in found), search


def test_each_filter_keeps_exactly_its_leads(people: Cast, browse: Browse) -> None:
    plain = a_lead("1", created_at=day(0))
    rich = a_lead(
        "2", created_at=day(10), source="web", channel="search", segment="small", territory="north", campaign="Spring",
        owner=people.salesperson, stage="mql",
    )  # fmt: skip
    browser = browse(people.salesperson)
    for query, found in {
        "source=web": [rich], "source=(none)": [plain], "channel=SEARCH": [rich], "segment=small": [rich], "territory=north": [rich],
        "campaign=spring": [rich], "owner=me": [rich], f"owner={people.salesperson.pk}": [rich], "owner=(none)": [plain],
        f"team={people.sales.pk}": [rich], "team=(none)": [plain], "stage=mql": [rich], "stage=inquiry": [plain],
        "system=test": [rich, plain],
        "system=other": [], "created_from=2024-01-11": [rich], "created_to=2024-01-10": [plain],
        "created_from=2024-01-01&created_to=2024-01-11": [rich, plain], "stage=mql&source=web": [rich], "import=77": [],
    }.items():  # fmt: skip
        assert listed(browser.get(f"/leads/?{query}")) == [lead.pk for lead in found], query


def test_a_system_keeps_what_came_from_it_and_what_it_knows_besides(people: Cast, browse: Browse) -> None:
    row = LeadRow(system="fair", email="ada@example.com", created_at=day(1))
    by_mail_alone = upsert_leads([row], now=NOW, actor_id=None)[0].id
    known_twice = a_lead("7", created_at=day(2))
    LeadIdentity.objects.create(lead=known_twice, system="fair", key="id:9")
    browser = browse(people.marketer)
    assert listed(browser.get("/leads/?system=fair")) == [known_twice.pk, by_mail_alone]
    assert listed(browser.get("/leads/?system=test")) == [known_twice.pk]


def test_days_begin_and_end_in_the_reporting_zone(people: Cast, browse: Browse) -> None:
    Organisation.objects.update(timezone="America/Sao_Paulo")
    late = a_lead("1", created_at=day(0).replace(hour=2))  # still 31 December there
    browser = browse(people.marketer)
    assert listed(browser.get("/leads/?created_to=2023-12-31")) == [late.pk]
    assert listed(browser.get("/leads/?created_from=2024-01-01")) == []


def test_tests_are_left_out_unless_asked_for(people: Cast, browse: Browse) -> None:
    real, test = a_lead("1"), a_lead("2")
    mark_as_test(test, actor=people.operator, now=NOW)
    browser = browse(people.marketer)
    assert listed(browser.get("/leads/")) == [real.pk]
    assert listed(browser.get("/leads/?tests=only")) == [test.pk]
    assert sorted(listed(browser.get("/leads/?tests=with"))) == [real.pk, test.pk]


def test_a_filter_can_be_taken_away(people: Cast, browse: Browse) -> None:
    a_lead("1", source="web")
    page = browse(people.marketer).get("/leads/?source=web&stage=inquiry").content.decode()
    assert 'href="?stage=inquiry" aria-label="Take away: Source: web"' in page


def test_a_wrong_value_is_said_beside_its_field_and_narrows_nothing(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    answer = browse(people.marketer).get("/leads/?stage=nonsense&created_from=yesterday&after=%00&order=sideways")
    assert answer.status_code == 200
    assert listed(answer) == [lead.pk]
    assert "nonsense is not one of the available choices" in text_of(answer)


def mark(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "query",
    [
        "search=%00", "search=" + "x" * 300, "search=%27%3B%20DROP", "owner=99999999999999999999999", "import=99999999999999999999999",
        "import=-1", "created_to=9999-12-31", "created_from=0001-01-01", "after=AAAA", "after=" + mark("2024-01-01T00:00:00+00:00"),
        "after=" + mark("not a time", 1, False), "after=" + mark("2024-01-01T00:00:00", 1, False), "after=" + mark(None, "x", 3),
        "order=name&after=" + mark("\ud800", 1, False), "after=" + mark("2024-01-01T00:00:00+00:00", float("inf"), False),
        "after=" + base64.urlsafe_b64encode(b"[" * 3000).decode(),
        "order=name&after=" + mark("a\0b", 10**30, True), "leak=nonsense", "stage=%F0%9F%92%A9", "stage=inquiry&stage=mql",
    ],
)  # fmt: skip
def test_no_address_breaks_the_list(people: Cast, browse: Browse, query: str) -> None:
    a_lead("1")
    assert browse(people.marketer).get(f"/leads/?{query}").status_code == 200


@pytest.mark.parametrize(
    ("order", "names"),
    [("new", "CBA"), ("old", "ABC"), ("name", "BCA"), ("stage-new", "ACB"), ("stage-old", "BCA")],
)
def test_the_list_is_sorted_as_asked(people: Cast, browse: Browse, order: str, names: str) -> None:
    leads = {"A": a_lead("A", created_at=day(1), full_name="zoe"), "B": a_lead("B", created_at=day(2), full_name="Abel"),
             "C": a_lead("C", created_at=day(3), full_name="cleo")}  # fmt: skip
    moved(leads["A"], ("mql", 30))
    moved(leads["C"], ("mql", 20))
    assert listed(browse(people.marketer).get(f"/leads/?order={order}")) == [leads[name].pk for name in names]


@pytest.mark.parametrize("order", ["new", "old", "name", "stage-new", "stage-old"])
def test_pages_hold_every_lead_once_forwards_and_backwards(people: Cast, browse: Browse, order: str) -> None:
    leads = many(2 * PAGE + 3)
    browser = browse(people.marketer)
    pages, address = [], f"/leads/?order={order}"
    while address:
        answer = browser.get(address)
        pages.append(listed(answer))
        address = next_of(answer) and f"/leads/{next_of(answer)}"
    assert [len(page) for page in pages] == [PAGE, PAGE, 3]
    assert sorted(found for page in pages for found in page) == sorted(leads)
    back = [listed(answer)]
    while before := next_of(answer, "prev"):
        answer = browser.get(f"/leads/{before}")
        back.append(listed(answer))
    assert back == pages[::-1]


def test_an_empty_list_says_what_to_do(people: Cast, browse: Browse) -> None:
    assert "They come in by import" in text_of(browse(people.marketer).get("/leads/"))
    assert "None is here that you may see" in text_of(browse(people.outsider).get("/leads/"))
    assert "Take a filter away" in text_of(browse(people.marketer).get("/leads/?search=x"))


def test_a_full_page_costs_as_many_queries_as_one_row(people: Cast, browse: Browse) -> None:
    browser = browse(people.marketer)
    many(1)
    browser.get("/leads/")
    with CaptureQueriesContext(connection) as for_one:
        assert len(listed(browser.get("/leads/"))) == 1
    many(PAGE)
    with CaptureQueriesContext(connection) as for_a_page:
        assert len(listed(browser.get("/leads/"))) == PAGE
    assert len(for_a_page) == len(for_one)
    many(PAGE + 1)
    with CaptureQueriesContext(connection) as for_the_first_of_two:
        browser.get("/leads/")
    many(3 * PAGE)
    with CaptureQueriesContext(connection) as for_the_first_of_many:
        browser.get("/leads/")
    assert len(for_the_first_of_many) == len(for_the_first_of_two)


def many(count: int) -> list[int]:
    """So many leads, several a day, several of a name."""
    rows = [
        LeadRow(
            system="test", external_id=str(n), created_at=day(n // 7), full_name=f"Twin {n % 5}", company=f"Company {n}",
            campaign=f"Campaign {n}", owner=f"Owner {n % 3}", stage="mql",
        )
        for n in range(count)
    ]  # fmt: skip
    return [result.id for result in upsert_leads(rows, now=NOW, actor_id=None) if result.id]


def test_every_filter_is_told_in_the_docs(people: Cast) -> None:
    told = (Path(settings.ROOT) / "docs" / "leads.md").read_text()
    form = ListForm(QueryDict(), user=people.operator, stages=stage_set())
    assert [name for name in form.fields if f"`{name}`" not in told] == []
