"""An erased person is gone from every row, and every figure stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from alignment.api.models import IdempotencyKey
from alignment.refusals import Refused
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.deals.edits import edit_deal
from leads.imports.models import Import, ImportError  # noqa: A004
from leads.lifecycle.changes import move_stage
from leads.lifecycle.models import StageChange
from leads.privacy.models import Removal
from leads.privacy.removal import erase
from leads.records.edits import edit_lead
from leads.records.models import Lead, LeadIdentity
from leads.records.notes import add_note, edit_note
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.world import NOW, Cast, a_deal, a_lead, cast, day, did, moved

pytestmark = pytest.mark.django_db
SECRET = "zyxwv"


@pytest.fixture
def people() -> Cast:
    return cast()


def every_text() -> str:
    """All rows of all tables of this database, as one text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND (table_name LIKE 'leads_%' OR table_name LIKE 'api_%')"
        )
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            found.append(cursor.fetchone()[0] or "")
        return "\n".join(found)


def known(people: Cast) -> Lead:
    """A lead whose every text holds the secret."""
    lead = a_lead(
        f"id-{SECRET}", email=f"{SECRET}@firm.example", phone="+4930123456", first_name=SECRET, last_name=SECRET, full_name=SECRET,
        title=SECRET, attributes={"page": SECRET}, source="web", consents={"marketing": "granted"}, stage="mql", owner=people.salesperson,
    )  # fmt: skip
    did(
        lead,
        "email",
        3,
        subject=SECRET,
        url=SECRET,
        outcome=SECRET,
        asset=SECRET,
        attributes={"x": SECRET},
        external_id=SECRET,
        system="crm",
    )
    moved(lead, ("disqualified", 4), reason=SECRET)
    a_deal(lead, status="lost", closed_at=day(5), lost_reason=SECRET, attributes={"x": SECRET})
    add_note(lead, SECRET, author=people.salesperson, now=NOW)
    edit_lead(lead, {"title": f"{SECRET} II"}, actor=people.salesperson, now=NOW)
    lead.refresh_from_db()
    return lead


def test_nothing_says_any_more_who_it_was() -> None:
    lead = known(cast())
    assert SECRET in every_text()
    erase(lead, now=NOW, actor_id=None)
    assert SECRET not in every_text()
    assert "4930123456" not in every_text()


def test_rows_and_what_does_not_identify_stay() -> None:
    people = cast()
    lead = known(people)
    rows = list(StageChange.objects.filter(lead=lead).values_list("to_id", "at", "cause"))
    erase(lead, now=NOW, actor_id=people.operator.pk)
    lead.refresh_from_db()
    assert (lead.source, lead.owner, lead.stage_id, lead.erased_at) == ("web", people.salesperson, "lost", NOW)
    assert (lead.email_usable, lead.phone_usable, lead.name) == (False, False, "(erased)")
    assert list(StageChange.objects.filter(lead=lead).values_list("to_id", "at", "cause")) == rows
    assert (lead.activities.count(), lead.notes.count(), lead.deals.count(), lead.consents.count()) == (1, 1, 1, 1)
    assert not LeadIdentity.objects.filter(lead=lead).exists()


def test_the_record_counts_and_names_nobody() -> None:
    people = cast()
    erase(known(people), now=NOW, actor_id=people.operator.pk)
    removal = Removal.objects.get()
    assert (removal.kind, removal.at, removal.actor_id, removal.import_id) == ("erasure", NOW, people.operator.pk, None)
    assert removal.counts == {
        "activities": 1, "stage_changes": 2, "stage_voids": 0, "before_images": 0, "deals": 1, "notes": 1, "edits": 1, "identities": 2,
        "statements": 1,
        "answers": 0, "rows_set_aside": 0, "messages": 0, "files": 0, "handoffs": 0, "holds": 0, "needs": 0, "leads": 1,
    }  # fmt: skip


def test_who_was_erased_comes_back_as_somebody_new() -> None:
    lead = known(cast())
    erase(lead, now=NOW, actor_id=None)
    [result] = upsert_leads([LeadRow(system="test", external_id=f"id-{SECRET}")], now=NOW, actor_id=None)
    assert (result.status, result.id == lead.pk) == ("created", False)


@pytest.mark.parametrize(
    "cells",
    [
        ["x", "ADA@firm.example"],
        ["x", "Ada L. <ada@firm.example>"],
        ["030 / 123 456 78", "x"],
        ["Ada", "x", "Lovelace"],
        ["ada lovelace", "x"],
    ],
)
def test_a_row_that_was_set_aside_loses_its_cells_however_it_names_them(cells: list[str]) -> None:
    lead = a_lead("9", email="ada@firm.example", phone="+493012345678", first_name="Ada", last_name="Lovelace")
    import_ = Import.objects.create(kind="leads", file_name="a.csv", file="", profile={})
    for row in (cells, ["Ada", "Byron"], ["12345"]):
        ImportError.objects.create(source=import_, line=2, code="x", reason="x", row=row)
    erase(lead, now=NOW, actor_id=None)
    left = list(ImportError.objects.order_by("pk").values_list("row", flat=True))
    assert left == [[], ["Ada", "Byron"], ["12345"]]


