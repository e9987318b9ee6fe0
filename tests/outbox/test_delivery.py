"""Mail leaves exactly once, however the server, the workers and the clock behave."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection
from pytest_django import Settings

from alignment.outbox.delivery import deliver
from alignment.outbox.due import LEASE, take_next
from alignment.outbox.models import Mail
from alignment.people.roles import set_active
from tests.outbox.conftest import tell
from tests.outbox.post_office import PostOffice
from tests.world import NOW, Cast

MINUTE = timedelta(minutes=1)


def deliver_at(moment: datetime, limit: int = 50) -> int:
    return deliver(now=lambda: moment, limit=limit)


def due_in() -> timedelta:
    """How long after NOW the one mail is due."""
    return Mail.objects.get().due_at - NOW


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_a_mail_leaves_once_and_says_what_where_and_why(people: Cast, office: PostOffice, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://alignment.example/"
    tell(people.marketer, title="MQL v2 is proposed", text="Have a look & sign.", path="/agreements/7/")
    assert deliver_at(NOW) == 1
    assert deliver_at(NOW + LEASE) == 0
    [mail] = office.taken
    assert (mail["To"], mail["Subject"]) == ("marketer@test.example", "MQL v2 is proposed")
    assert plain(mail).splitlines() == [
        "Hello Marketer,",
        "",
        "MQL v2 is proposed",
        "",
        "Have a look & sign.",
        "",
        "https://alignment.example/agreements/7/",
        "",
        "--",
        "You get this mail because it concerns your work in Alignment. All your notices: https://alignment.example/notices/",
    ]
    assert 'href="https://alignment.example/agreements/7/"' in html(mail)
    assert "Have a look &amp; sign." in html(mail)
    sent = Mail.objects.get()
    assert (sent.sent_at, sent.lease_until, sent.attempts) == (NOW, None, 0)


def test_many_leave_over_one_connection(people: Cast, office: PostOffice) -> None:
    for number in range(7):
        tell(people.marketer, f"{number}")
    assert deliver_at(NOW, limit=5) == 5
    assert (len(office.taken), office.connections) == (5, 1)
    assert deliver_at(NOW, limit=5) == 2
    assert (len(office.taken), office.connections) == (7, 2)


def test_nothing_to_send_asks_no_server(people: Cast, office: PostOffice) -> None:
    assert deliver_at(NOW) == 0
    assert office.connections == 0


def test_a_server_that_is_down_for_days_delays_and_loses_nothing(people: Cast, settings: Settings) -> None:
    closed = PostOffice()
    port = closed.open()
    closed.close()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    tell(people.marketer)
    moment, waits = NOW, []
    while moment < NOW + timedelta(days=3):
        deliver_at(moment)
        waits.append(due_in() - (moment - NOW))
        assert deliver_at(moment + waits[-1] - MINUTE / 60) == 0
        moment += waits[-1]
    assert waits[:8] == [n * MINUTE for n in (1, 2, 4, 8, 16, 32, 60, 60)]
    assert set(waits[8:]) == {60 * MINUTE}
    late = Mail.objects.get()
    assert (late.sent_at, late.given_up_at, late.attempts) == (None, None, len(waits))
    assert "ConnectionRefusedError" in late.last_error

    reopened = PostOffice()
    settings.EMAIL_PORT = reopened.open()
    assert deliver_at(moment) == 1
    assert reopened.recipients == ["marketer@test.example"]
    reopened.close()


def test_a_server_that_is_down_puts_everything_off_that_is_due(people: Cast, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    for key in "abc":
        tell(people.marketer, key)
    Mail.objects.filter(key="c").update(lease_until=NOW + LEASE)
    assert deliver_at(NOW) == 0
    assert sorted(Mail.objects.values_list("key", "due_at", "attempts", "lease_until")) == [
        ("a", NOW + MINUTE, 1, None),
        ("b", NOW + MINUTE, 0, None),
        ("c", NOW, 0, NOW + LEASE),
    ]


def test_a_mail_that_makes_the_server_hang_up_holds_no_other_up_for_long(people: Cast, office: PostOffice) -> None:
    office.hangs_up_on = "marketer@test.example"
    for number in range(3):
        tell(people.marketer if number == 0 else people.salesperson, f"{number}")
    for minutes in range(4):
        deliver_at(NOW + minutes * MINUTE)
    assert office.recipients == ["salesperson@test.example"] * 2
    bad = Mail.objects.get(user=people.marketer)
    assert (bad.sent_at, bad.given_up_at, bad.attempts) == (None, None, 3)
    assert bad.last_error.startswith("SMTPServerDisconnected")


def test_a_refused_sign_in_is_a_server_that_is_down(people: Cast, office: PostOffice, settings: Settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "user", "wrong"
    tell(people.marketer)
    assert deliver_at(NOW) == 0
    waiting = Mail.objects.get()
    assert (waiting.given_up_at, waiting.due_at, office.taken) == (None, NOW + MINUTE, [])


def test_only_an_address_that_is_refused_for_good_is_given_up(people: Cast, office: PostOffice) -> None:
    office.refused = {"marketer@test.example": "550 no such user here", "partner@test.example": "451 come back later"}
    for user in (people.marketer, people.partner, people.salesperson):
        tell(user)
    assert deliver_at(NOW) == 3
    assert office.recipients == ["salesperson@test.example"]
    fates = Mail.objects.values_list("user__name", "sent_at", "given_up_at", "due_at", "last_error")
    assert sorted(fates) == [
        ("Marketer", None, NOW, NOW, "550 no such user here"),
        ("Partner", None, None, NOW + MINUTE, "451 come back later"),
        ("Salesperson", NOW, None, NOW, ""),
    ]
    office.refused = {}
    assert deliver_at(NOW + LEASE) == 1
    assert office.recipients == ["salesperson@test.example", "partner@test.example"]


def test_a_text_that_is_refused_is_tried_again(people: Cast, office: PostOffice) -> None:
    office.data_answer = "554 looks like an advertisement"
    tell(people.marketer)
    assert deliver_at(NOW) == 1
    waiting = Mail.objects.get()
    assert (waiting.given_up_at, waiting.last_error) == (None, "554 looks like an advertisement")
    office.data_answer = "250 well"
    assert deliver_at(NOW + MINUTE) == 1
    assert office.recipients == ["marketer@test.example"]


@pytest.mark.parametrize("address", ["a\r\nBcc: b@example.com", "", " ", "a@b@c", "a, b@example.com"])
def test_what_is_no_address_is_given_up_and_holds_nobody_up(people: Cast, office: PostOffice, address: str) -> None:
    tell(people.marketer)
    Mail.objects.update(address=address, due_at=NOW - MINUTE)
    tell(people.salesperson)
    assert deliver_at(NOW) == 2
    assert office.recipients == ["salesperson@test.example"]
    assert Mail.objects.get(user=people.marketer).given_up_at == NOW


def test_who_was_deactivated_meanwhile_gets_no_more_mail(people: Cast, office: PostOffice) -> None:
    tell(people.marketer)
    tell(people.salesperson)
    set_active(people.marketer, False, now=NOW, by=people.operator)
    assert deliver_at(NOW) == 2
    assert office.recipients == ["salesperson@test.example"]
    assert Mail.objects.get(user=people.marketer).last_error == "The person was deactivated."
    people.marketer.refresh_from_db()
    set_active(people.marketer, True, now=NOW, by=people.operator)
    assert deliver_at(NOW + LEASE) == 0


@pytest.mark.django_db(transaction=True)
def test_two_deliveries_at_once_send_each_mail_once(people: Cast, office: PostOffice) -> None:
    for number in range(40):
        tell(people.marketer, f"{number}", title=f"{number}")
    start = Barrier(4)

    def work() -> int:
        start.wait()
        try:
            return deliver_at(NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(work) for _ in range(4)]
    assert sum(one.result() for one in done) == 40
    assert sorted(int(mail["Subject"]) for mail in office.taken) == list(range(40))
    assert Mail.objects.filter(sent_at=NOW, lease_until=None).count() == 40


@pytest.mark.django_db(transaction=True)
def test_while_one_worker_sends_a_mail_nobody_else_does(people: Cast, office: PostOffice) -> None:
    tell(people.marketer)
    office.at_taking = lambda: others.append(deliver_at(NOW + LEASE - MINUTE))
    others: list[int] = []
    assert deliver_at(NOW) == 1
    assert (others, len(office.taken)) == ([0], 1)


class Killed(BaseException):
    """What ends a worker between the server's taking a mail and our noting it."""


