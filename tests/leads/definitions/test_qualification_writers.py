"""Does every change of a fact that a definition can ask about make the leads concerned wait, in the same transaction?

The facts are guarded by triggers, and each door through which people, files and systems change them is walked here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection, transaction

from alignment.people.persons import change_person
from alignment.programs.campaigns import edit_campaign
from alignment.programs.models import Campaign
from kpis.recompute import recompute_everything
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.definitions.models import Evaluation, FieldsPast, ToQualify
from leads.imports.models import Import
from leads.lifecycle.changes import NewValue, move_stage, record_values, void_changes
from leads.lifecycle.history import HistoryRow, record_history
from leads.lifecycle.models import StageChange
from leads.privacy.consents import NewConsent, record_consents
from leads.privacy.removal import erase, undo_import
from leads.records.company_edits import edit_company
from leads.records.edits import edit_lead, mark_as_test, undo_edit
from leads.records.models import Company, Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests import world
from tests.leads.definitions.qualifying import a_lead_at, agreed, saw, viewed, work_until
from tests.world import NOW, Cast, day

pytestmark = pytest.mark.django_db
LATER = day(400)


@pytest.fixture
def cast(db: None) -> Cast:
    return world.cast()


def waiting() -> set[int]:
    """The ids of those who wait."""
    return set(ToQualify.objects.values_list("lead_id", flat=True))


Writer = Callable[[Cast, Lead], object]


def restated(**fields: object) -> Writer:
    """The same lead again, in a row that says something new."""
    row = {"system": "test", "external_id": "1", **fields}
    return lambda cast, lead: upsert_leads([LeadRow(**row)], now=LATER, actor_id=None)  # type: ignore[arg-type]


def edited(**fields: object) -> Writer:
    return lambda cast, lead: edit_lead(lead, fields, actor=cast.marketer, now=LATER)


def edited_and_undone(cast: Cast, lead: Lead) -> object:
    edit = edit_lead(lead, {"title": "Boss"}, actor=cast.marketer, now=LATER)
    ToQualify.objects.all().delete()
    assert edit is not None
    return undo_edit(edit, actor=cast.marketer, now=LATER)


def of_the_company(**fields: object) -> Writer:
    return lambda cast, lead: edit_company(Company.objects.get(leads=lead), fields, now=LATER)


def learnt_domain(cast: Cast, lead: Lead) -> object:
    """Another lead's mail tells the domain of the company."""
    row = LeadRow(system="test", external_id="2", email="two@firm.example", company="Firm")
    return upsert_leads([row], now=LATER, actor_id=None)


def consented(cast: Cast, lead: Lead) -> object:
    return record_consents([NewConsent(lead.pk, "marketing", "granted", day(1))], now=LATER, actor_id=None)


def taken_back(cast: Cast, lead: Lead) -> object:
    move_stage(lead, "sal", actor=cast.salesperson, now=LATER)
    ToQualify.objects.all().delete()
    return void_changes([StageChange.objects.order_by("-id")[0].pk], reason="Not yet", now=LATER)


def won_a_deal(cast: Cast, lead: Lead) -> object:
    return save_deals([DealRow(lead_id=lead.pk, opened_at=day(2))], now=LATER, actor_id=None)


def history_came(cast: Cast, lead: Lead) -> object:
    row = HistoryRow(system="test", lead_external_id="1", stage="recycled", at=day(3))
    return record_history([row], now=LATER, actor_id=None)


def renamed_campaign(cast: Cast, lead: Lead) -> object:
    return edit_campaign(Campaign.objects.get(), {"name": "Autumn"})


def value_logged(field: str, text: str | None = None, ref: int | None = None) -> Writer:
    return lambda cast, lead: record_values([NewValue(lead.pk, field, day(2), text=text, ref=ref)], recorded_at=LATER)