def test_erasing_twice_is_erasing_once() -> None:
    lead = known(cast())
    erase(lead, now=NOW, actor_id=None)
    first = every_text()
    erase(lead, now=NOW, actor_id=None)
    assert Removal.objects.count() == 2
    assert SECRET not in first


def test_answers_and_rows_set_aside_that_speak_of_it_go(people: Cast) -> None:
    lead, other = known(people), a_lead("other", email="other@firm.example")
    bodies = [f'{{"id":{lead.pk},"title":"x","erased_at":null}}', f'{{"id":1,"lead_id":{lead.pk},"subject":"x"}}',
              f'{{"id":{other.pk},"title":"x","erased_at":null}}', f'{{"id":{lead.pk},"name":"a team"}}',
              f'{{"results":[{{"detail":"{SECRET}@firm.example"}}]}}']  # fmt: skip
    for number, body in enumerate(bodies):
        IdempotencyKey.objects.create(caller=people.operator, key=str(number), request_hash="", status=201, body=body)
    profile = {"system": "test", "fields": {"external_id": {"column": "ID"}, "email": "Mail"}}
    import_ = Import.objects.create(
        kind="leads", file_name="f", file="f", profile=profile, decisions={"columns": ["ID", "Mail", "Stage"]}
    )
    rows = [
        (f"id-{SECRET}", "", "x"),
        ("", f" {SECRET.upper()}@firm.example", "x"),
        ("other", "other@firm.example", "x"),
    ]
    for line, row in enumerate(rows):
        ImportError.objects.create(
            source=import_, line=line, column="Stage", value="x", code="unknown_stage", reason="?", row=row
        )
    ImportError.objects.create(
        source=import_, line=9, column="Mail", value=f"{SECRET}@firm.example", code="x", reason="?"
    )
    erase(lead, now=NOW, actor_id=None)
    assert list(IdempotencyKey.objects.order_by("key").values_list("key", flat=True)) == ["2", "3"]
    assert list(ImportError.objects.order_by("line").values_list("line", "value", "row")) == [
        (0, None, []), (1, None, []), (2, "x", list(rows[2])), (9, None, []),
    ]  # fmt: skip
    assert SECRET not in every_text().lower()


def test_nothing_is_written_about_an_erased_lead_any_more(people: Cast) -> None:
    lead = known(people)
    [deal] = lead.deals.all()
    [note] = lead.notes.all()
    erase(lead, now=NOW, actor_id=None)
    [activity] = log_activities(
        [ActivityRow(kind="call", at=NOW, lead_id=lead.pk, subject=SECRET)], now=NOW, actor_id=None
    )
    assert (activity.status, activity.code) == ("rejected", "erased")
    writers: list[Callable[[], object]] = [
        lambda: move_stage(lead, "recycled", actor=people.operator, now=NOW, reason=SECRET),
        lambda: edit_deal(deal, {"lost_reason": SECRET}, now=NOW, actor_id=None),
        lambda: edit_deal(deal, {"attributes": {"x": SECRET}}, now=NOW, actor_id=None),
        lambda: edit_note(note, SECRET, actor=people.salesperson, now=NOW),
    ]
    for write in writers:
        with pytest.raises(Refused) as refused:
            write()
        assert (refused.value.code, refused.value.status) == ("erased", 409)
    edit_deal(deal, {"status": "won", "closed_at": day(6)}, now=NOW, actor_id=None)
    move_stage(lead, "recycled", actor=people.operator, now=NOW)
    assert SECRET not in every_text()


def test_a_row_set_aside_that_names_the_lead_by_its_id_is_of_the_system_that_it_says() -> None:
    lead = known(cast())
    columns = ["sys", "id", "when"]
    profile = {"system": "crm", "fields": {"system": "sys", "lead_external_id": "id", "at": "when"}}
    decisions = {"columns": columns}
    import_ = Import.objects.create(kind="stages", file_name="f", file="f", profile=profile, decisions=decisions)
    for line, system in enumerate((lead.system, "crm", ""), start=2):
        row = [system, lead.external_id, "?"]
        ImportError.objects.create(source=import_, line=line, code="invalid_date", reason="no date", row=row)
    erase(lead, now=NOW, actor_id=None)
    assert [len(one.row) for one in ImportError.objects.order_by("line")] == [0, 3, 3]
