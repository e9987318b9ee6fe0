"""Where people read what they were told: their own notices, and nobody else's."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alignment.outbox.models import Notice
from alignment.people.models import User
from tests.clocks import present_is
from tests.outbox.conftest import browser_of, tell
from tests.world import NOW, Cast


@pytest.fixture
def marketer(people: Cast) -> Client:
    return browser_of(people.marketer)


def page(browser: Client, path: str = "/notices/") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def titles(html: str) -> list[str]:
    """The titles in the list, unread ones with their word before them."""
    heads = re.findall(r'<div class="what"><h2>(.*?)</h2>', html, re.DOTALL)
    return [unescape(re.sub("<[^>]+>", "", head)) for head in heads]


def bell(html: str) -> str:
    found = re.search(r'class="icon-button bell"[^>]*aria-label="([^"]+)"', html)
    assert found
    return found[1]


def unread(user: User) -> set[str]:
    return set(Notice.objects.filter(user=user, read_at=None).values_list("key", flat=True))


def test_the_newest_stands_first_and_unread_ones_stand_out(people: Cast, marketer: Client) -> None:
    for key in "abc":
        tell(people.marketer, key, title=f"Title {key}")
    tell(people.salesperson, "d", title="For somebody else")
    marketer.get(f"/notices/{Notice.objects.get(key='b').pk}/")
    assert titles(page(marketer)) == ["Unread: Title c", "Title b", "Unread: Title a"]


def test_opening_marks_it_read_and_leads_to_what_it_is_about(
    people: Cast, marketer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    present_is(NOW, monkeypatch)
    tell(people.marketer, "a", path="/agreements/7/?tab=history")
    tell(people.marketer, "b", path="")
    notice, plain = Notice.objects.get(key="a"), Notice.objects.get(key="b")
    assert marketer.head(f"/notices/{notice.pk}/").status_code == 302
    assert unread(people.marketer) == {"a", "b"}
    assert marketer.get(f"/notices/{notice.pk}/")["Location"] == "/agreements/7/?tab=history"
    assert marketer.get(f"/notices/{plain.pk}/")["Location"] == "/notices/"
    assert unread(people.marketer) == set()
    present_is(NOW + timedelta(days=1), monkeypatch)
    marketer.get(f"/notices/{notice.pk}/")
    assert Notice.objects.get(key="a").read_at == NOW


@pytest.mark.parametrize(
    "path", ["//evil.example/", "https://evil.example/", "/\\evil.example/", "javascript:alert(1)"]
)
def test_no_notice_leads_away_from_our_site(people: Cast, marketer: Client, path: str) -> None:
    tell(people.marketer)
    Notice.objects.update(path=path)
    assert marketer.get(f"/notices/{Notice.objects.get().pk}/")["Location"] == "/notices/"


def test_somebody_elses_notice_is_not_there(people: Cast) -> None:
    tell(people.marketer)
    notice = Notice.objects.get()
    for user in (people.operator, people.manager, people.partner, people.outsider):
        browser = browser_of(user)
        assert titles(page(browser)) == []
        assert browser.get(f"/notices/{notice.pk}/").status_code == 404
        assert browser.post(f"/notices/{notice.pk}/read/").status_code == 404
        browser.post("/notices/read/", {"up_to": notice.pk})
    assert unread(people.marketer) == {"key"}
    assert browser_of(people.marketer).get(f"/notices/{'9' * 30}/").status_code == 404


def test_strangers_sign_in_first(people: Cast) -> None:
    tell(people.marketer)
    for path in ("/notices/", f"/notices/{Notice.objects.get().pk}/"):
        assert Client().get(path)["Location"].startswith("/accounts/login/?next=/notices/")
    assert Client().post("/notices/read/").status_code == 302
    assert unread(people.marketer) == {"key"}


def test_one_is_read_without_leaving_the_list(people: Cast, marketer: Client) -> None:
    tell(people.marketer, "a")
    tell(people.marketer, "b")
    assert marketer.post(f"/notices/{Notice.objects.get(key='a').pk}/read/")["Location"] == "/notices/"
    assert unread(people.marketer) == {"b"}


def test_all_are_read_at_once_but_those_that_came_in_since_and_it_can_be_undone(
    people: Cast, marketer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    present_is(NOW, monkeypatch)
    for key in "abc":
        tell(people.marketer, key)
    tell(people.salesperson, "theirs")
    marketer.get(f"/notices/{Notice.objects.get(key='a').pk}/")
    up_to = re.search(r'name="up_to" value="(\d+)"', page(marketer))
    assert up_to
    tell(people.marketer, "d")
    marketer.post("/notices/read/", {"up_to": up_to[1]})
    assert unread(people.marketer) == {"d"}
    after = page(marketer)
    assert "2 notices are marked as read." in after
    undo = re.search(r'action="(/notices/undo/[^"]+)"', after)
    assert undo
    browser_of(people.salesperson).post(undo[1])
    assert unread(people.marketer) == {"d"}
    marketer.post(undo[1])
    assert unread(people.marketer) == {"b", "c", "d"}
    assert unread(people.salesperson) == {"theirs"}


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 40, "1; DROP"])
def test_a_place_that_is_none_marks_nothing(people: Cast, marketer: Client, up_to: str) -> None:
    tell(people.marketer)
    assert marketer.post("/notices/read/", {"up_to": up_to}).status_code == 302
    assert unread(people.marketer) == {"key"}
    assert len(titles(page(marketer, f"/notices/?older={up_to}&newer={up_to}"))) == 1
    assert marketer.post("/notices/undo/nonsense/").status_code == 302


def test_pages_are_found_by_key_and_hold_fifty(people: Cast, marketer: Client) -> None:
    for number in range(120):
        tell(people.marketer, f"{number}", title=f"{number}")
    seen, path = [], "/notices/"
    pages: list[str] = []
    while path:
        html = page(marketer, path)
        pages.append(path)
        seen += [int(title.removeprefix("Unread: ")) for title in titles(html)]
        found = re.search(r'rel="next" href="([^"]+)"', html)
        path = unescape(found[1]) if found else ""
    assert seen == list(range(119, -1, -1))
    assert len(pages) == 3
    back = re.search(r'rel="prev" href="([^"]+)"', page(marketer, pages[2]))
    assert back
    assert titles(page(marketer, unescape(back[1]))) == titles(page(marketer, pages[1]))
    assert 'rel="prev"' not in page(marketer)


@pytest.mark.parametrize(
    ("many", "says"),
    [
        (0, "Notices"),
        (1, "1 unread notice"),
        (3, "3 unread notices"),
        (9, "9 unread notices"),
        (12, "More than 9 unread notices"),
    ],
)
def test_the_bell_says_how_many_are_unread(people: Cast, marketer: Client, many: int, says: str) -> None:
    for number in range(many):
        tell(people.marketer, f"{number}")
    assert bell(page(marketer, "/account/")) == says


def test_the_bell_costs_one_query_that_looks_at_few_rows(people: Cast, marketer: Client) -> None:
    Notice.objects.bulk_create(
        Notice(user=people.marketer, key=f"{n}", title="t", text="x", created_at=NOW) for n in range(2000)
    )
    with CaptureQueriesContext(connection) as queries:
        assert bell(page(marketer, "/account/")) == "More than 9 unread notices"
    [asked] = [query["sql"] for query in queries if "outbox_notice" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE outbox_notice")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {asked}")
        [(plan,)] = cursor.fetchall()
    assert max(int(rows) for rows in re.findall(r"'Actual Rows': (\d+)", str(plan))) == 10


def test_any_words_are_shown_as_they_are(people: Cast, marketer: Client, real_data: Path) -> None:
    strings: list[str] = json.loads((real_data / "naughty-strings" / "blns.json").read_text())
    shown = [text for text in strings if text.strip() and text.isprintable()][:50]
    shown += ["<script>alert(1)</script>", "{{ 7 }}{% now %}", '" onmouseover="alert(1)', "x" * 300, "www." * 60]
    for number, text in enumerate(shown[-50:]):
        tell(people.marketer, f"{number}", title=text, text=text)
    html = page(marketer)
    expected = [f"Unread: {text.strip() if len(text) <= 200 else text[:199] + '…'}" for text in shown[-50:]]
    assert titles(html) == expected[::-1]
    assert "<script>alert" not in html


def test_an_empty_list_says_what_will_be_here(people: Cast, marketer: Client) -> None:
    assert "No notices yet" in page(marketer)
    tell(people.marketer)
    beyond = page(marketer, f"/notices/?older={Notice.objects.get().pk}")
    assert "No more notices" in beyond
