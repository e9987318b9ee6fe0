"""A long list is found at the cost of a page: no filter in any order looks at many more rows than a stretch of it, or than it finds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alignment.people.models import User
from alignment.people.selectors import reporting_zone
from leads.funnel.stage_sets import stage_set
from leads.pages.list_form import ListForm
from leads.records.models import Lead, LeadText
from leads.selectors import walking
from leads.selectors.counting import how_many
from leads.selectors.keyset import Mark
from leads.selectors.lists import PAGE, page_of, wanted_leads
from leads.selectors.narrowing import Narrowing
from leads.selectors.wanted import Wanted
from tests.conftest import Lasting
from tests.leads.pages.reading import listed, text_of
from tests.world import NOW, Cast, a_lead, cast, day

Browse = Callable[[User], Client]
MANY, STRETCH = 6_000, 400
ORDERS = ("new", "old", "name", "stage-new", "stage-old")
NARROWED = (
    {"stage": "mql"}, {"stage": "inquiry"}, {"stage": "(none)"}, {"owner": "(none)"}, {"team": "(none)"}, {"tests": "only"},
    {"source": "web"}, {"source": "fair"}, {"channel": "PHONE"}, {"segment": "small"}, {"territory": "north"}, {"system": "crm"},
    {"campaign": "none of these"}, {"leak": "any"}, {"leak": "stalled"}, {"leak": "any", "source": "web"},
    {"leak": "stalled", "owner": "(none)"}, {"leak_side": "sales", "created_from": "2024-03-01"},
    {"leak": "any", "leak_side": "marketing", "team": "(none)", "search": "person", "channel": "phone"},
    {"leak": "any", "source": "web", "tests": "with"}, {"leak_side": "sales", "stage": "(none)", "system": "crm"},
    {"search": "qx"}, {"search": "person"}, {"search": "nobody"}, {"search": "%"},
    {"created_from": "2024-06-01", "stage": "mql"}, {"source": "fair", "channel": "phone"}, {"search": "person 17", "source": "fair"},
)  # fmt: skip

ROWS = """
INSERT INTO leads_lead (system, created_at, recorded_at, email_usable, phone_usable, full_name, source, channel, segment, territory,
                        attributes, is_test, version)
SELECT CASE WHEN n %% 7 = 0 THEN 'crm' ELSE 'test' END, %(zero)s + n * interval '1 hour', %(now)s, false, false, 'Person ' || n,
       CASE WHEN n %% 500 = 0 THEN 'fair' ELSE 'web' END, CASE WHEN n < 300 THEN 'phone' END,
       CASE WHEN n %% 50 = 0 THEN 'Small' END, CASE WHEN n %% 3 = 0 THEN 'north' END, '{}', n %% 900 = 0, 1
FROM generate_series(1, %(many)s) n
"""


LEAKS = """
INSERT INTO kpis_leak (lead_id, kind, side, since, until, pass_number, stage, limit_seconds)
SELECT l.id, k.kind, k.side, %(now)s - interval '1 day', %(now)s + k.until, 1, 'mql', 60
FROM (VALUES (4, 'stalled', 'marketing', NULL), (40, 'orphaned', 'sales', NULL), (41, 'unexplained', 'sales', interval '1 day'),
             (3, 'unrouted', 'marketing', interval '-1 hour'), (5, 'forgotten', 'marketing', interval '0')) k(each, kind, side, until)
JOIN leads_lead l ON substr(l.full_name, 8)::int %% k.each = 0
UNION ALL
SELECT id, 'unaccepted', 'sales', %(now)s + interval '1 hour', NULL, 1, 'mql', 60 FROM leads_lead WHERE source = 'web'
"""


@pytest.fixture(scope="module")
def company(lasting: Lasting) -> Iterator[Cast]:
    """Thousands of leads straight in the table, and a few in stages."""
    with lasting():
        people = cast()
        with connection.cursor() as cursor:
            cursor.execute(ROWS, {"zero": day(0), "now": NOW, "many": MANY})
            cursor.execute("UPDATE leads_lead SET erased_at = %s WHERE substr(full_name, 8)::int %% 400 = 0", [NOW])
            cursor.execute(LEAKS, {"now": NOW})
        for n in range(3):
            a_lead(f"S{n}", full_name=f"Staged {n}", stage="mql", created_at=day(n))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE leads_lead; ANALYZE leads_leadtext; ANALYZE leads_stay; ANALYZE kpis_leak")
        yield people


def test_both_descriptions_of_what_is_asked_find_the_same_leads(company: Cast, db: None) -> None:
    for query in NARROWED:
        narrowing = Narrowing.of(wanted(query, company.operator), zone=reporting_zone(), now=NOW)
        on_the_way = set(narrowing.on_the_way(Lead.objects.all()).values_list("pk", flat=True))
        assert on_the_way == set(narrowing.by_index(Lead.objects.all()).values_list("pk", flat=True)), query


def test_what_indexes_name_is_put_together_before_any_lead_is_looked_at(company: Cast, db: None) -> None:
    asked = wanted({"leak": "orphaned", "source": "web"}, company.operator)
    leads = Narrowing.of(asked, zone=reporting_zone(), now=NOW).by_index(Lead.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    whole, _, named = leads.explain().partition("InitPlan")
    assert "kpis_leak" not in whole
    assert "kpis_leak" in named


@pytest.mark.parametrize("order", ORDERS)
def test_a_page_found_in_stretches_is_the_page_of_the_whole_list(
    company: Cast, db: None, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "STRETCHES", (STRETCH, 3 * STRETCH))
    for query in NARROWED:
        want = wanted({**query, "order": order}, company.operator)
        found = page_of(company.operator, want, None, zone=reporting_zone(), now=NOW).page.rows
        column = {
            "new": "-created_at",
            "old": "created_at",
            "name": "called",
            "stage-new": "-since",
            "stage-old": "since",
        }
        by = column[order]
        whole = wanted_leads(company.operator, want, zone=reporting_zone(), now=NOW)
        whole = whole.order_by(by, "-pk" if by.startswith("-") else "pk")[:PAGE]
        assert [lead.pk for lead in found] == [lead.pk for lead in whole], query


@pytest.mark.parametrize("order", ORDERS)
def test_no_filter_in_any_order_reads_more_than_a_stretch_or_what_it_finds(
    company: Cast, db: None, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "STRETCHES", (STRETCH,))
    for query in NARROWED:
        want = wanted({**query, "order": order}, company.operator)
        matching = wanted_leads(company.operator, want, zone=reporting_zone(), now=NOW).count()
        if matching > STRETCH:
            with CaptureQueriesContext(connection) as asked_for:
                page_of(company.operator, want, None, zone=reporting_zone(), now=NOW)
            for statement in asked_for.captured_queries:
                if statement["sql"].startswith("SELECT"):
                    assert read(statement["sql"]) <= 5 * STRETCH, (query, statement["sql"])


def read(statement: str) -> float:
    """How many rows of leads the statement looked at, those that it passed by among them."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + statement.replace("%", "%%"), ())
        plan = cursor.fetchone()[0]
    return looked_at((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])


