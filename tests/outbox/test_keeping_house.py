"""What operators see of mail, what they can do about it, and what is removed in time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from alignment.outbox.delivery import deliver
from alignment.outbox.models import Mail, Notice
from alignment.outbox.reading import mark_read
from alignment.outbox.retention import MAILS_FOR, READ_NOTICES_FOR, remove_old
from tests.clocks import present_is
from tests.outbox.conftest import browser_of, tell
from tests.outbox.post_office import PostOffice
from tests.world import NOW, Cast

MOMENT = timedelta(microseconds=1)


def gauges() -> dict[str, str]:
    lines = Client().get("/metrics").content.decode().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if line.startswith("alignment_mail"))


def run_action(browser: Client, keys: str) -> str:
    chosen = [str(pk) for pk in Mail.objects.filter(key__in=keys).values_list("pk", flat=True)]
    answer = browser.post(
        "/admin/outbox/mail/", {"action": "send_now", "_selected_action": chosen, "index": "0"}, follow=True
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_monitoring_is_told_what_waits_and_what_will_never_arrive(
    people: Cast, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    present_is(NOW + timedelta(minutes=5), monkeypatch)
    nothing = {
        "alignment_mail_waiting": "0.0",
        "alignment_mail_oldest_seconds": "0.0",
        "alignment_mail_given_up": "0.0",
    }
    assert gauges() == nothing
    office.refused = {"marketer@test.example": "550 no", "partner@test.example": "450 later"}
    for user in (people.marketer, people.partner, people.salesperson):
        tell(user)
    deliver(now=lambda: NOW)
    assert gauges() == {
        "alignment_mail_waiting": "1.0",
        "alignment_mail_oldest_seconds": "300.0",
        "alignment_mail_given_up": "1.0",
    }


def test_an_operator_has_a_mail_tried_again(people: Cast, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(NOW + timedelta(hours=1), monkeypatch)
    office.refused = {"marketer@test.example": "550 no", "partner@test.example": "450 later"}
    for user, key in ((people.marketer, "a"), (people.partner, "b"), (people.salesperson, "c")):
        tell(user, key)
    deliver(now=lambda: NOW)
    office.refused = {}
    console = browser_of(people.operator)
    assert "2 on the way again" in run_action(console, "ab")
    assert "has left already" in run_action(console, "c")
    deliver(now=lambda: NOW + timedelta(hours=1))
    assert sorted(office.recipients) == ["marketer@test.example", "partner@test.example", "salesperson@test.example"]
    assert Mail.objects.filter(sent_at=None).count() == 0


@pytest.mark.parametrize(("state", "keys"), [("waiting", "bd"), ("put-off", "b"), ("sent", "c"), ("given-up", "a")])
def test_the_console_finds_mails_by_what_became_of_them(
    people: Cast, office: PostOffice, state: str, keys: str
) -> None:
    office.refused = {"marketer@test.example": "550 no", "partner@test.example": "450 later"}
    for user, key in ((people.marketer, "a"), (people.partner, "b"), (people.salesperson, "c")):
        tell(user, key)
    deliver(now=lambda: NOW)
    tell(people.marketer, "d")
    answer = browser_of(people.operator).get(f"/admin/outbox/mail/?state={state}")
    assert {mail.key for mail in answer.context["cl"].result_list} == set(keys)


def kept(now: datetime) -> tuple[set[str], set[str]]:
    """The keys of mails and of notices that are left."""
    remove_old(now=now)
    return set(Mail.objects.values_list("key", flat=True)), set(Notice.objects.values_list("key", flat=True))


def test_what_was_said_long_ago_is_let_go(people: Cast) -> None:
    for key in ("sent", "given up", "waiting", "read"):
        tell(people.marketer, key)
    Mail.objects.filter(key="sent").update(sent_at=NOW)
    Mail.objects.filter(key="given up").update(given_up_at=NOW)
    Mail.objects.filter(key="read").delete()
    mark_read(Notice.objects.get(key="read"), now=NOW)
    everything = {"sent", "given up", "waiting", "read"}
    assert kept(NOW + MAILS_FOR) == (everything - {"read"}, everything)
    assert kept(NOW + MAILS_FOR + MOMENT) == ({"waiting"}, everything)
    assert kept(NOW + READ_NOTICES_FOR) == ({"waiting"}, everything)
    assert kept(NOW + READ_NOTICES_FOR + MOMENT) == ({"waiting"}, everything - {"read"})


def test_old_rows_go_a_few_at_a_time(people: Cast) -> None:
    for number in range(5):
        tell(people.marketer, f"{number}")
    Mail.objects.update(sent_at=NOW)
    late = NOW + MAILS_FOR + MOMENT
    assert [remove_old(now=late, limit=2) for _ in range(4)] == [2, 2, 1, 0]
