"""An undo beside somebody who writes at the same moment: neither breaks the other, and nothing points to what is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction

from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.deals.models import Deal
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.imports.models import Import
from leads.outcome import RowResult
from leads.privacy.removal import undo_import
from leads.records.models import Company, Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.world import NOW, day

pytestmark = pytest.mark.django_db(transaction=True)

Result = TypeVar("Result")
Elsewhere = Callable[[Callable[[], Any]], Future[Any]]
Write = Callable[[], list[RowResult]]
BROUGHT = LeadRow(system="crm", external_id="1", company="Firm", owner="Sue", campaign="Launch")


def a_lead() -> list[RowResult]:
    return upsert_leads(
        [LeadRow(system="crm", external_id="2", company="Firm", owner="Sue", campaign="Launch")], now=NOW, actor_id=None
    )


def a_deal() -> list[RowResult]:
    row = DealRow(system="crm", external_id="d", company="Firm", owner="Sue", opened_at=day(1))
    return save_deals([row], now=NOW, actor_id=None)


WRITERS = [a_lead, a_deal]


@pytest.fixture
def import_() -> Import:
    made = Import.objects.create(kind="leads", file_name="file.csv", file="file.csv", profile={})
    upsert_leads([BROUGHT], now=NOW, actor_id=None, import_id=made.pk)
    return made


def on_its_own(work: Callable[[], Result]) -> Callable[[], Result]:
    """Around what another thread does: its connection is closed afterwards."""

    def run() -> Result:
        try:
            return work()
        finally:
            connection.close()

    return run


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Does something in one transaction on a connection of its own."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda work: pool.submit(on_its_own(transaction.atomic(work)))


def until_it_waits(other: Future[Any]) -> None:
    """Come back when the other one waits for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with connection.cursor() as cursor:
        while not other.done():
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
    raise AssertionError(f"It did not wait: {other.result()}")


@pytest.mark.parametrize("write", WRITERS)
def test_what_a_writer_is_about_to_point_to_is_spared(import_: Import, elsewhere: Elsewhere, write: Write) -> None:
    written, may_end = Event(), Event()

    def hold() -> None:
        write()
        written.set()
        assert may_end.wait(30)

    writer = elsewhere(hold)
    assert written.wait(30)
    undone = undo_import(import_, now=NOW, actor_id=None)
    may_end.set()
    writer.result(timeout=30)
    spared = {one["table"]: one["why"] for one in undone.spared}
    assert spared["company"] == spared["person"] == "it is in use or was changed since"
    assert (Lead.objects.filter(external_id="1").count(), Company.objects.count()) == (0, 1)
    found = Lead.objects.filter(external_id="2").first() or Deal.objects.get(external_id="d")
    assert found.company is not None
    assert (found.company.name, found.owner and found.owner.name) == ("Firm", "Sue")


@pytest.mark.parametrize("write", WRITERS)
def test_who_comes_while_an_undo_is_at_work_makes_it_anew(import_: Import, elsewhere: Elsewhere, write: Write) -> None:
    gone = Company.objects.get().pk
    taken, may_end = Event(), Event()

    def hold() -> Any:
        undone = undo_import(import_, now=NOW, actor_id=None)
        taken.set()
        assert may_end.wait(30)
        return undone

    undo = elsewhere(hold)
    assert taken.wait(30)
    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(on_its_own(write))
        until_it_waits(writer)
        may_end.set()
        writer.result(timeout=30)
    assert undo.result(timeout=30).spared == []
    company = Company.objects.get()
    assert (company.name, company.pk != gone) == ("Firm", True)
    assert Lead.objects.count() + Deal.objects.count() == 1


def a_call() -> list[RowResult]:
    row = ActivityRow(kind="call", at=day(2), system="crm", lead_external_id="1", external_id="c", by="Sue")
    return log_activities([row], now=NOW, actor_id=None)


def a_deal_of_the_lead() -> list[RowResult]:
    row = DealRow(system="crm", external_id="d", lead_external_id="1", company="Firm", opened_at=day(1))
    return save_deals([row], now=NOW, actor_id=None)


def the_lead_again() -> list[RowResult]:
    return upsert_leads([BROUGHT._replace(title="CTO", segment="big")], now=NOW, actor_id=None)


OF_THE_LEAD = [a_call, a_deal_of_the_lead, the_lead_again]


@pytest.mark.parametrize("write", OF_THE_LEAD)
def test_an_undo_waits_for_who_writes_about_its_lead(import_: Import, elsewhere: Elsewhere, write: Write) -> None:
    written, may_end = Event(), Event()

    def hold() -> None:
        write()
        written.set()
        assert may_end.wait(30)

    writer = elsewhere(hold)
    assert written.wait(30)
    with ThreadPoolExecutor(1) as pool:
        undo = pool.submit(on_its_own(lambda: undo_import(import_, now=NOW, actor_id=None)))
        until_it_waits(undo)
        may_end.set()
        writer.result(timeout=30)
        spared = undo.result(timeout=30).spared
    assert "lead" in {one["table"] for one in spared} or write is the_lead_again


@pytest.mark.parametrize("write", OF_THE_LEAD)
def test_who_writes_about_a_lead_that_is_taken_out_meanwhile_is_told_or_makes_it_anew(
    import_: Import, elsewhere: Elsewhere, write: Write
) -> None:
    taken, may_end = Event(), Event()

    def hold() -> None:
        undo_import(import_, now=NOW, actor_id=None)
        taken.set()
        assert may_end.wait(30)

    undo = elsewhere(hold)
    assert taken.wait(30)
    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(on_its_own(write))
        until_it_waits(writer)
        may_end.set()
        undo.result(timeout=30)
        [result] = writer.result(timeout=30)
    assert (result.status, Lead.objects.count()) == (("created", 1) if write is the_lead_again else ("rejected", 0))