def looked_at(plan: dict[str, object]) -> float:
    inner = plan.get("Plans", ())
    assert isinstance(inner, list | tuple)
    below = sum(looked_at(one) for one in inner)
    if plan.get("Relation Name") != "leads_lead":
        return below
    rows = float(str(plan["Actual Rows"])) + float(str(plan.get("Rows Removed by Filter", 0)))
    return below + rows * float(str(plan["Actual Loops"]))


def wanted(query: dict[str, str], user: User) -> Wanted:
    """What the form reads from these words."""
    address = QueryDict(mutable=True)
    address.update(query)
    return ListForm(address, user=user, stages=stage_set()).wanted()


def test_few_leads_are_counted_many_estimated_and_said_so(
    company: Cast, db: None, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browse(company.operator)
    assert "5,997 leads" in text_of(browser.get("/leads/"))  # six thousand, three in stages, six tests
    monkeypatch.setattr("leads.selectors.counting.MOST_COUNTED", 1_000)
    page = browser.get("/leads/?source=web&order=name")
    assert "leads · Count them" in text_of(page), text_of(page)[-900:]
    assert 'href="?source=web&amp;order=name&amp;count=exact"' in page.content.decode()
    exact = browser.get("/leads/?source=web&order=name&count=exact")
    assert f"{Lead.objects.filter(source='web', is_test=False).count():,} leads" in text_of(exact)
    assert listed(exact) == listed(page)


def test_a_number_that_is_not_exact_is_never_told_as_exact(
    company: Cast, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.selectors.counting.MOST_COUNTED", 100)
    for query in NARROWED:
        want = wanted(query, company.operator)
        found = page_of(company.operator, want, None, zone=reporting_zone(), now=NOW)
        told = how_many(company.operator, want, found, exactly=False, zone=reporting_zone(), now=NOW)
        exact = how_many(company.operator, want, found, exactly=True, zone=reporting_zone(), now=NOW)
        assert exact.is_exact
        assert told.n == exact.n if told.is_exact else exact.n > 50, query


def test_a_page_whose_leads_are_gone_from_the_list_is_the_first_one(company: Cast, db: None, browse: Browse) -> None:
    browser = browse(company.marketer)
    first = listed(browser.get("/leads/?order=old"))
    behind_all = Mark(f"{NOW + timedelta(days=9000):%Y-%m-%dT%H:%M:%S%z}", 1)
    before_all = Mark("1999-01-01T00:00:00+00:00", 1, back=True)
    assert first
    for mark in (behind_all, before_all):
        assert listed(browser.get(f"/leads/?order=old&after={mark.word}")) == first


def test_what_a_lead_is_found_by_follows_its_names_and_its_company(company: Cast, db: None, browse: Browse) -> None:
    lead = a_lead("1", full_name="Zoë Ångström", company="Ferrous Ltd", created_at=day(1))
    browser = browse(company.operator)
    for word in ("oë", "ång", "errou", "ltd"):
        assert listed(browser.get("/leads/", {"search": word})) == [lead.pk], word
    assert lead.company is not None
    lead.company.name = "Zinc_Works"
    lead.company.save()
    Lead.objects.filter(pk=lead.pk).update(full_name="Bo", recorded_at=NOW + timedelta(days=1))
    assert listed(browser.get("/leads/", {"search": "c_w"})) == [lead.pk]
    assert listed(browser.get("/leads/", {"search": "ferrous"})) == []
    assert listed(browser.get("/leads/", {"search": "ång"})) == []
    assert LeadText.objects.get(pk=lead.pk).called == "bo"


@pytest.mark.parametrize("order", ORDERS)
def test_what_was_gathered_for_the_first_page_is_counted_with_it(
    company: Cast, db: None, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "STRETCHES", (STRETCH,))
    told, zone = 0, reporting_zone()
    for query in NARROWED:
        want = wanted({**query, "order": order}, company.operator)
        found = page_of(company.operator, want, None, zone=zone, now=NOW)
        if found.total is None:
            continue
        told += not found.is_whole
        assert found.total == wanted_leads(company.operator, want, zone=zone, now=NOW).count(), query
        with CaptureQueriesContext(connection) as asked_for:
            n = how_many(company.operator, want, found, exactly=False, zone=zone, now=NOW)
        assert (n.n, n.is_exact, len(asked_for)) == (found.total, True, 0)
    assert told
