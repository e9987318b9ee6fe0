"""What people read: the list with what waits for them first, one agreement with its history, any two versions compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from alignment.agreements import comments, deciding, kinds
from alignment.agreements.backtests import run_waiting
from alignment.agreements.drafts import restore, start_draft
from alignment.agreements.kinds import Work
from alignment.agreements.overriding import override
from alignment.agreements.pages.shapes import shape_of
from alignment.agreements.reviews import remind
from alignment.people.models import Organisation, Team
from tests.agreements.pages.conftest import agreed, draft, path, plain, proposed, visit, words
from tests.agreements.pages.kitchen import KITCHEN
from tests.clocks import present_is
from tests.world import NOW, Cast

CALENDAR = {"timezone": "UTC", "windows": [{"day": "monday", "start": "09:00", "end": "17:00"}]}
ADDRESSES = (
    "/agreements/", "/agreements/kitchen/one/", "/agreements/kitchen/one/progress/", "/agreements/kitchen/one/1/",
    "/agreements/kitchen/one/compare/1/1/", "/agreements/kitchen/one/1/evidence/",
)  # fmt: skip


def test_partners_and_who_is_in_no_team_find_nothing(people: Cast) -> None:
    version = proposed(people.marketing_lead)
    for person in (people.partner, people.outsider):
        client = visit(person)
        assert {client.get(address).status_code for address in ADDRESSES} == {404}
        for step in ("sign", "reject", "withdraw", "draft", "override", "comment", "backtest", "write"):
            assert client.post(path(version, step), {"reason": "x", "body": "x", "days": 9}).status_code == 404
        assert client.post("/agreements/kitchen/two/draft/").status_code == 404
    version.refresh_from_db()
    assert version.step == "proposed"


def test_strangers_sign_in_first(people: Cast) -> None:
    assert {Client().get(address).status_code for address in ADDRESSES} == {302}


def test_managers_read_everything_and_find_no_way_to_change_it(people: Cast) -> None:
    version = proposed(people.marketing_lead)
    client = visit(people.manager)
    assert {client.get(address).status_code for address in ADDRESSES} == {200}
    assert "<form" not in client.get(path(version)).content.decode().partition("<main")[2].partition("</main>")[0]
    assert client.post(path(version, "comment"), {"body": "Hm"}).status_code == 403
    assert client.post("/agreements/kitchen/two/draft/").status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/agreements/nothing/one/", "/agreements/kitchen/nine/", "/agreements/kitchen/one/9/",
        "/agreements/kitchen/one/99999999999999999999/", "/agreements/kitchen/one/compare/1/9/",
        "/agreements/kitchen/one/compare/?before=x&after=1", "/agreements/kitchen/one/compare/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_404(people: Cast, address: str) -> None:
    proposed(people.marketing_lead)
    assert visit(people.operator).get(address).status_code == 404


def test_the_list_begins_with_what_waits_for_who_looks(people: Cast) -> None:
    agreed(people, 30, review_by=(NOW + timedelta(days=3)).date())
    proposed(people.marketing_lead, 20)
    draft(people.salesperson, 9, key="two")
    sales = words(visit(people.sales_lead), "/agreements/")
    assert (
        sales.index("Waits for you")
        < sales.index("It waits for your signature for sales.")
        < sales.index("look at it again")
    )
    assert "waits for sales : Sales Lead" in sales
    assert "Waits for you The kitchen on two, version 1" not in sales
    mine = words(visit(people.salesperson), "/agreements/")
    assert "Your draft. Only once it is proposed are both sides told." in mine
    assert "It waits for your signature" not in mine
    assert "Waits for you" not in words(visit(people.manager), "/agreements/")


def test_the_list_tells_what_holds_and_offers_to_begin_what_is_not_begun(people: Cast) -> None:
    agreed(people, 30)
    page = words(visit(people.marketer), "/agreements/")
    assert "The kitchen on one In force version 1, since 1 Dec 2024, 12:00 Coffee is made anew after 30 days." in page
    assert "Start: The kitchen on two" in page
    assert "Start: The cellar" in page
    assert "Start:" not in words(visit(people.manager), "/agreements/")


def test_a_side_without_a_lead_is_told_what_to_do(people: Cast) -> None:
    version = proposed(people.marketing_lead)
    type(people.sales_lead).objects.filter(pk=people.sales_lead.pk).update(is_active=False)
    assert "sales has no team lead yet; an operator can make somebody one" in words(
        visit(people.marketer), path(version)
    )


def test_an_agreement_tells_how_it_came_to_be(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first = agreed(people, 30)
    later = NOW + timedelta(days=1)
    second = proposed(people.salesperson, 10, now=later)
    comments.comment(second, "Why?", by=people.marketer, now=later + timedelta(hours=1))
    deciding.reject(second.pk, by=people.marketing_lead, now=later + timedelta(hours=2), reason="Too soon.")
    third = agreed(people, 20, now=later + timedelta(hours=3), effective_from=NOW + timedelta(days=5))
    present_is(NOW + timedelta(days=2), monkeypatch)
    page = words(visit(people.manager), "/agreements/kitchen/one/")
    story = page.partition("How it came to be")[2]
    events = (
        "Version 3 signed for sales", "Version 3 proposed", "Version 2 rejected Marketing Lead",
        "Marketer commented on version 2", "Version 2 proposed Salesperson", "Version 1 in force",
        "Version 1 signed for sales Sales Lead", "Version 1 proposed Marketing Lead",
    )  # fmt: skip
    places = [story.index(event) for event in events]
    assert places == sorted(places)
    assert "Version 3 in force" not in story
    assert f"Version {third.number} is signed and takes effect on 6 Dec 2024, 12:00" in page
    present_is(NOW + timedelta(days=6), monkeypatch)
    page = words(visit(people.manager), "/agreements/kitchen/one/")
    assert "Version 3 in force; version 1 superseded 6 Dec 2024, 12:00" in page
    assert f"version {third.number} , since 6 Dec 2024" in page.replace("version 3,", "version 3 ,")
    assert first.number == 1


def test_an_agreement_that_nobody_began_says_how(people: Cast) -> None:
    page = words(visit(people.marketer), "/agreements/kitchen/two/")
    assert "Nothing is agreed here yet" in page
    assert "Start a draft" in page
    assert "Start a draft" not in words(visit(people.manager), "/agreements/kitchen/two/")


def test_two_versions_stand_side_by_side_with_what_differs_marked(people: Cast) -> None:
    agreed(people, 30, terms={"note": "Milk first."})
    proposed(people.marketing_lead, 20, terms={"note": "Milk first.", "shifts": [{"who": "Ada", "side": "sales"}]})
    client = visit(people.manager)
    assert (
        client.get("/agreements/kitchen/one/compare/?before=1&after=2").headers["Location"]
        == "/agreements/kitchen/one/compare/1/2/"
    )
    html = client.get("/agreements/kitchen/one/compare/1/2/").content.decode()
    assert "after <del>30</del> days" in html
    assert "after <ins>20</ins> days" in html
    assert html.count("Milk first.") == 2
    page = plain(html)
    assert "coffee made anew after 30 days → 20 days" in page
    assert "new: Ada cleans" in page
    assert "Nothing: both say the same." in words(client, "/agreements/kitchen/one/compare/1/1/")


def test_long_changes_stand_old_beside_new(people: Cast) -> None:
    agreed(people, 30, terms={"note": "Never " * 20})
    version = proposed(people.marketing_lead, 30, terms={"note": "Always " * 20})
    page = words(visit(people.manager), path(version))
    assert "note Until now Never Never" in page
    assert "Then Always Always" in page


def test_what_people_write_is_never_markup(people: Cast) -> None:
    mean = '"><script>alert(1)</script>'
    version = proposed(people.marketing_lead, note=mean, terms={"note": mean})
    comments.comment(version, mean, by=people.salesperson, now=NOW)
    deciding.reject(version.pk, by=people.sales_lead, now=NOW, reason=mean)
    for address in ("/agreements/", "/agreements/kitchen/one/", path(version), "/agreements/kitchen/one/compare/1/1/"):
        assert "<script>alert" not in visit(people.manager).get(address).content.decode()


def test_a_backtest_is_asked_for_shows_its_way_and_its_end(people: Cast) -> None:
    version = proposed(people.marketing_lead)
    client = visit(people.marketer)
    assert "Not tried yet." in words(client, path(version))
    client.post(path(version, "backtest"), {"days": "30"})
    html = client.get(path(version)).content.decode()
    assert "Waiting for a worker: 30 days." in plain(html)
    assert f'hx-get="{path(version, "evidence")}"' in html
    run_waiting()
    html = client.get(path(version, "evidence")).content.decode()
    assert "30 days up to 1 Dec 2024, 12:00" in plain(html)
    assert "hx-get" not in html
    answer = client.post(path(version, "backtest"), {"days": "0"}, follow=True)
    assert "Days must be a whole number from 1 to 1,100." in plain(answer.content.decode())


def test_what_taking_effect_set_going_shows_how_far_it_is(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(people)
    busy = replace(KITCHEN, work=lambda _version_id: Work("Pots are emptied", 3, 12))
    monkeypatch.setitem(kinds._kinds, "kitchen", busy)
    page = words(visit(people.manager), "/agreements/kitchen/one/")
    assert "Pots are emptied 3 of 12" in page
    monkeypatch.setitem(kinds._kinds, "kitchen", KITCHEN)
    html = visit(people.manager).get("/agreements/kitchen/one/progress/").content.decode()
    assert "Done." in html
    assert "hx-get" not in html


def test_a_restored_version_says_so(people: Cast) -> None:
    first = agreed(people, 30)
    agreed(people, 20, now=NOW + timedelta(minutes=1))
    again = restore(first, by=people.marketer, now=NOW + timedelta(minutes=2))
    assert "Takes up version 1 again." in words(visit(people.salesperson), path(again))


def test_the_list_asks_no_more_the_more_versions_there_are(
    people: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    agreed(people, 30)
    client = visit(people.manager)
    client.get("/agreements/")
    with CaptureQueriesContext(connection) as few:
        client.get("/agreements/")
    for days in range(40, 46):
        draft(people.marketer, days)
        agreed(people, days, now=NOW - timedelta(days=days))
    with django_assert_max_num_queries(len(few)):
        client.get("/agreements/")


def test_the_list_asks_no_more_the_more_agreements_there_are(
    people: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def begin(key: str) -> None:
        start_draft("calendar", key, CALENDAR, author=people.marketer, now=NOW)

    for key in (f"team:{people.marketing.pk}", f"person:{people.marketer.pk}"):
        begin(key)
    client = visit(people.marketer)
    client.get("/agreements/")
    with CaptureQueriesContext(connection) as few:
        client.get("/agreements/")
    for number in range(4):
        begin(f"team:{Team.objects.create(name=f'Team {number}', side='sales').pk}")
    for person in (people.salesperson, people.sales_lead, people.manager):
        begin(f"person:{person.pk}")
    with django_assert_max_num_queries(len(few)):
        page = words(client, "/agreements/")
    assert "Working time of the team Team 3" in page
    assert "Working time of Salesperson" in page


def test_agreements_of_a_kind_that_is_no_more_stop_nothing(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    version = agreed(people, review_by=NOW.date() + timedelta(days=1))
    override(draft(people.operator, 99).pk, by=people.operator, reason="Now.", now=NOW + timedelta(minutes=1))
    monkeypatch.delitem(kinds._kinds, "kitchen")
    client = visit(people.marketer)
    for address in ("/", "/agreements/"):
        assert "coffee" not in words(client, address).lower(), address
    assert client.get(path(version)).status_code == 404
    assert remind(now=NOW) == 0


def test_a_review_falls_due_by_the_day_of_the_reporting_zone(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    Organisation.objects.update(timezone="Pacific/Auckland")
    agreed(people, now=NOW - timedelta(days=1), review_by=date(2024, 12, 9))
    client = visit(people.manager)
    for moment, due in (
        (datetime(2024, 12, 1, 10, 59, tzinfo=UTC), False),
        (datetime(2024, 12, 1, 11, tzinfo=UTC), True),
    ):
        present_is(moment, monkeypatch)
        page = words(client, "/agreements/")
        assert ("To be looked at again by 9 Dec 2024" in page) == due, moment


def test_a_page_that_waits_for_a_backtest_reads_no_results(people: Cast) -> None:
    version, client = proposed(people.marketing_lead), visit(people.marketer)
    for days in (30, 40):
        client.post(path(version, "backtest"), {"days": str(days)})
        run_waiting()
    client.post(path(version, "backtest"), {"days": "50"})
    with CaptureQueriesContext(connection) as asked:
        client.get(path(version, "evidence"))
    assert not [one["sql"] for one in asked if '"agreements_backtest"."result"' in one["sql"]]


def test_every_kind_can_be_written_without_json(people: Cast) -> None:
    without = [kind.key for kind in kinds.kinds() if not kind.edit_url and shape_of(kind) is None]
    assert without == ["cellar"]


def test_moments_are_told_in_the_zone_of_reports(people: Cast) -> None:
    Organisation.objects.update(timezone="America/New_York")
    version = proposed(people.marketing_lead, effective_from=NOW + timedelta(days=3))
    page = words(visit(people.sales_lead), path(version))
    assert "Sign for sales: takes effect on 4 December 2024, 07:00" in page
    assert "Takes effect on 4 Dec 2024, 07:00" in page
