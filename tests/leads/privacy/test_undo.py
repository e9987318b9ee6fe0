"""Undoing an import leaves everything as it was before, except what somebody touched since."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alignment.people.models import User
from alignment.people.persons import PersonRow, change_person, save_people
from alignment.programs.models import Campaign, Rate
from alignment.programs.save import CampaignRow, RateRow, save_campaigns, save_rates
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.imports.models import Import
from leads.lifecycle.changes import move_stage
from leads.lifecycle.history import HistoryRow, record_history
from leads.lifecycle.models import Touched
from leads.privacy.models import Removal
from leads.privacy.removal import undo_import
from leads.records.models import Lead
from leads.records.notes import add_note
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.leads.privacy.snapshot import everything
from tests.world import NOW, TIME_ZERO, Cast, a_deal, a_lead, cast, day, did, moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def an_import(kind: str = "leads") -> Import:
    return Import.objects.create(kind=kind, file_name="file.csv", file="file.csv", profile={})


def bring(import_: Import, *rows: LeadRow) -> list[int]:
    results = upsert_leads(rows, now=NOW, actor_id=None, import_id=import_.pk)
    assert all(result.id for result in results), results
    return [result.id for result in results if result.id]


NEW = LeadRow(
    system="crm", external_id="new", email="new@firm.example", company="Firm", owner="Sue", campaign="Launch", source="web",
    consents={"marketing": "granted"}, stage="mql", created_at=day(1),
)  # fmt: skip


def test_new_leads_go_with_all_that_came_with_them(people: Cast) -> None:
    a_lead("old")
    before = everything()
    import_ = an_import()
    bring(import_, NEW)
    undone = undo_import(import_, now=NOW, actor_id=None)
    assert everything() == before
    assert undone.spared == []
    assert undone.removal.counts == {
        "stays": 1, "values": 5, "stage_changes": 1, "consents": 1, "statements": 1, "identities": 2, "leads": 1,
        "companies": 1, "campaigns": 1, "people": 1,
    }  # fmt: skip


def test_what_came_in_and_changed_within_one_import_goes(people: Cast) -> None:
    before = everything()
    import_ = an_import()
    bring(import_, LeadRow(system="s", external_id="1", company="Firm", title="CTO"))
    bring(import_, LeadRow(system="s", external_id="1", title="CEO"), LeadRow(company="Firm", email="a@firm.example"))
    undone = undo_import(import_, now=NOW, actor_id=None)
    assert (everything(), undone.spared) == (before, [])


def test_known_leads_are_put_back_as_they_were(people: Cast) -> None:
    a_lead(
        "old",
        email="old@firm.example",
        title="CTO",
        stage="mql",
        segment="smb",
        attributes={"a": 1},
        owner=people.salesperson,
    )
    before = everything()
    import_ = an_import()
    bring(
        import_,
        LeadRow(system="test", external_id="old", email="new@firm.example", title="CEO", stage="sal", segment="big", owner="Sue",
                attributes={"b": 2}, consents={"marketing": "refused"}, company="Other"),
    )  # fmt: skip
    assert everything() != before
    undone = undo_import(import_, now=NOW, actor_id=None)
    assert (everything(), undone.spared) == (before, [])


def test_a_lead_that_somebody_touched_stays_and_is_named_with_the_reason(people: Cast) -> None:
    import_ = an_import()
    noted, stage_moved, active, dealt, untouched = bring(
        import_, *(LeadRow(system="crm", external_id=str(n)) for n in range(5))
    )
    add_note(Lead.objects.get(pk=noted), "Called.", author=people.salesperson, now=NOW)
    move_stage(Lead.objects.get(pk=stage_moved), "sql", actor=people.salesperson, now=NOW)
    did(Lead.objects.get(pk=active), "call", 100)
    a_deal(Lead.objects.get(pk=dealt))
    undone = undo_import(import_, now=NOW, actor_id=None)
    assert undone.spared == [
        {"table": "lead", "id": noted, "why": "somebody wrote a note"},
        {"table": "lead", "id": stage_moved, "why": "its stage changed since"},
        {"table": "lead", "id": active, "why": "something happened with it since"},
        {"table": "lead", "id": dealt, "why": "it has a deal"},
    ]
    assert set(Lead.objects.values_list("pk", flat=True)) == {noted, stage_moved, active, dealt}
    assert Lead.objects.get(pk=stage_moved).stage_id == "sql"
    assert untouched not in Lead.objects.values_list("pk", flat=True)


def test_a_field_that_was_changed_since_stays_and_the_others_go_back(people: Cast) -> None:
    lead = a_lead("old", title="CTO", first_name="Ann")
    import_ = an_import()
    bring(import_, LeadRow(system="test", external_id="old", title="CEO", first_name="Anna"))
    upsert_leads([LeadRow(system="test", external_id="old", title="Owner")], now=NOW, actor_id=people.operator.pk)
    undone = undo_import(import_, now=NOW, actor_id=None)
    lead.refresh_from_db()
    assert (lead.title, lead.first_name) == ("Owner", "Ann")
    assert undone.spared == [{"table": "lead", "id": lead.pk, "why": "job title changed since"}]


def test_two_imports_undone_in_the_opposite_order_leave_nothing(people: Cast) -> None:
    before = everything()
    first, second = an_import(), an_import("deals")
    bring(first, NEW)
    save_deals(
        [DealRow(system="crm", external_id="d", lead_external_id="new", status="won", closed_at=day(9), amount=Decimal(5))],
        now=NOW, actor_id=None, import_id=second.pk,
    )  # fmt: skip
    assert Lead.objects.get().stage_id == "won"
    undo_import(second, now=NOW, actor_id=None)
    assert Lead.objects.get().stage_id == "mql"
    assert undo_import(first, now=NOW, actor_id=None).spared == []
    assert everything() == before


def test_an_import_on_which_another_stands_is_spared(people: Cast) -> None:
    first, second = an_import(), an_import()
    [lead_id] = bring(first, NEW)
    bring(second, LeadRow(system="crm", external_id="new", title="CEO"))
    assert undo_import(first, now=NOW, actor_id=None).spared[0] == {
        "table": "lead",
        "id": lead_id,
        "why": "a later import changed it",
    }
    undo_import(second, now=NOW, actor_id=None)
    assert Lead.objects.get().title is None


def test_deals_go_and_their_leads_go_back(people: Cast) -> None:
    lead = a_lead("old", stage="sql", company="Firm")
    before = everything()
    import_ = an_import("deals")
    save_deals(
        [
            DealRow(system="test", external_id="1", lead_external_id="old", status="won", opened_at=day(5), closed_at=day(9)),
            DealRow(system="crm", external_id="2", company="Firm", status="won", closed_at=day(20)),
            DealRow(system="crm", external_id="3", lead_id=lead.pk, status="lost", closed_at=day(2), lost_reason="price"),
        ],
        now=NOW, actor_id=None, import_id=import_.pk, create_leads=True,
    )  # fmt: skip
    lead.refresh_from_db()
    assert lead.stage_id == "loyal"
    undone = undo_import(import_, now=NOW, actor_id=None)
    assert (everything(), undone.spared) == (before, [])


def test_a_deal_that_an_import_closed_is_open_again(people: Cast) -> None:
    lead = a_lead("old")
    a_deal(lead, system="crm", external_id="1", opened_at=day(5))
    before = everything()
    import_ = an_import("deals")
    save_deals(
        [DealRow(system="crm", external_id="1", status="lost", closed_at=day(30), lost_reason="price", opened_at=day(6))],
        now=NOW, actor_id=None, import_id=import_.pk,
    )  # fmt: skip
    lead.refresh_from_db()
    assert lead.stage_id == "lost"
    undo_import(import_, now=NOW, actor_id=None)
    assert everything() == before


def test_activities_and_what_followed_from_them_go(people: Cast) -> None:
    a_lead("old", email="old@firm.example", consents={"marketing": "granted"})
    before = everything()
    import_ = an_import("activities")
    rows = [
        ActivityRow(system="test", lead_external_id="old", kind=kind, at=day(3), external_id=kind)
        for kind in ("bounce", "unsubscribe", "form")
    ]
    log_activities(rows, now=NOW, actor_id=None, import_id=import_.pk)
    assert not Lead.objects.get().email_usable
    undo_import(import_, now=NOW, actor_id=None)
    assert everything() == before


def test_a_history_goes_with_the_leads_it_made(people: Cast) -> None:
    moved(a_lead("old"), ("mql", 1))
    before = everything()
    import_ = an_import("stages")
    rows = [
        HistoryRow("old", "sal", day(5), system="test", owner="Sue", identity="1"),
        HistoryRow("fresh", "mql", day(6), system="test", identity="2"),
    ]
    record_history(rows, now=NOW, actor_id=None, import_id=import_.pk, create_leads=True)
    undo_import(import_, now=NOW, actor_id=None)
    assert everything() == before


def test_lists_of_people_campaigns_and_rates_go_back(people: Cast) -> None:
    nobody: dict[str, Any] = {"now": NOW, "actor_id": None}
    save_campaigns([CampaignRow("Launch", type="fair")], **nobody)
    save_rates([RateRow(date(2024, 1, 1), "USD", Decimal("0.9"))], **nobody)
    save_people([PersonRow("Ann", system="crm", external_id="1", team="East")], **nobody)

    def lists() -> list[object]:
        return [
            list(Campaign.objects.order_by("id").values_list("name", "type", "budget", "attributes")),
            list(Rate.objects.order_by("id").values_list("date", "currency", "rate")),
            list(User.objects.order_by("id").values_list("name", "email", "external_id", "team__name", "is_active")),
        ]

    before = lists()
    import_ = an_import("campaigns")
    nobody["import_id"] = import_.pk
    rows = [CampaignRow("launch", type="show", budget=Decimal(5)), CampaignRow("New"), CampaignRow("new", type="ad")]
    save_campaigns(rows, **nobody)
    save_rates([RateRow(date(2024, 1, n), "USD", Decimal("0.8")) for n in (1, 2)], **nobody)
    save_people(
        [PersonRow("Anna", system="crm", external_id="1", team="West", active=False), PersonRow("Zoe")], **nobody
    )
    assert lists() != before
    undone = undo_import(import_, now=NOW, actor_id=None)
    assert (lists(), undone.spared) == (before, [])


def test_the_record_of_a_removal_says_nothing_about_whom(people: Cast) -> None:
    import_ = an_import()
    bring(import_, NEW)
    undo_import(import_, now=NOW, actor_id=people.operator.pk)
    removal = Removal.objects.get()
    assert (removal.kind, removal.at, removal.actor_id, removal.import_id) == (
        "import_undo",
        NOW,
        people.operator.pk,
        import_.pk,
    )
    assert all(isinstance(count, int) for count in removal.counts.values())


def standing(user: User) -> list[tuple[object, ...]]:
    """What the log says of somebody's team, in order."""
    return list(user.changes.order_by("at", "id").values_list("at", "active", "team__name", "import_id"))


