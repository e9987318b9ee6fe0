"""Do two systems' ids of one person come together by the e-mail address, and apart again?"""

from __future__ import annotations

import pytest

from alignment.refusals import Refused
from kpis.verify.run import verify
from leads.imports.profiles.fields import read_profile
from leads.models import Activity, Lead
from tests.leads.imports.bringing import bring, counts
from tests.leads.imports.kinds.filing import everything, undo
from tests.leads.imports.vendors.workspace import NOW, profile

pytestmark = pytest.mark.django_db

LEADS = """LEADID,Last Name,Company,Lead Owner,Email,Mobile,Website,Industry,Lead Source,Lead Status,Created Time,CONVERTED
1,Lee,Firm,Sue,lee@firm.example,,,,Web,Contacted,"15 Apr, 2021 00:03:00",Yes
2,Ray,Firm,Sue,ray@firm.example,,,,Web,Contacted,"16 Apr, 2021 00:03:00",No
"""
CONTACTS = """CONTACTID,Last Name,Contact Owner,Account Id,Email,Lead Source,Mobile,Created Time
2,Lee,Tom,,LEE@firm.example,Partner,,"17 Apr, 2021 00:03:00"
3,New,Tom,,new@firm.example,Partner,,"17 Apr, 2021 00:03:00"
"""
CALLS = """TASKID,Call Start Time,Call Duration (in seconds),Call Owner,Subject,Call Type,Call Purpose,Billable,CONTACTID,ACCOUNTID,\
POTENTIALID,LEADID
1,2021-04-18 10:00:00,60,Sue,to the lead,Outbound,Demo,No,,,,2
2,2021-04-18 11:00:00,60,Sue,to the contact,Inbound,Demo,No,2,,,
3,2021-04-18 12:00:00,60,Sue,to nobody,Inbound,Demo,No,,,7,
"""


@pytest.fixture(autouse=True)
def here() -> None:
    assert counts(bring("leads", LEADS, profile("zoho-leads"), now=NOW)) == ("done", 2, 2, 0, 0, 0)


def test_a_contact_joins_the_lead_with_its_address() -> None:
    contacts = bring("leads", CONTACTS, profile("zoho-contacts"), now=NOW)
    assert counts(contacts) == ("done", 2, 1, 1, 0, 0)
    assert list(Lead.objects.order_by("id").values_list("last_name", "owner__name", "source")) == [
        ("Lee", "Tom", "Web"),
        ("Ray", "Sue", "Web"),
        ("New", "Tom", "Partner"),
    ]
    assert counts(bring("leads", CONTACTS, profile("zoho-contacts"), now=NOW)) == ("done", 2, 0, 0, 2, 0)


@pytest.mark.parametrize("chunk_rows", [1, 100])
def test_an_undo_takes_the_further_names_back(chunk_rows: int) -> None:
    before = everything()
    contacts = bring("leads", CONTACTS, profile("zoho-contacts"), now=NOW, chunk_rows=chunk_rows)
    assert undo(contacts["id"]).spared == []
    assert everything() == before


def test_calls_go_to_the_contact_and_not_to_the_lead_with_its_number() -> None:
    bring("leads", CONTACTS, profile("zoho-contacts"), now=NOW)
    calls = bring("activities", CALLS, profile("zoho-calls"), now=NOW)
    assert counts(calls) == ("done", 3, 2, 0, 0, 1)
    assert set(Activity.objects.values_list("subject", "lead__last_name", "kind")) == {
        ("to the lead", "Ray", "call"),
        ("to the contact", "Lee", "call_inbound"),
    }
    assert verify().differences == 0


def test_other_kinds_are_not_found_by_their_address_first() -> None:
    with pytest.raises(Refused) as refused:
        read_profile("deals", {"identity": "email", "fields": {"external_id": "key"}})
    assert [(error.field, error.code) for error in refused.value.errors] == [("identity", "not_for_this_kind")]
