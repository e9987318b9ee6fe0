"""Which lead does a row mean: of which system, by our own name for it, or by what the person is called?"""

from __future__ import annotations

import pytest
from django.db import connection

from alignment.own_names import own_name
from leads.models import Activity, Deal, Lead, LeadIdentity, StageChange
from leads.privacy.removal import erase
from leads.records.queries import namesakes
from tests.leads.imports.bringing import faults
from tests.leads.imports.kinds.filing import bring_columns, everything, statuses
from tests.world import NOW, a_deal, a_lead, did

pytestmark = pytest.mark.django_db
STRANGE = "00000000-1"


def test_the_system_of_a_row_goes_before_the_profiles() -> None:
    bring_columns("leads", "system,external_id,created_at\ncrm,1,2024-01-01\nerp,1,2024-01-01\n,1,2024-01-01\n")
    assert sorted(LeadIdentity.objects.values_list("system", "key")) == [
        ("crm", "id:1"),
        ("erp", "id:1"),
        ("t", "id:1"),
    ]
    document = bring_columns(
        "deals", "system,external_id,lead_system,lead_external_id,amount\ncrm,d,erp,1,5\nerp,d,,1,6\ncrm,e,xyz,1,7\n"
    )
    assert statuses(document) == (2, 0, 0, 1)
    assert sorted(Deal.objects.values_list("system", "external_id", "lead__system")) == [
        ("crm", "d", "erp"),
        ("erp", "d", "erp"),
    ]


def test_what_was_exported_comes_back_unchanged_by_our_own_names() -> None:
    lead = a_lead(full_name="Ann Lee", attributes={"a": "1"})
    did(lead, "call", 3)
    bring_columns("leads", "external_id,full_name,created_at\nx,Bob,2024-01-01\n")
    deal = a_deal(lead, opened_at=None)
    name, call = own_name(lead.pk), Activity.objects.get()
    change = StageChange.objects.filter(lead=lead).get()
    before = everything()
    files = {
        "leads": f"system,external_id,full_name,attributes.a\nalignment,{name},Ann Lee,1\n",
        "activities": f"system,external_id,lead_system,lead_external_id,kind,at\nalignment,{own_name(call.pk)},,{name},call,"
        f"{call.at.isoformat()}\n",
        "stages": f"system,external_id,lead_external_id,stage,at\nalignment,{own_name(change.pk)},{name},inquiry,"
        f"{change.at.isoformat()}\n",
        "deals": f"system,external_id,lead_external_id,currency,status,amount\nalignment,{own_name(deal.pk)},{name},EUR,open,1000\n",
    }
    for kind, content in files.items():
        assert statuses(bring_columns(kind, content)) == (0, 0, 1, 0), kind
    unsaid = everything()
    unsaid["leads_statement"] = before["leads_statement"]
    assert unsaid == before


def test_a_name_that_another_installation_gave_means_nobody_here() -> None:
    a_lead()
    content = f"system,external_id,created_at\nalignment,{STRANGE},2024-01-01\n"
    assert statuses(bring_columns("leads", content)) == (1, 0, 0, 0)
    assert statuses(bring_columns("leads", content)) == (0, 0, 1, 0)


def test_our_own_name_brings_nobody_back_who_was_erased() -> None:
    lead = a_lead(full_name="Ann Lee", email="ann@example.com")
    erase(lead, now=NOW, actor_id=None)
    name = own_name(lead.pk)
    document = bring_columns(
        "leads", f"system,external_id,full_name,source\nalignment,{name},Ann Lee,web\nalignment,{name},,web\n"
    )
    assert (statuses(document), [code for *_where, code in faults(document)]) == ((0, 0, 1, 1), ["erased"])
    lead.refresh_from_db()
    assert (lead.full_name, lead.erased_at is not None) == (None, True)


