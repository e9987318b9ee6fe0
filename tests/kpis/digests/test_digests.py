"""The weekly digest: what it says, who gets it when, once, and what stands on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from alignment.outbox import delivery
from alignment.outbox.models import Mail
from alignment.people.models import Organisation
from kpis.agreed.headlines import five_numbers
from kpis.digests.composing import compose
from kpis.digests.content import Content, read_content
from kpis.digests.keeping import decline, recipients, week_due, write_due
from kpis.digests.models import Digest
from kpis.metrics.periods import period_of
from kpis.recompute import drain
from tests import world
from tests.world import Cast, cast, day

pytestmark = pytest.mark.django_db

MONDAY = datetime(2024, 3, 4, 7, 0, tzinfo=UTC)
WEEK = "2024-W09"


@pytest.fixture
def people(db: None) -> Iterator[Cast]:
    with time_machine.travel(MONDAY, tick=False):
        people = cast()
        won = world.a_lead(
            "1", source="web", email="ada@example.com", first_name="Ada", last_name="Lovelace", created_at=day(50)
        )
        world.did(won, "form", 51)
        world.did(won, "webinar", 53)
        world.did(won, "call", 55)
        world.a_deal(won, amount="12000", status="won", closed_at=day(58), opened_at=day(52))
        for number in range(3):
            world.a_lead(f"new{number}", source="fair", created_at=day(57))
        drain()
        yield people


def lines(content: Content, key: str) -> list[str]:
    [section] = [section for section in content.sections if section.key == key]
    return [f"{line.text} | {line.note}" for line in section.lines]


def text(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_it_tells_what_changed_and_what_was_won_together(people: Cast) -> None:
    content = compose("management", period_of(WEEK), MONDAY).named()
    assert lines(content, "changed")[0].endswith(": 3 | +2 on the week before")
    assert lines(content, "wins") == [
        "Ada Lovelace: won for €12,000 | marketing: 2 touches; sales: 1 call, mails or meetings"
    ]


def test_its_five_numbers_are_those_of_the_dashboard(people: Cast) -> None:
    told = lines(compose("sales", period_of(WEEK), MONDAY), "numbers")
    shown = five_numbers(now=MONDAY, user=None).numbers
    assert [line.partition(" | ")[0] for line in told] == [f"{one.title}: {one.value}" for one in shown]
    assert told


def test_it_is_written_on_monday_at_seven_of_the_reporting_zone(people: Cast) -> None:
    before = MONDAY - timedelta(seconds=1)
    assert week_due(before)[0].name == "2024-W08"
    assert week_due(MONDAY)[0].name == WEEK
    Organisation.objects.update(timezone="America/New_York")
    assert week_due(MONDAY)[0].name == "2024-W08"
    assert week_due(MONDAY + timedelta(hours=5))[0].name == WEEK


def test_everybody_is_told_once_a_week_by_mail_with_text_and_html(people: Cast) -> None:
    assert write_due(MONDAY) == 3
    assert write_due(MONDAY + timedelta(minutes=5)) == 0
    told = {row.address: row for row in Mail.objects.filter(key=f"digest:{WEEK}")}
    readers = (people.marketer, people.marketing_lead, people.salesperson, people.sales_lead, people.manager)
    assert set(told) == {person.email for person in readers}
    assert Mail.objects.filter(key__startswith="digest:").count() == 5
    assert told[str(people.marketer.email)].path == f"/digest/{WEEK}/marketing/"
    assert all(len(row.text) < 2000 for row in told.values())
    Mail.objects.update(due_at=MONDAY)
    delivery.deliver(now=lambda: MONDAY + timedelta(days=1))
    [sent] = [one for one in mail.outbox if one.to == [people.manager.email]]
    assert "WHAT CHANGED" in str(sent.body)
    assert "Ada Lovelace" in str(sent.body)
    assert "text/html" in [kind for _content, kind in sent.alternatives]  # type: ignore[attr-defined]


def test_who_declined_gets_no_mail_and_reads_it_on_the_page(people: Cast) -> None:
    client = Client()
    client.force_login(people.marketer)
    assert "Send it to me by mail" in client.get(reverse("people:account")).content.decode()
    assert client.post("/digest/choice/", {}).status_code == 302
    assert people.marketer not in recipients("marketing")
    write_due(MONDAY)
    assert not Mail.objects.filter(address=people.marketer.email, key__startswith="digest:").exists()
    assert client.get("/digest/").status_code == 200
    client.post("/digest/choice/", {"wanted": "on"})
    assert people.marketer in recipients("marketing")


def test_a_week_says_later_what_it_said_then_but_names_nobody_who_was_erased(people: Cast) -> None:
    write_due(MONDAY)
    kept = Digest.objects.get(readers="management")
    assert "Ada" not in str(kept.content)
    assert lines(read_content(kept.content).named(), "wins")[0].startswith("Ada Lovelace: ")
    from leads.models import Lead

    Lead.objects.filter(external_id="1").update(erased_at=MONDAY)
    assert lines(read_content(kept.content).named(), "wins")[0].startswith("Somebody whose data were erased: ")


def test_after_a_long_stop_it_stands_on_the_page_and_is_not_mailed(people: Cast) -> None:
    assert write_due(MONDAY + timedelta(days=3)) == 3
    assert not Mail.objects.filter(key__startswith="digest:").exists()


def test_nothing_is_written_before_there_is_a_lead(db: None) -> None:
    cast()
    assert write_due(MONDAY) == 0
    assert not Digest.objects.exists()


def test_the_pages_of_one_side_may_be_read_by_the_other_and_by_no_partner(people: Cast) -> None:
    write_due(MONDAY)
    addresses = ["/digest/", *(f"/digest/{WEEK}/{readers}/" for readers in ("marketing", "sales", "management"))]
    allowed = dict.fromkeys((people.marketer, people.sales_lead, people.manager), 200)
    for who, status in {**allowed, people.partner: 404, people.outsider: 404}.items():
        client = Client()
        client.force_login(who)
        assert [client.get(address).status_code for address in addresses] == [status] * 4, who
        assert client.get(f"/digest/{WEEK}/sales.pdf").status_code == status
    assert Client().get("/digest/").status_code == 302


HOSTILE = (
    "2024-W99/sales/",
    "nonsense/sales/",
    "2024/sales/",
    f"{WEEK}/partner/",
    "2023-W01/sales/",
    "2030-W01/sales/",
    "0000-W00/sales/",
)


@pytest.mark.parametrize("path", HOSTILE)
def test_weeks_that_are_none_are_not_there(people: Cast, path: str) -> None:
    client = Client()
    client.force_login(people.manager)
    assert client.get(f"/digest/{path}").status_code == 404
    assert client.get(f"/digest/{path[:-1]}.pdf").status_code == 404


def test_every_link_of_a_digest_leads_somewhere(people: Cast) -> None:
    client = Client()
    client.force_login(people.manager)
    page = client.get("/digest/").content.decode()
    body = page[page.index("<main") : page.index("</main")]
    links = {unescape(link) for link in re.findall(r'<a [^>]*href="(/[^"]*)"', body)}
    assert len(links) > 8
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(transactional_db: None) -> None:
    with time_machine.travel(MONDAY, tick=False):
        cast()
        world.a_lead("1", created_at=day(50))

        def work() -> None:
            try:
                write_due(MONDAY)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(work) for _ in range(2)]:
                done.result()
        assert Digest.objects.filter(told_at__isnull=False).count() == 3
        assert Mail.objects.filter(key__startswith="digest:").count() == 5


def test_declining_twice_is_once(people: Cast) -> None:
    for declined in (True, True, False, False):
        decline(people.manager, declined=declined, now=MONDAY)
    assert people.manager in recipients("management")