def test_a_worker_killed_after_sending_sends_the_same_mail_again(people: Cast, office: PostOffice) -> None:
    tell(people.marketer)
    moments = iter([NOW])

    def dies_at_noting() -> datetime:
        for moment in moments:
            return moment
        raise Killed

    with pytest.raises(Killed):
        deliver(now=dies_at_noting)
    assert len(office.taken) == 1
    assert deliver_at(NOW + LEASE - MINUTE) == 0
    assert deliver_at(NOW + LEASE) == 1
    first, second = office.taken
    assert first["Message-ID"] == second["Message-ID"]
    assert Mail.objects.get().sent_at == NOW + LEASE


def test_a_worker_killed_before_sending_loses_nothing(people: Cast, office: PostOffice) -> None:
    tell(people.marketer)
    assert len(take_next(NOW)) == 1
    assert take_next(NOW) == []
    assert deliver_at(NOW + LEASE) == 1
    assert len(office.taken) == 1


def test_each_mail_has_an_id_of_its_own(people: Cast, office: PostOffice) -> None:
    tell(people.marketer, "a")
    tell(people.marketer, "b")
    deliver_at(NOW)
    assert len({mail["Message-ID"] for mail in office.taken}) == 2


def test_no_words_become_headers(people: Cast, office: PostOffice, real_data: Path) -> None:
    strings: list[str] = json.loads((real_data / "naughty-strings" / "blns.json").read_text())
    strings = [text for text in strings if text.strip()] + [
        "a\r\nBcc: all@example.com\r\n\r\nbody",
        "a\x00b\u2028c\x85d",
        "\ud800",
    ]
    for number, text in enumerate(strings):
        tell(people.marketer, f"{number}", title=text, text=text)
    while deliver_at(NOW):
        pass
    assert len(office.taken) == len(strings)
    allowed = {"content-type", "mime-version", "subject", "from", "to", "date", "message-id", "auto-submitted"}
    for mail, text in zip(office.taken, strings, strict=True):
        assert {name.lower() for name in mail.keys()} == allowed  # noqa: SIM118  a message's names, with repetitions
        assert len(mail.keys()) == len(allowed)
        if text.isascii() and text.isprintable() and len(text) < 60:
            assert mail["Subject"] == text.strip()
            assert text.strip() in plain(mail)
        assert "<script" not in html(mail)
