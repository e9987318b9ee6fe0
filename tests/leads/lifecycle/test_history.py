"""A log that another system kept of stages, row by row into ours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from alignment.people.models import Team, User
from leads.imports.models import Import
from leads.lifecycle.history import HistoryRow, record_history
from leads.lifecycle.models import StageChange
from leads.outcome import RowResult
from leads.records.models import Lead
from tests.world import NOW, a_lead, day

pytestmark = pytest.mark.django_db


def record(*rows: HistoryRow, **arguments: Any) -> list[RowResult]:
    return record_history(rows, now=NOW, actor_id=None, **arguments)


def row(lead: str, stage: str, days: float, **fields: Any) -> HistoryRow:
    return HistoryRow(lead, stage, day(days), system="test", **fields)


def test_rows_become_changes_with_who_holds_the_lead_from_then_on() -> None:
    lead = a_lead("1")
    results = record(
        row("1", "MQL", 2, by="Bob", reason="asked"),
        row("1", "sal", 3, owner="Sue", team="East"),
        row("1", "sql", 4, team="West"),
    )
    assert [(r.status, r.id) for r in results] == [("created", lead.pk)] * 3
    lead.refresh_from_db()
    assert (lead.stage_id, str(lead.owner), str(lead.team)) == ("sql", "Sue", "West")
    changes = StageChange.objects.filter(cause="history").order_by("id")
    assert [(c.to_id, c.at, str(c.by), c.reason, str(c.owner), str(c.team)) for c in changes] == [
        ("mql", day(2), "Bob", "asked", "None", "None"), ("sal", day(3), "None", None, "Sue", "East"),
        ("sql", day(4), "None", None, "None", "West"),
    ]  # fmt: skip


def test_the_order_of_the_file_decides_between_rows_of_one_instant() -> None:
    lead = a_lead("1")
    record(row("1", "mql", 2), row("1", "sal", 2), row("1", "sql", 2))
    lead.refresh_from_db()
    assert lead.stage_id == "sql"


def test_the_same_row_again_is_unchanged_and_twice_is_one() -> None:
    lead = a_lead("1")
    rows = [row("1", "mql", 2, identity="a"), row("1", "mql", 2, identity="a"), row("1", "sal", 3, identity="b")]
    assert [r.status for r in record(*rows)] == ["created", "unchanged", "created"]
    assert [r.status for r in record(*rows)] == ["unchanged"] * 3
    assert StageChange.objects.filter(lead=lead, cause="history").count() == 2


def test_missing_leads_are_made_where_that_was_asked_for_with_no_other_stage() -> None:
    [missing] = record(row("1", "mql", 2))
    assert (missing.status, missing.code, missing.field) == ("rejected", "unknown_lead", "lead_external_id")
    results = record(row("1", "sal", 5), row("1", "mql", 2), row("2", "won", 3), create_leads=True)
    assert [r.status for r in results] == ["created"] * 3
    leads = Lead.objects.order_by("external_id").values_list("external_id", "system", "created_at", "stage")
    assert list(leads) == [("1", "test", day(2), "sal"), ("2", "test", day(3), "won")]
    assert StageChange.objects.count() == 3


def test_a_lead_begins_with_its_earliest_row_in_whichever_chunk_it_comes() -> None:
    import_ = Import.objects.create(kind="stages", file_name="f", file="f", profile={})
    for days in (5, 2, 9):
        record(row("1", "mql", days, identity=str(days)), create_leads=True, import_id=import_.pk)
    assert Lead.objects.get().created_at == day(2)


def test_people_and_teams_that_are_not_there_are_made() -> None:
    a_lead("1")
    record(row("1", "mql", 2, owner="Sue", by="bob@us.example", team="East"), owner_team="Helpers")
    assert list(User.objects.order_by("name").values_list("name", "email", "team__name")) == [
        ("Sue", None, "Helpers"), ("bob@us.example", "bob@us.example", "Helpers"),
    ]  # fmt: skip
    assert list(Team.objects.order_by("name").values_list("name", "side")) == [("East", "sales"), ("Helpers", "sales")]


@pytest.mark.parametrize(
    ("bad", "field", "code"),
    [
        (HistoryRow(None, "mql", day(1)), "lead_external_id", "required"),
        (HistoryRow("1", None, day(1), system="test"), "stage", "required"),
        (HistoryRow("1", "mql", None, system="test"), "at", "required"),
        (HistoryRow("1", "nowhere", day(1), system="test"), "stage", "unknown_stage"),
        (HistoryRow("1", "mql", NOW + timedelta(hours=1), system="test"), "at", "in_the_future"),
        (HistoryRow("1", "mql", day(1), system="test", reason="x" * 501), "reason", "too_long"),
    ],
)
def test_a_wrong_value_sets_its_row_aside(bad: HistoryRow, field: str, code: str) -> None:
    a_lead("1")
    result, fine = record(bad, row("1", "mql", 1))
    assert (result.status, result.field, result.code, fine.status) == ("rejected", field, code, "created")