WRITERS: dict[str, Writer] = {
    "a row with another country": restated(country="FR"),
    "a row with an attribute": restated(attributes={"plan": "gold"}),
    "a row with an address": restated(email="one@firm.example"),
    "a row with a telephone": restated(phone="+49 30 901820"),
    "a row with another company": restated(company="Other"),
    "a row with a campaign": restated(campaign="Winter"),
    "a row with a segment": restated(segment="Large"),
    "a row with a consent": restated(consents={"marketing": "refused"}),
    "an edit of the title": edited(title="Head"),
    "an edit of the campaign": edited(campaign="Winter"),
    "an edit of the territory": edited(territory="North"),
    "an edit of the company": edited(company="Other"),
    "an edit taken back": edited_and_undone,
    "a company's size": of_the_company(employees=80),
    "a company's attribute": of_the_company(attributes={"tier": 1}),
    "a company's domain, learnt": learnt_domain,
    "a campaign's name": renamed_campaign,
    "a segment logged": value_logged("segment", "Small"),
    "a page view": lambda cast, lead: saw(lead, 5),
    "a bounce": lambda cast, lead: saw(lead, 5, kind="email_bounce"),
    "an unsubscribe": lambda cast, lead: saw(lead, 5, kind="unsubscribe"),
    "a consent": consented,
    "a mark as test": lambda cast, lead: mark_as_test(lead, actor=cast.operator, now=LATER),
    "an erasure": lambda cast, lead: erase(lead, now=LATER, actor_id=None),
    "a move by hand": lambda cast, lead: move_stage(lead, "mql", actor=cast.marketer, now=LATER),
    "a move taken back": taken_back,
    "a deal": won_a_deal,
    "a history": history_came,
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS.keys())
def test_every_writer_makes_the_leads_concerned_wait(cast: Cast, write: Writer) -> None:
    lead = a_lead_at("1", 0, country="DE", company="Firm", campaign="Spring")
    other = a_lead_at("other", 0)
    assert waiting() == {lead.pk, other.pk}
    work_until(399)
    assert waiting() == set()
    write(cast, lead)
    assert lead.pk in waiting()
    assert other.pk not in waiting()


def test_an_import_taken_out_makes_the_leads_that_it_changed_wait(cast: Cast) -> None:
    lead = a_lead_at("1", 0)
    import_ = Import.objects.create(kind="leads", file="f", state="done", created_at=NOW, profile={}, decisions={})
    row = LeadRow(system="test", external_id="1", country="FR", title="Boss", consents={"marketing": "refused"})
    upsert_leads([row], now=day(300), actor_id=None, import_id=import_.pk)
    work_until(399)
    undo_import(import_, now=LATER, actor_id=None)
    assert waiting() == {lead.pk}


QUIET: dict[str, Writer] = {
    "the same row": restated(country="DE"),
    "a name": edited(first_name="Ann"),
    "another owner": lambda cast, lead: edit_lead(lead, {"owner": cast.salesperson.pk}, actor=cast.marketer, now=LATER),
    "a person who left": lambda cast, lead: change_person(cast.salesperson, now=LATER, active=False),
}


@pytest.mark.parametrize("write", QUIET.values(), ids=QUIET.keys())
def test_what_no_definition_asks_about_makes_nobody_wait(cast: Cast, write: Writer) -> None:
    lead = a_lead_at("1", 0, country="DE")
    work_until(399)
    write(cast, lead)
    assert (waiting(), FieldsPast.objects.count()) == (set(), 0)


def test_a_full_recompute_judges_nobody_anew(cast: Cast) -> None:
    agreed(cast, "mql", viewed(), day(0))
    a_lead_at("1", 0)
    work_until(399)
    recompute_everything(now=LATER)
    assert Evaluation.objects.get().through == day(399)


def test_a_change_that_is_rolled_back_makes_nobody_wait(cast: Cast) -> None:
    lead = a_lead_at("1", 0)
    work_until(399)
    with transaction.atomic():
        edit_lead(lead, {"country": "FR"}, actor=cast.marketer, now=LATER)
        transaction.set_rollback(True)
    assert (waiting(), FieldsPast.objects.count()) == (set(), 0)


def past() -> list[tuple[datetime, object]]:
    return [(row.until, row.values["country"]) for row in FieldsPast.objects.order_by("until")]


def test_what_fields_held_is_kept_from_the_instant_at_which_a_change_was_recorded(cast: Cast) -> None:
    lead = a_lead_at("1", 0, country="DE", email="one@firm.example")
    edit_lead(lead, {"country": "FR"}, actor=cast.marketer, now=day(5))
    edit_lead(lead, {"country": "IT", "title": "Boss"}, actor=cast.marketer, now=day(5))
    edit_lead(lead, {"country": None}, actor=cast.marketer, now=day(7))
    assert past() == [(day(5), "DE"), (day(7), "IT")]
    assert {row.values["email"] for row in FieldsPast.objects.all()} == {"known"}
    Company.objects.create(name="x", normal_name="x")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE leads_lead SET version = version + 1")
    assert len(past()) == 2


def test_erasure_leaves_nothing_of_what_fields_held(cast: Cast) -> None:
    lead = a_lead_at("1", 0, country="DE", title="Boss")
    edit_lead(lead, {"country": "FR"}, actor=cast.marketer, now=day(5))
    erase(lead, now=day(6), actor_id=None)
    assert FieldsPast.objects.count() == 0
