"""How long is a file kept that somebody is mapping, and what becomes of it when a person in it is erased?"""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from alignment.alone import alone
from alignment.clock import now
from alignment.refusals import Refused
from leads.imports.kinds import KINDS
from leads.imports.mapping import drafting, dropping
from leads.imports.mapping.drafts import ImportDraft
from leads.imports.mapping.studying import BLOCK_ROWS
from leads.imports.models import Import
from leads.imports.uploads import path_of
from leads.privacy import tasks
from leads.privacy.removal import erase
from tests.leads.imports.bringing import LEADS, start
from tests.world import NOW, Cast, a_lead

pytestmark = pytest.mark.django_db

CONTENT = "key,mail,from\na,ada@ferrous.example,web\nb,bo@ferrous.example,fair\n"


def drafted(people: Cast, content: str = CONTENT, name: str = "people.csv") -> ImportDraft:
    return drafting.start_draft(
        file=io.BytesIO(content.encode()), file_name=name, kind="", named=None, now=now(), actor=people.marketer
    )


def test_a_draft_and_its_copy_go_two_weeks_after_the_last_touch(
    people: Cast, django_capture_on_commit_callbacks: type
) -> None:
    old, young = drafted(people), drafted(people, CONTENT.replace("Ada", "Eve"), "young.csv")
    shared = drafted(people, CONTENT + "c,cy@ferrous.example,web\n", "old.csv")
    ImportDraft.objects.filter(pk__in=(old.pk, shared.pk)).update(touched_at=now() - timedelta(days=14, seconds=1))
    ImportDraft.objects.filter(pk=young.pk).update(touched_at=now() - timedelta(days=13, hours=23))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.tidy()
    assert list(ImportDraft.objects.values_list("pk", flat=True)) == [young.pk]
    assert path_of(young.file).is_file(), "the same file, of a draft that is still there"
    assert not path_of(shared.file).exists()


def test_a_copy_that_an_import_needs_stays_when_its_draft_goes(
    people: Cast, django_capture_on_commit_callbacks: type
) -> None:
    draft = drafted(people)
    start("leads", CONTENT, {**LEADS, "fields": {"email": "mail"}})
    with django_capture_on_commit_callbacks(execute=True):
        dropping.drop_drafts([draft.pk])
    assert path_of(draft.file).is_file()
    assert not ImportDraft.objects.exists()


def test_an_erasure_takes_drafts_with_it_that_speak_of_the_person(
    people: Cast, django_capture_on_commit_callbacks: type
) -> None:
    speaks = drafted(people)
    silent = drafted(people, "key,mail\nz,zoe@zinc.example\n", "silent.csv")
    lead = a_lead(email="ada@ferrous.example", full_name="Ada Lovelace")
    with django_capture_on_commit_callbacks(execute=True):
        erase(lead, now=NOW, actor_id=people.operator.pk)
    assert list(ImportDraft.objects.values_list("pk", flat=True)) == [silent.pk]
    assert not path_of(speaks.file).exists()


def test_the_rest_of_a_big_file_is_counted_later(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting._study, "__defaults__", (20, lambda: True))
    draft = drafted(
        people, "mail,from\n" + "".join(f"m{n}@ferrous.example,{'web' if n < 30 else 'fair'}\n" for n in range(50))
    )
    assert (draft.study["rows"], draft.study["whole"]) == (20, False)
    drafting.count_all(draft.pk)
    draft.refresh_from_db()
    assert (draft.study["rows"], draft.study["whole"]) == (50, True)
    assert draft.study["columns"][1]["values"] == [["web", 30], ["fair", 20]]