def test_what_a_list_said_of_peoples_teams_leaves_their_log(people: Cast) -> None:
    save_people([PersonRow("Ann", system="crm", external_id="1", team="East")], now=TIME_ZERO, actor_id=None)
    ann = User.objects.get(external_id="1")
    lead = a_lead("1", owner=ann)
    before = standing(ann)
    import_ = an_import("users")
    rows = [
        PersonRow("Ann", system="crm", external_id="1", team=team, active=active)
        for team, active in (("West", False), ("North", True))
    ]
    save_people(
        [*rows, PersonRow("Zoe", team="East"), PersonRow("Zoe", team="West")],
        now=day(5),
        actor_id=None,
        import_id=import_.pk,
    )
    assert standing(ann) == [*before, (day(5), False, "West", import_.pk), (day(5), True, "North", import_.pk)]
    Touched.objects.all().delete()
    undone = undo_import(import_, now=NOW, actor_id=None)
    assert (standing(ann), undone.spared, undone.removal.counts["people_changes"]) == (before, [], 2)
    assert list(Touched.objects.values_list("lead_id", flat=True).distinct()) == [lead.pk]
    assert not User.objects.filter(name="Zoe").exists()


def test_who_was_moved_since_a_list_is_logged_as_they_are(people: Cast) -> None:
    save_people([PersonRow("Ann", system="crm", external_id="1", team="East")], now=TIME_ZERO, actor_id=None)
    ann = User.objects.get(external_id="1")
    [first] = standing(ann)
    import_ = an_import("users")
    row = PersonRow("Ann", system="crm", external_id="1", team="West", active=False)
    save_people([row], now=day(5), actor_id=None, import_id=import_.pk)
    change_person(ann, now=day(6), team=people.sales)
    undone = undo_import(import_, now=NOW, actor_id=None)
    ann.refresh_from_db()
    assert (ann.is_active, ann.team, undone.spared) == (
        True, people.sales, [{"table": "person", "id": ann.pk, "why": "team changed since"}],
    )  # fmt: skip
    assert standing(ann) == [first, (day(6), False, "Sales", None), (NOW, True, "Sales", None)]


def test_ten_times_as_many_leads_go_back_with_as_many_statements(people: Cast) -> None:
    def rows(title: str, count: int) -> list[LeadRow]:
        return [
            LeadRow(system="crm", external_id=str(n), title=title, country="DE" if n % 2 else None)
            for n in range(count)
        ]

    upsert_leads(rows("CTO", 100), now=NOW, actor_id=None)
    before, statements = everything(), []
    for count in (10, 100):
        import_ = an_import()
        bring(import_, *rows("CEO", count))
        assert everything() != before
        with CaptureQueriesContext(connection) as queries:
            undo_import(import_, now=NOW, actor_id=None)
        statements.append(len(queries))
        assert everything() == before
    assert statements[0] == statements[1]
