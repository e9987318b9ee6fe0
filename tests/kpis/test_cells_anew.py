"""Whatever became of places and cells, counting everything anew leaves what recomputing leaves; holders are who held a lead by then."""

from __future__ import annotations

import pytest
from django.db import connection

from kpis import cells
from kpis.recompute import drain
from leads.lifecycle.changes import NewChange, NewValue, record_changes, record_values, void_changes
from leads.models import StageChange
from tests.world import NOW, a_lead, cast, day

pytestmark = pytest.mark.django_db

KEPT = (
    "SELECT * FROM kpis_cohortplace ORDER BY lead_id, start",
    "SELECT cut, start, day, value, furthest, furthest_in_window, leads FROM kpis_funnelcell ORDER BY 1, 2, 3, 4, 5, 6",
)

SPOILED = (
    "UPDATE kpis_cohortplace SET owner = NULL WHERE owner IS NOT NULL",
    "UPDATE kpis_cohortplace SET segment = 'none such'",
    "UPDATE kpis_cohortplace SET furthest_in_window = 0",
    "UPDATE kpis_cohortplace SET anchor = anchor + interval '1 second' WHERE start = 1",
    "UPDATE kpis_cohortplace SET lead_id = lead_id + 1000 WHERE start = 2",
    "DELETE FROM kpis_cohortplace WHERE start = 1",
    "DELETE FROM kpis_cohortplace",
    "UPDATE kpis_funnelcell SET leads = leads + 1",
    "DELETE FROM kpis_funnelcell WHERE cut = 'owner'",
    "INSERT INTO kpis_funnelcell (cut, start, day, value, furthest, furthest_in_window, leads) VALUES ('team', 1, now(), NULL, 1, 1, 1)",
)

HELD_OTHERWISE = """
SELECT count(*) FROM kpis_cohortplace k CROSS JOIN LATERAL (
    VALUES ('owner', k.owner::text), ('team', k.team::text), ('campaign', k.campaign::text), ('segment', k.segment),
           ('territory', k.territory)) AS kept(field, held)
WHERE kept.held IS DISTINCT FROM (
    SELECT coalesce(v.ref::text, v.text) FROM leads_leadvalue v
    WHERE v.lead_id = k.lead_id AND v.field = kept.field AND v.at <= k.anchor
      AND NOT EXISTS (SELECT FROM leads_stagevoid d WHERE d.change_id = v.change_id)
    ORDER BY v.at DESC, v.id DESC LIMIT 1)
"""


def rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def kept() -> list[list[tuple[object, ...]]]:
    return [rows(statement) for statement in KEPT]


def leads_of_many_hands() -> None:
    people = cast()
    for number in range(12):
        lead = a_lead(str(number))
        steps = [("mql", 1), ("sal", 3), ("recycled", 4), ("sql", 5), ("opportunity", 200)][: number % 6]
        record_changes(
            [
                NewChange(lead.pk, to, day(at), "manual", owner_id=people.partner.pk if at == 3 and number % 2 else None)
                for to, at in steps
            ],
            recorded_at=NOW,
        )  # fmt: skip
        record_values(
            [
                NewValue(lead.pk, "owner", day(1 + number % 3), ref=people.salesperson.pk),
                NewValue(lead.pk, "owner", day(5), ref=people.salesperson.pk if number % 4 else None),
                NewValue(lead.pk, "segment", day(3), text="small"),
                NewValue(lead.pk, "segment", day(3), text="large"),
                NewValue(lead.pk, "territory", day(number % 7), text="north"),
            ],
            recorded_at=NOW,
        )
    void_changes(StageChange.objects.filter(to="sal").values_list("pk", flat=True)[:2], reason="typo", now=NOW)


def test_places_and_cells_that_were_spoiled_are_as_recomputing_leaves_them() -> None:
    leads_of_many_hands()
    drain(counted=False)
    before = kept()
    assert len({row[7] for row in before[0]}) == 3  # nobody, and two who held them
    assert rows(HELD_OTHERWISE) == [(0,)]
    for spoiling in SPOILED:
        with connection.cursor() as cursor:
            cursor.execute(spoiling)
            assert cursor.rowcount, spoiling
        assert kept() != before, spoiling
        cells.rebuild(now=NOW)
        assert kept() == before, spoiling
