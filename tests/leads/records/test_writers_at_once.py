"""Two writers at the same instant: one lead, one company, one person; nobody waits for ever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from leads.activities.log import log_activities
from leads.activities.models import Activity
from leads.activities.rows import ActivityRow
from leads.deals.models import Deal
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.lifecycle.changes import lock
from leads.lifecycle.models import StageChange
from leads.outcome import RowResult
from leads.records.models import Company, Lead, LeadIdentity, LeadText
from leads.records.rows import LeadRow
from leads.records.saving_companies import CompanyRow, save_companies
from leads.records.upsert import upsert_leads
from tests.waiting import has_to_wait
from tests.world import NOW, a_lead, day

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 4


def all_at_once(write: Callable[[int], list[RowResult]]) -> list[list[RowResult]]:
    """What each writer is told; each has a connection of its own and starts when all are ready."""
    ready = Barrier(WRITERS)

    def run(number: int) -> list[RowResult]:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                ready.wait(timeout=30)
                return write(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, number) for number in range(WRITERS)]]


def test_the_same_rows_from_all_sides_are_one_lead_each() -> None:
    rows = [LeadRow(system="s", external_id=str(n), email=f"p{n}@firm{n % 3}.example", company=f"Firm {n % 3}",
                    owner="Sue", campaign="Launch")
            for n in range(50)]  # fmt: skip
    told = all_at_once(lambda number: upsert_leads(rows if number % 2 else rows[::-1], now=NOW, actor_id=None))
    assert sorted(r.status for results in told for r in results).count("created") == 50
    assert {r.status for results in told for r in results} == {"created", "unchanged"}
    assert Lead.objects.count() == 50
    assert LeadIdentity.objects.count() == 100
    assert (Company.objects.count(), User.objects.filter(name="Sue").count()) == (3, 1)
    assert StageChange.objects.count() == 50


def test_one_id_with_different_addresses_is_one_lead_that_has_them_all() -> None:
    told = all_at_once(
        lambda n: upsert_leads([LeadRow(system="s", external_id="1", email=f"p{n}@a.example")], now=NOW, actor_id=None)
    )
    [lead] = Lead.objects.all()
    assert {r.id for results in told for r in results} == {lead.pk}
    names = set(LeadIdentity.objects.values_list("key", "lead_id"))
    assert names == {("id:1", lead.pk), *((f"email:p{n}@a.example", lead.pk) for n in range(WRITERS))}


def test_one_address_from_a_form_and_from_another_system_is_one_lead_or_two_but_never_a_third() -> None:
    row = LeadRow(email="a@b.example")
    all_at_once(
        lambda n: upsert_leads(
            [row if n else LeadRow(system="s", external_id="1", email="a@b.example")], now=NOW, actor_id=None
        )
    )
    assert Lead.objects.count() in (1, 2)
    assert LeadIdentity.objects.filter(key="email:a@b.example").count() == 1


def test_the_same_activities_are_logged_once() -> None:
    a_lead("1")
    rows = [
        ActivityRow(kind="call", at=day(1), system="test", lead_external_id="1", external_id=str(n), by="Sue")
        for n in range(20)
    ]
    told = all_at_once(lambda number: log_activities(rows if number % 2 else rows[::-1], now=NOW, actor_id=None))
    assert [r.status for results in told for r in results].count("created") == 20
    assert (Activity.objects.count(), User.objects.count()) == (20, 1)


def test_the_same_deals_are_one_each_with_one_row_of_the_stage_log() -> None:
    a_lead("1")
    rows = [
        DealRow(
            system="test", external_id=str(n), lead_external_id="1", status="won", opened_at=day(n), closed_at=day(9)
        )
        for n in range(5)
    ]
    told = all_at_once(lambda _number: save_deals(rows, now=NOW, actor_id=None))
    assert [r.status for results in told for r in results].count("created") == 5
    assert Deal.objects.count() == 5
    assert StageChange.objects.filter(cause="deal").count() == 10


def test_two_wins_of_one_company_at_once_make_the_first_lead_loyal() -> None:
    for n in range(WRITERS):
        a_lead(str(n), company="Firm")
    all_at_once(lambda n: save_deals([DealRow(system="test", external_id=str(n), lead_external_id=str(n), status="won", closed_at=day(n))],
                                     now=NOW, actor_id=None))  # fmt: skip
    assert [
        (c.to_id, c.lead.external_id, c.deal and c.deal.external_id)
        for c in StageChange.objects.filter(to_id="loyal", void=None)
    ] == [("loyal", "0", "1")]


def test_a_lead_that_comes_while_its_company_is_renamed_is_found_by_the_new_name() -> None:
    def rename() -> None:
        save_companies([CompanyRow("New", system="s", external_id="1")], now=NOW, actor_id=None)

    def arrive() -> None:
        row = LeadRow(email="a@b.example", company_system="s", company_external_id="1")
        upsert_leads([row], now=NOW, actor_id=None)

    save_companies([CompanyRow("Old", system="s", external_id="1")], now=NOW, actor_id=None)
    with transaction.atomic():
        rename()
        assert has_to_wait(arrive)
        transaction.set_rollback(True)
    with transaction.atomic():
        arrive()
        assert has_to_wait(rename)
    rename()
    assert [text.text.endswith(" NEW") for text in LeadText.objects.all()] == [True]


def test_of_two_that_wait_for_each_other_one_tries_again() -> None:
    first, second = a_lead("1"), a_lead("2")
    met, done = Barrier(2), Event()
    attempts: list[int] = []

    @again_after_deadlock
    @transaction.atomic
    def lock_both(number: int) -> None:
        attempts.append(number)
        if attempts.count(number) > 1:
            assert done.wait(timeout=30)
            return
        lock([first.pk if number else second.pk])
        met.wait(timeout=30)
        lock([second.pk if number else first.pk])

    def run(number: int) -> None:
        try:
            lock_both(number)
            done.set()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(run, number) for number in range(2)]:
            future.result(timeout=60)
    assert len(attempts) == 3
