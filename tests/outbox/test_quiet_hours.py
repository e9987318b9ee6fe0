"""Nobody gets mail or chat outside of their working time, unless it is urgent; and what waited overnight leaves as one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alignment.outbox import quiet
from alignment.outbox.chat.delivery import deliver as deliver_chat
from alignment.outbox.delivery import deliver
from alignment.outbox.models import Chat as ChatRow
from alignment.outbox.models import Mail, Notice
from alignment.outbox.retries import tell_again, try_again
from alignment.refusals import Refused
from tests.leads.calendars.working import laid_in
from tests.oracles.working_time import WorkingWeek
from tests.outbox.conftest import a_channel, said
from tests.outbox.post_office import PostOffice
from tests.outbox.webhook import Chat
from tests.world import Cast

MONDAY = datetime(2024, 12, 2, tzinfo=UTC)
MORNING, EVENING = MONDAY.replace(hour=9), MONDAY.replace(hour=20)
TUESDAY = MORNING + timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def nine_to_five(people: Cast) -> int:
    """Sales works from nine to five in UTC, Monday to Friday; marketing has no calendar."""
    return laid_in(WorkingWeek("UTC", {day: [(9 * 60, 17 * 60)] for day in range(5)}))


def at(moment: datetime) -> int:
    return deliver(now=lambda: moment)


def test_mail_waits_until_its_reader_works_again_and_notices_do_not(
    people: Cast, nine_to_five: int, office: PostOffice
) -> None:
    said(people.salesperson, people.marketer, people.partner, people.outsider, now=EVENING)
    assert dict(Mail.objects.values_list("user__name", "due_at")) == {
        "Salesperson": TUESDAY, "Partner": TUESDAY, "Marketer": EVENING, "Outsider": EVENING,
    }  # fmt: skip
    assert Notice.objects.filter(created_at=EVENING).count() == 4
    assert at(EVENING) == 2
    assert at(TUESDAY - MINUTE) == 0
    assert at(TUESDAY) == 2
    assert set(office.recipients[2:]) == {"salesperson@test.example", "partner@test.example"}


def test_within_working_time_it_leaves_at_once(people: Cast, nine_to_five: int, office: PostOffice) -> None:
    said(people.salesperson, now=MORNING)
    assert at(MORNING) == 1


def test_what_is_urgent_leaves_at_any_time(people: Cast, nine_to_five: int, office: PostOffice, chat: Chat) -> None:
    a_channel(people, chat.json)
    said(people.salesperson, now=EVENING, urgent=True)
    assert (at(EVENING), deliver_chat(now=lambda: EVENING)) == (1, 1)


def test_what_a_worker_finds_late_waits_for_the_morning_too(
    people: Cast, nine_to_five: int, office: PostOffice, chat: Chat
) -> None:
    a_channel(people, chat.json)
    for key in "ab":
        said(people.salesperson, key=key, now=MORNING)
    assert (at(EVENING), deliver_chat(now=lambda: EVENING)) == (0, 0)
    assert set(Mail.objects.values_list("due_at", "attempts", "lease_until")) == {(TUESDAY, 0, None)}
    assert set(ChatRow.objects.values_list("due_at", "attempts", "lease_until")) == {(TUESDAY, 0, None)}
    assert (at(TUESDAY), deliver_chat(now=lambda: TUESDAY)) == (2, 2)


def test_a_channel_waits_until_the_first_of_those_whom_it_concerns_works(
    people: Cast, nine_to_five: int, chat: Chat
) -> None:
    laid_in(WorkingWeek("UTC", {1: [(7 * 60, 8 * 60)]}), f"person:{people.sales_lead.pk}")
    a_channel(people, chat.json)
    said(people.salesperson, key="one", now=EVENING)
    said(people.salesperson, people.sales_lead, key="two", now=EVENING)
    said(people.salesperson, people.marketer, key="three", now=EVENING)
    assert dict(ChatRow.objects.values_list("key", "due_at")) == {
        "one": TUESDAY, "two": TUESDAY.replace(hour=7), "three": EVENING,
    }  # fmt: skip
    moments = [EVENING, TUESDAY.replace(hour=7), TUESDAY]
    assert [deliver_chat(now=lambda moment=moment: moment) for moment in moments] == [1, 1, 1]  # type: ignore[misc]


def test_an_operator_may_have_it_sent_at_once(people: Cast, nine_to_five: int, office: PostOffice, chat: Chat) -> None:
    a_channel(people, chat.json)
    said(people.salesperson, now=EVENING)
    try_again(Mail.objects.get(), now=EVENING)
    tell_again(ChatRow.objects.get(), now=EVENING)
    assert (at(EVENING), deliver_chat(now=lambda: EVENING)) == (1, 1)
    with pytest.raises(Refused, match="has left already"):
        tell_again(ChatRow.objects.get(), now=EVENING)


def test_of_several_rules_the_latest_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiet, "_rules", [])
    assert quiet.quiet_until([1, 2], EVENING) == {}
    quiet.plug_in(lambda _ids, _now: {1: TUESDAY, 2: TUESDAY})
    quiet.plug_in(lambda _ids, _now: {1: TUESDAY + MINUTE, 2: EVENING, 3: EVENING})
    assert quiet.quiet_until([1, 2, 3], EVENING) == {1: TUESDAY + MINUTE, 2: TUESDAY}