def test_an_activity_names_its_lead_by_what_the_person_is_called() -> None:
    bring_columns(
        "leads",
        "system,external_id,full_name,first_name,last_name,created_at\n"
        "t,1,Ann  Lee,,,2024-01-01\nt,2,,Bob,Ode,2024-01-01\nt,3,,Cleo,Ode,2024-01-01\ncrm,4,Ann Lee,,,2024-01-01\n"
        "crm,5,,Dan,Sole,2024-01-01\ncrm,6,Eve Poe,,,2024-01-01\nerp,7,Eve Poe,,,2024-01-01\n",
    )
    document = bring_columns(
        "activities",
        "full_name,first_name,last_name,email,kind,at\n"
        "ann lee,,,,call,2024-02-01\n,BOB,Ode,,call,2024-02-01\nBob Ode,,,,call,2024-02-02\n,,Sole,,call,2024-02-01\n"
        ",,Ode,,call,2024-02-01\nEve Poe,,,,call,2024-02-01\n,Nobody,Here,,call,2024-02-01\n,Bob,,,call,2024-02-01\n",
    )
    assert statuses(document) == (4, 0, 0, 4)
    assert list(Activity.objects.order_by("lead__external_id").values_list("lead__external_id", flat=True)) == [
        "1",
        "2",
        "2",
        "5",
    ]
    assert [(line, column, code) for line, column, _value, code in faults(document)] == [
        (6, "last_name", "ambiguous_lead"), (7, "full_name", "ambiguous_lead"), (8, "last_name", "no_such_lead"),
        (9, None, "missing_value"),
    ]  # fmt: skip
    reasons = [error["reason"] for error in document["errors"]]
    assert "2 leads of those that t knows are called “Ode”" in reasons[0]
    assert "2 leads are called “Eve Poe”" in reasons[1]
    assert statuses(bring_columns("activities", "full_name,kind,at\nann lee,call,2024-02-01\n"))[0] == 1


def test_a_lead_whose_whole_name_says_something_else_is_found_by_either_name_and_once() -> None:
    bring_columns(
        "leads",
        "external_id,full_name,first_name,last_name,created_at\n"
        "1,Dr Ann Lee,Ann,Lee,2024-01-01\n2,Bob Ode,Bob,Ode,2024-01-01\n3,BOB  POE,Bob,Poe,2024-01-01\n",
    )
    named = "full_name,first_name,last_name,kind,at\ndr ann lee,,,call,2024-02-01\n,Ann,Lee,call,2024-02-02\n,,Lee,call,2024-02-03\n"
    named += "Bob Ode,,,call,2024-02-01\nbob poe,,,call,2024-02-01\n,Bob,Poe,call,2024-02-02\n"
    assert statuses(bring_columns("activities", named)) == (6, 0, 0, 0)
    meant = Activity.objects.order_by("id").values_list("lead__external_id", flat=True)
    assert list(meant) == ["1", "1", "1", "2", "3", "3"]


def test_names_are_looked_up_without_reading_every_lead() -> None:
    Lead.objects.bulk_create(
        Lead(full_name=f"Dr P {n}", first_name="P", last_name=str(n), created_at=NOW, recorded_at=NOW)
        for n in range(500)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead")
        cursor.execute("EXPLAIN " + namesakes.FIND, {"rows": "[]", "scope": 0})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan on leads_lead l" not in plan
    for index in ("lead_by_name", "lead_by_other_name", "lead_by_last_name"):
        assert f"{index} " in plan, plan


def test_nobody_who_was_merged_or_erased_is_found_by_name() -> None:
    gone, stays = a_lead("1", full_name="Ann Lee"), a_lead("2", full_name="Ann Lee")
    erase(gone, now=NOW, actor_id=None)
    document = bring_columns("activities", "full_name,kind,at\nAnn Lee,call,2024-02-01\n")
    assert statuses(document) == (1, 0, 0, 0)
    assert list(Activity.objects.values_list("lead_id", flat=True)) == [stays.pk]
    Lead.objects.filter(pk=stays.pk).update(merged_into=gone)
    assert statuses(bring_columns("activities", "full_name,kind,at\nAnn Lee,call,2024-02-02\n")) == (0, 0, 0, 1)