def test_counting_ends_where_the_draft_is_gone_or_it_takes_too_long_and_one_file_is_counted_at_a_time(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting._study, "__defaults__", (20, lambda: True))
    draft = drafted(people, "mail\n" + "".join(f"m{n}@ferrous.example\n" for n in range(3 * BLOCK_ROWS)))
    clock = iter((0.0, 1.0, 61.0))
    drafting.count_all(draft.pk, seconds=lambda: next(clock))
    draft.refresh_from_db()
    assert (draft.study["rows"], draft.study["whole"], draft.study["given_up"]) == (2 * BLOCK_ROWS, False, True)

    def gone() -> float:
        ImportDraft.objects.filter(pk=draft.pk).delete()
        return 0.0

    drafting.count_all(draft.pk, seconds=gone)
    assert not ImportDraft.objects.exists()

    def at_once() -> bool:
        try:
            return drafting.count_all(draft.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with alone(drafting.COUNTING) as mine:
            assert mine
            assert not other.submit(at_once).result()
        assert other.submit(at_once).result()


def test_a_file_that_is_gone_is_told(people: Cast) -> None:
    draft = drafted(people)
    path_of(draft.file).unlink()
    with pytest.raises(Refused, match="The copy of the file is gone"):
        drafting.check(draft.pk, now=now(), actor=people.marketer)
    drafting.count_all(draft.pk)
    assert not Import.objects.exists()


def test_who_may_not_import_maps_nothing(people: Cast) -> None:
    for person in (people.partner, people.outsider, people.manager):
        with pytest.raises(Refused) as refused:
            drafting.start_draft(
                file=io.BytesIO(CONTENT.encode()), file_name="x.csv", kind="", named=None, now=now(), actor=person
            )
        assert refused.value.code == "not_allowed"
    assert not ImportDraft.objects.exists()


def test_the_best_profile_of_the_likeliest_kind_begins_the_mapping_of_a_vendors_export(people: Cast) -> None:
    columns = (
        "Id,IsDeleted,LastName,FirstName,Company,Email,Phone,Country,Status,LeadSource,OwnerId,CreatedDate,Title,Odd__c"
    )
    row = "00Q1,,Lovelace,Ada,Ferrous,ada@ferrous.example,1234567,US,New,Web,005E,2024-01-22T20:36:47.000+0000,CEO,x"
    draft = drafted(people, f"{columns}\n{row}\n", "Lead.csv")
    assert (draft.kind, draft.basis["whose"]) == ("leads", "Salesforce's export")
    assert draft.profile["system"] == "salesforce"
    assert draft.basis["why"]["email"] == "as in Salesforce's export"
    assert draft.profile["fields"]["attributes.Odd__c"] == "Odd__c", "what the profile does not know is kept"
    assert draft.profile_name == "", "it is not that profile as it is"


def test_names_that_we_know_answer_what_the_file_alone_leaves_open(people: Cast) -> None:
    draft = drafted(people, "Vorname,Nachname,Firma\nAda,Lovelace,Ferrous\nBo,Ek,Zinc\n")
    assert draft.study["question"] is None
    assert set(draft.profile["fields"]) == {"first_name", "last_name", "company"}


REAL = {
    "zoho-crm-sample/Potentials.csv": ("deals", "zoho-potentials"),
    "zoho-crm-sample/Users.csv": ("users", "zoho-users"),
    "hubspot-sample/hubspot_companies.csv": ("companies", "hubspot-companies"),
    "salesforce-sample-org/CampaignMember.csv": ("activities", "salesforce-campaign-members"),
    "mautic-fixtures/fakeleaddata.csv": ("leads", "mautic-contacts"),
    "mautic-fixtures/10contacts.csv": ("leads", ""),
    "maven-crm-opportunities/sales_teams.csv": ("users", "maven-teams"),
    "helpdesk-log/helpdesk.derived.csv": ("stages", ""),
    "facebook-ads-kag/KAG_conversion_data.csv": ("spend", ""),
}


@pytest.mark.parametrize("file", REAL)
def test_real_exports_are_recognised_or_proposed_column_by_column(people: Cast, real_data: Path, file: str) -> None:
    with (real_data / file).open("rb") as stream:
        draft = drafting.start_draft(
            file=stream, file_name=file.split("/")[1], kind="", named=None, now=now(), actor=people.marketer
        )
    assert (draft.kind, draft.profile_name) == REAL[file]
    assert draft.study["question"] is None
    needed = KINDS[draft.kind].needs_one_of
    assert all(set(group) & set(draft.profile["fields"]) for group in needed), "nothing is left to say"
