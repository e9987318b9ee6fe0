"""How many leaks are open at an instant, by kind and side, is the same from counts by difference and from every leak."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.leaks.counts import open_at_once
from kpis.leaks.selectors import open_at, open_by_kind
from kpis.models import Leak, LeakCount
from kpis.pages.overview import open_leaks
from kpis.recompute import drain
from kpis.verify.run import verify
from leads.duplicates.merging import merge
from leads.imports.models import Import
from leads.models import Lead
from leads.privacy.removal import erase, undo_import
from leads.records.edits import mark_as_test
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.kpis.leaking import NOW, draw_leaks
from tests.world import TIME_ZERO, cast, moved

pytestmark = pytest.mark.django_db


def looked_at(moment: datetime) -> Counter[tuple[str, str]]:
    return Counter(
        (leak.kind, leak.side)
        for leak in Leak.objects.all()
        if leak.since <= moment and not (leak.until and leak.until <= moment)
    )


def moments() -> list[datetime]:
    """Around the instants at which something opens or closes, the borders of days among them."""
    first = Leak.objects.earliest("since").since
    borders = [leak.until or leak.since for leak in Leak.objects.order_by("id")[:20]]
    midnights = [moment.replace(hour=0, minute=0, second=0, microsecond=0) for moment in borders]
    around = [
        moment + by
        for moment in borders + midnights
        for by in (timedelta(0), timedelta(microseconds=-1), timedelta(minutes=1))
    ]
    return [first - timedelta(days=1), *around, NOW, datetime(2100, 1, 1, tzinfo=UTC)]


def test_counts_say_what_every_leak_says_at_any_instant() -> None:
    draw_leaks(5, leads=60)
    drain()
    asked = moments()
    assert open_at_once(asked) == [looked_at(moment) for moment in asked]


def test_counts_change_with_the_leads_that_were_touched() -> None:
    draw_leaks(6, leads=30)
    drain()
    before = open_at_once([NOW])
    moved(Lead.objects.earliest("pk"), ("sal", -900), ("lost", -1), ("sal", 1), ("disqualified", 2))
    drain()
    assert open_at_once([NOW]) == [looked_at(NOW)] != before


def test_pages_tell_whoever_sees_everything_what_the_leaks_of_leads_that_count_say() -> None:
    people = cast()
    draw_leaks(8, leads=40)
    drain()
    test, erased, merged, survivor = (
        Lead.objects.get(pk=pk)
        for pk in open_at(NOW).order_by("lead_id").values_list("lead_id", flat=True).distinct()[:4]
    )
    before = open_by_kind(None, now=NOW)
    mark_as_test(test, actor=people.sales_lead, now=NOW)
    erase(erased, now=NOW, actor_id=None)
    merge(survivor.pk, merged.pk, {}, by=people.sales_lead, now=NOW)
    drain()
    counted = Counter(open_at(NOW).values_list("kind", "side"))
    assert open_by_kind(None, now=NOW) == open_by_kind(people.manager, now=NOW) == counted != before
    assert open_leaks(NOW, None) == sum(counted.values())
    assert open_leaks(NOW, people.other_partner) < open_leaks(NOW, None)


def test_a_minute_that_passes_looks_at_a_day_of_leaks() -> None:
    draw_leaks(7, leads=20)
    drain()
    with CaptureQueriesContext(connection) as queries:
        open_at_once([NOW + timedelta(minutes=1)])
    assert len(queries) == 1
    assert open_at_once([]) == []


def test_leaks_of_leads_that_an_undone_import_takes_away_leave_the_counts() -> None:
    import_ = Import.objects.create(kind="leads", file_name="file.csv", file="file.csv", profile={})
    upsert_leads([LeadRow(email="new@firm.example", stage="mql")], now=TIME_ZERO, actor_id=None, import_id=import_.pk)
    drain()
    assert Leak.objects.exists()
    undo_import(import_, now=NOW, actor_id=None)
    drain()
    assert not Leak.objects.exists()
    assert not LeakCount.objects.exists()
    assert verify().examples == []
