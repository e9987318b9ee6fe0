"""What is due to a person together leaves as one mail, the same one however often it is tried; nothing of it twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.message import EmailMessage
from threading import Barrier

import pytest
from django.db import connection
from pytest_django import Settings

from alignment.outbox.delivery import deliver
from alignment.outbox.due import LEASE, MOST_IN_ONE
from alignment.outbox.models import Mail
from alignment.outbox.retries import try_again
from tests.outbox.conftest import said
from tests.outbox.post_office import PostOffice
from tests.world import NOW, Cast

MINUTE = timedelta(minutes=1)


def deliver_at(moment: datetime, limit: int = 50) -> int:
    return deliver(now=lambda: moment, limit=limit)


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def titles(mail: EmailMessage) -> list[str]:
    return [line[2:] for line in plain(mail).splitlines() if line.startswith("- ")]


def test_what_is_due_together_leaves_as_one(people: Cast, office: PostOffice, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://alignment.example"
    for key in ("First", "Second"):
        said(people.salesperson, key=key, title=key, text=f"{key} text.", path=f"/{key.lower()}/", group="handoffs")
    said(people.salesperson, key="Third", title="Third", text="Third text.", path="", group="handoffs")
    assert deliver_at(NOW) == 1
    [mail] = office.taken
    assert mail["Subject"] == "3 things wait for you"
    assert plain(mail).splitlines()[:18] == [
        "Hello Salesperson,", "", "3 things wait for you", "",
        "- First", "", "First text.", "", "https://alignment.example/first/", "",
        "- Second", "", "Second text.", "", "https://alignment.example/second/", "",
        "- Third", "",
    ]  # fmt: skip
    html = mail.get_body(("html",))
    assert html is not None
    assert 'href="https://alignment.example/second/"' in html.get_content()
    assert set(Mail.objects.values_list("sent_at", "lease_until", "last_error")) == {(NOW, None, "")}


def test_only_the_same_group_of_the_same_person_that_is_due(people: Cast, office: PostOffice) -> None:
    said(people.salesperson, key="a", group="handoffs")
    said(people.salesperson, key="b", group="handoffs", now=NOW + MINUTE)
    said(people.salesperson, key="c", group="agreements")
    said(people.salesperson, key="d")
    said(people.salesperson, key="e")
    said(people.sales_lead, key="a", group="handoffs")
    assert deliver_at(NOW) == 5
    assert [mail["Subject"] for mail in office.taken] == ["A lead is offered"] * 5
    assert deliver_at(NOW + MINUTE) == 1


def test_a_mail_that_is_tried_again_is_the_very_same(people: Cast, office: PostOffice) -> None:
    office.data_answer = "451 not now"
    for key in "ab":
        said(people.salesperson, key=key, title=key, group="handoffs")
    assert deliver_at(NOW) == 1
    assert set(Mail.objects.values_list("attempts", "due_at")) == {(1, NOW + MINUTE)}
    said(people.salesperson, key="c", title="c", group="handoffs")
    office.data_answer = "250 well"
    assert deliver_at(NOW + MINUTE) == 2
    assert sorted([*map(titles, office.taken)]) == [[], ["a", "b"]]


class Killed(BaseException):
    """What ends a worker between the server's taking a mail and our noting it."""


def test_a_worker_killed_after_sending_sends_the_very_same_again(people: Cast, office: PostOffice) -> None:
    for key in "cab":
        said(people.salesperson, key=key, title=key, group="handoffs")
    Mail.objects.filter(key="c").update(due_at=NOW - timedelta(seconds=1))
    Mail.objects.filter(key="b").update(due_at=NOW - MINUTE)
    moments = iter([NOW])

    def dies_at_noting() -> datetime:
        for moment in moments:
            return moment
        raise Killed

    with pytest.raises(Killed):
        deliver(now=dies_at_noting)
    said(people.salesperson, key="new", title="new", group="handoffs")
    assert deliver_at(NOW + LEASE) == 2
    first, *others = office.taken
    [again] = [mail for mail in others if mail["Message-ID"] == first["Message-ID"]]
    assert (titles(first), plain(first)) == (["b", "c", "a"], plain(again))
    assert Mail.objects.filter(sent_at=None).count() == 0


def test_a_refused_address_gives_all_of_it_up(people: Cast, office: PostOffice) -> None:
    office.refused = {"salesperson@test.example": "550 no such user"}
    for key in "ab":
        said(people.salesperson, key=key, group="handoffs")
    assert deliver_at(NOW) == 1
    assert Mail.objects.filter(given_up_at=NOW, last_error="550 no such user").count() == 2
    office.refused = {}
    try_again(Mail.objects.get(key="b"), now=NOW)
    assert deliver_at(NOW) == 1
    assert [mail["Subject"] for mail in office.taken] == ["A lead is offered"]


def test_no_mail_grows_without_an_end(people: Cast, office: PostOffice) -> None:
    for number in range(MOST_IN_ONE + 3):
        said(people.salesperson, key=f"{number}", group="handoffs")
    assert deliver_at(NOW) == 2
    assert [mail["Subject"] for mail in office.taken] == [f"{MOST_IN_ONE} things wait for you", "3 things wait for you"]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_do_not_tear_a_group_apart(people: Cast, office: PostOffice) -> None:
    for number in range(12):
        for user in (people.salesperson, people.sales_lead, people.marketer):
            said(user, key=f"{number}", title=f"{number}", group="handoffs")
    start = Barrier(4)

    def work() -> int:
        start.wait()
        try:
            return deliver_at(NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(work) for _ in range(4)]
    assert sum(one.result() for one in done) == 3
    assert [sorted(map(int, titles(mail))) for mail in office.taken] == [list(range(12))] * 3
    assert len(set(office.recipients)) == 3
