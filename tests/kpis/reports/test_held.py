"""Is what was in force the same, joined for every lead at once, as looked up for each?"""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from psycopg2 import sql

from kpis.reports.cuts import cut_sql
from kpis.reports.held import every_value_at_hand
from leads.lifecycle.changes import NewChange, record_changes, void_changes
from leads.models import Lead, StageChange
from tests.world import NOW, a_lead, cast, day, held_by

pytestmark = pytest.mark.django_db

DAYS = (-1.0, 0.0, 1.0, 1.5, 2.0, 3.0, 4.0, 9.0)
HELD = "SELECT l.id, t.at, {value} FROM leads_lead l CROSS JOIN unnest(%(at)s::timestamptz[]) AS t(at) {joins} ORDER BY 1, 2"


def test_spans_say_what_a_look_at_the_log_says() -> None:
    people = cast()
    ann, ben = people.salesperson, people.marketer
    lead, other = a_lead(owner=ann), a_lead(created_at=day(1))
    held_by(lead, ben, day(1))
    held_by(lead, ann, day(3))
    held_by(lead, ben, day(3))
    held_by(other, ann, day(2))
    held_by(other, None, day(4))
    record_changes([NewChange(lead.pk, "mql", day(2), "manual", owner_id=ann.pk)], recorded_at=NOW)
    assert _held()[lead.pk][4] == ann.label
    void_changes([StageChange.objects.get(lead=lead, to="mql").pk], reason="never happened", now=NOW)

    looked_up = _held()
    with transaction.atomic(), every_value_at_hand():
        assert _held() == looked_up
    assert looked_up[lead.pk] == [None, ann.label, *[ben.label] * 6]
    assert looked_up[other.pk] == [None, None, None, None, ann.label, ann.label, None, None]
    assert _held() == looked_up


def _held() -> dict[int, list[str | None]]:
    """By lead, its owner at each instant."""
    cut = cut_sql("owner", sql.SQL("t.at"))
    found: dict[int, list[str | None]] = {pk: [] for pk in Lead.objects.values_list("pk", flat=True)}
    with connection.cursor() as cursor:
        statement = sql.SQL(HELD).format(value=cut.value, joins=cut.joins)
        cursor.execute(statement, {"at": [day(days) for days in DAYS], "known_at": None})
        for pk, _at, owner in cursor.fetchall():
            found[pk].append(owner)
    return found
