"""Many rows at once are copied in; they become what they become one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from alignment import prepared
from alignment.copying import FEW
from leads.activities.log import ActivityRow, log_activities
from leads.records.upsert import LeadRow, upsert_leads

NOW = datetime(2024, 3, 1, 9, tzinfo=UTC)
BEGAN = datetime(2024, 1, 1, 9, tzinfo=UTC)
ODD = ('a "quoted" one', "back\\slash", "a\ttab", "two\nlines", "\\N", "a return\r", "{}", "ünïcode ✓", "a,b;c")

pytestmark = pytest.mark.django_db

KEPT = """
SELECT l.email, l.title, l.stage, l.created_at, l.owner_id, l.team_id, l.segment, l.attributes::text, l.email_usable, l.version,
       c.name, p.reached, p.entered, p.stage_since, p.pass_number, s.stage, s.at, s.until, s.pass_number,
       (SELECT array_agg(v.field || '=' || coalesce(v.text, v.ref::text) ORDER BY v.field, v.id)
        FROM leads_leadvalue v WHERE v.lead_id = l.id),
       (SELECT array_agg(i.system || i.key ORDER BY i.key) FROM leads_leadidentity i WHERE i.lead_id = l.id),
       (SELECT array_agg(w.system || w.said::text ORDER BY w.id) FROM leads_statement w WHERE w.lead_id = l.id),
       (SELECT array_agg(n.purpose || n.state) FROM leads_consent n WHERE n.lead_id = l.id),
       EXISTS (SELECT FROM leads_touched t WHERE t.lead_id = l.id)
FROM leads_lead l LEFT JOIN leads_company c ON c.id = l.company_id LEFT JOIN leads_progress p ON p.lead_id = l.id
LEFT JOIN leads_stay s ON s.lead_id = l.id WHERE l.system = %s ORDER BY l.external_id
"""


def leads(system: str) -> Iterator[LeadRow]:
    for n in range(FEW + 20):
        yield LeadRow(
            system=system, external_id=f"{n:03}", created_at=BEGAN + timedelta(hours=n), email=f"p{n}@{system}{n % 7}.example",
            title=ODD[n % len(ODD)], company=f"Firm {system}{n % 7}", stage=("mql", "sql", "recycled", None)[n % 4],
            owner="Anna Example" if n % 3 else None, segment=ODD[n % len(ODD)] if n % 2 else None,
            attributes={"note": ODD[n % len(ODD)]}, consents={"marketing": "granted"} if n % 5 else {},
        )  # fmt: skip


def kept(system: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(KEPT, [system])
        return [repr(row).replace(system, "") for row in cursor.fetchall()]


def test_many_leads_become_what_they_become_one_by_one() -> None:
    upsert_leads(list(leads("sys-many")), now=NOW, actor_id=None)
    for row in leads("sys-each"):
        upsert_leads([row], now=NOW, actor_id=None)
    assert len(kept("sys-many")) == FEW + 20
    assert kept("sys-many") == kept("sys-each")
    assert all(row.endswith("True)") for row in kept("sys-each"))


def test_leads_become_the_same_where_a_session_keeps_no_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    each = list(leads("sys-pool"))[:12]
    upsert_leads(list(leads("sys-kept"))[:12], now=NOW, actor_id=None)
    monkeypatch.setattr(prepared, "MOST", 0)
    for row in each:
        upsert_leads([row], now=NOW, actor_id=None)
    assert len(kept("sys-pool")) == 12
    assert kept("sys-pool") == kept("sys-kept")


def log(rows: Sequence[ActivityRow]) -> list[str]:
    return [result.status for result in log_activities(rows, now=NOW, actor_id=None)]


def test_many_activities_become_what_they_become_one_by_one() -> None:
    upsert_leads([LeadRow(system="crm", external_id="1")], now=NOW, actor_id=None)
    rows = [
        ActivityRow("call", BEGAN + timedelta(hours=n), "crm", f"{word}{n}", "1", subject=ODD[n % len(ODD)], attributes={"n": ODD[0]})
        for word in ("a", "b")
        for n in range(FEW + 20)
    ]  # fmt: skip
    many, single = rows[: FEW + 20], rows[FEW + 20 :]
    assert set(log(many)) == {"created"}
    assert {status for row in single for status in log([row])} == {"created"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT left(external_id, 1), at, kind, side, direction, subject, attributes::text, typed_in, url FROM leads_activity"
            " ORDER BY 1, 2"
        )
        found = cursor.fetchall()
    assert [row[1:] for row in found if row[0] == "a"] == [row[1:] for row in found if row[0] == "b"]
    assert set(log(many)) == {"unchanged"}
