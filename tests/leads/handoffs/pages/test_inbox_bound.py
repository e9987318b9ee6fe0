"""How far is counted what waits? Exactly, up to a number beyond which it is "more than" that. And what is read for it?"""

from __future__ import annotations

import re

import pytest
from django.db import connection

from alignment.agreements.in_force import InForce
from leads.funnel.stage_sets import stage_set
from leads.handoffs import selectors
from leads.handoffs.deciding import accept
from leads.handoffs.models import Handoff
from leads.records.models import Lead
from tests.leads.handoffs.handing import an_mql, at, offered
from tests.world import Cast


@pytest.mark.parametrize(("most", "told"), [(18, (17, False)), (17, (17, False)), (16, (16, True))])
def test_counts_end_at_the_most_that_is_told(
    cast: Cast, rule: InForce, monkeypatch: pytest.MonkeyPatch, most: int, told: tuple[int, bool]
) -> None:
    monkeypatch.setattr(selectors, "MOST", most)
    for n in range(17):
        offered(an_mql(f"lead-{n}"), rule, cast.salesperson)
    [section] = selectors.inbox(cast.salesperson, "mine", stage_set(), now=at(1))
    assert (section.total, section.is_over) == told


def test_somebodys_very_many_leads_are_looked_up_at_once(cast: Cast, rule: InForce) -> None:
    """Their ids come from an index, and no handoff of others is passed by on the way."""
    of_another = offered(an_mql("of-another"), rule, cast.salesperson)
    accept(of_another.pk, by=cast.salesperson, now=at(1))
    for owner, n in ((cast.sales_lead, 3_000), (cast.salesperson, 500)):
        owned = {"owner": owner, "team": cast.sales, "stage_id": "sal"}
        leads = Lead.objects.bulk_create(Lead(created_at=at(0), recorded_at=at(0), **owned) for _ in range(n))
    of_another.refresh_from_db()
    kept = {field.attname: getattr(of_another, field.attname) for field in Handoff._meta.concrete_fields}
    Handoff.objects.bulk_create(Handoff(**{**kept, "id": None, "lead_id": lead.pk}) for lead in leads)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead, leads_handoff")
        cursor.execute(
            "SET LOCAL enable_bitmapscan = off"
        )  # which a table that was never vacuumed, and most of which is theirs,
        cursor.execute("SET LOCAL enable_seqscan = off")  # would be read by
    sections = selectors.sections_of(cast.sales_lead, "mine", stage_set(), now=at(2))
    [contact] = [rows for key, _title, rows in sections if key == "contact"]

    plan = contact.values("pk")[:51].explain(analyze=True)

    assert "Index Only Scan using lead_in_hand" in plan, plan
    assert "Index Scan using handoff_of_in_hand" in plan
    assert max(map(int, re.findall(r"(?:loops=|Removed by Filter: )(\d+)", plan))) == 1, plan
