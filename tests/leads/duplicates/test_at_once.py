"""Two people at once: one merge, one undo; and nothing that is written meanwhile is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from alignment.refusals import Refused
from leads.activities.log import log_activities
from leads.activities.models import Activity
from leads.activities.rows import ActivityRow
from leads.duplicates import finding, strays
from leads.duplicates.merging import merge
from leads.duplicates.models import Merge, Pair
from leads.duplicates.undoing import undo
from leads.lifecycle.models import StageChange
from leads.records.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.world import NOW, a_lead, cast, day

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each is told, or the code of its refusal; each has a connection of its own and starts when all are ready."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            ready.wait(timeout=30)
            return act()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, act) for act in acts]]


def test_both_ways_round_at_once_are_one_merge() -> None:
    people = cast()
    for number in range(5):
        one, other = a_lead(f"a{number}"), a_lead(f"b{number}")
        told = at_once(
            partial(merge, one.pk, other.pk, {}, by=people.marketer, now=NOW),
            partial(merge, other.pk, one.pk, {}, by=people.salesperson, now=NOW),
        )
        assert sum(isinstance(answer, Merge) for answer in told) == 1
        assert "merged" in told
        assert Lead.objects.filter(pk__in=[one.pk, other.pk], merged_into=None).count() == 1


def test_the_same_merge_and_the_same_undo_at_once_are_one() -> None:
    people = cast()
    one, other = a_lead("1"), a_lead("2")
    told = at_once(*[lambda: merge(one.pk, other.pk, {}, by=people.marketer, now=NOW)] * 4)
    assert told == [Merge.objects.get()] * 4
    done = Merge.objects.get()
    later = [NOW + timedelta(hours=number) for number in range(4)]
    at_once(*[partial(undo, done.pk, by=people.marketer, now=moment) for moment in later])
    assert StageChange.objects.filter(lead=one).count() == StageChange.objects.filter(lead=other).count() == 1


def test_leads_merged_in_a_circle_at_once_end_with_one_that_stands() -> None:
    people = cast()
    a, b, c = a_lead("1"), a_lead("2"), a_lead("3")
    pairs = ((a, b), (b, c), (c, a))
    at_once(*[partial(merge, x.pk, y.pk, {}, by=people.marketer, now=NOW) for x, y in pairs])
    standing = Lead.objects.filter(merged_into=None)
    assert standing.count() == 1
    assert set(StageChange.objects.values_list("lead", flat=True)) == {standing.get().pk}


def test_what_is_logged_while_two_are_merged_ends_with_the_survivor() -> None:
    people = cast()
    one, other = a_lead("1"), a_lead("2")
    rows = [ActivityRow(kind="call", at=day(number), lead_id=other.pk) for number in range(50)]
    at_once(
        lambda: merge(one.pk, other.pk, {}, by=people.marketer, now=NOW),
        lambda: log_activities(rows, now=NOW, actor_id=None),
    )
    strays.follow(now=NOW)
    assert set(Activity.objects.values_list("lead", flat=True)) == {one.pk}
    assert Activity.objects.count() == 50


def test_comparers_at_once_miss_no_pair() -> None:
    cast()
    rows = [LeadRow(system="s", external_id=str(n), phone=f"+49301234{n % 20:02}") for n in range(40)]
    upsert_leads(rows, now=NOW, actor_id=None)
    at_once(*[lambda: finding.compare_waiting(now=lambda: NOW, batch=3, wait=True)] * 3)
    assert Pair.objects.count() == 20
