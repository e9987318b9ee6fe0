"""The mapping page: a file is brought, its columns proposed and changed, checked, and brought in; without a script."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from leads.imports.mapping.drafts import ImportDraft
from leads.imports.models import Import, ImportProfile
from leads.records.models import Lead, LeadIdentity
from tests.leads.imports.mapping.conftest import Bring, Queue
from tests.leads.pages.reading import text_of
from tests.world import Cast, a_lead

pytestmark = pytest.mark.django_db

PEOPLE = (
    "Lead No;E-Mail-Adresse;Vorname;Status;Erstellt am;Schuhgröße\n"
    "K-1;ada@ferrous.example;Ada;Marketing Qualified;31.01.2024;38\n"
    "K-2;bo@ferrous.example;Bo;Closed Won;02.02.2024;44\n"
    "K-3;no address;Cy;Closed Won;03.02.2024;41\n"
)


def controls(desk: Client, draft: ImportDraft) -> dict[str, str]:
    """What the browser would send of the mapping form: every select, text and radio as it stands."""
    page = desk.get(f"/import/drafts/{draft.pk}/").content.decode()
    form = page[page.index('id="mapping"') : page.index('id="keep-title"')]
    found = {}
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body) or re.search(r'<option value="([^"]*)"', body)
        found[unescape(name)] = unescape(chosen.group(1)) if chosen else ""
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r' name="([^"]+)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        picked = ('type="radio"' not in tag and 'type="checkbox"' not in tag) or "checked" in tag
        if name and picked:
            found[unescape(name.group(1))] = unescape(value.group(1)) if value else ""
    return found


def say(desk: Client, draft: ImportDraft, do: str = "show", **changed: str) -> ImportDraft:
    """Change some controls and press a button."""
    answer = desk.post(f"/import/drafts/{draft.pk}/", {**controls(desk, draft), **changed, "do": do})
    assert answer.status_code == 302, text_of(answer)
    return ImportDraft.objects.filter(pk=draft.pk).first() or draft


def fields(draft: ImportDraft) -> dict[str, object]:
    found = draft.profile["fields"]
    assert isinstance(found, dict)
    return found


@pytest.mark.django_db(transaction=True)
def test_a_file_is_proposed_checked_and_brought_in(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring(PEOPLE)
    assert draft.kind == "leads"
    page = text_of(desk.get(f"/import/drafts/{draft.pk}/"))
    for said in (
        "semicolon-separated",
        "3 rows",
        "ada@ferrous.example",
        "E-mail address",
        "31 January 2024",
        "Schuhgröße: 38",
        "Won",
        "set aside",
    ):
        assert said in page, said
    say(desk, draft, "check")
    assert 'hx-trigger="every 1s"' in desk.get(f"/import/drafts/{draft.pk}/check/").content.decode()
    queue.work()
    assert "Import 2 rows" in text_of(desk.get(f"/import/drafts/{draft.pk}/"))
    assert not Lead.objects.exists()
    say(desk, draft, "import")
    queue.work()
    assert sorted(Lead.objects.values_list("external_id", "email", "stage_id", "attributes")) == [
        ("K-1", "ada@ferrous.example", "mql", {"Schuhgröße": "38"}),
        ("K-2", "bo@ferrous.example", "won", {"Schuhgröße": "44"}),
    ]
    assert not ImportDraft.objects.exists()
    assert queue.sent == list(Import.objects.order_by("pk").values_list("pk", flat=True)), "a worker hears of both"


def address(draft: ImportDraft) -> str:
    return f"/import/drafts/{draft.pk}/"


def test_looking_at_the_first_rows_leaves_nothing_behind(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring(PEOPLE)
    desk.get(address(draft))
    assert (Lead.objects.count(), Import.objects.count(), LeadIdentity.objects.count()) == (0, 0, 0)


def test_the_preview_says_what_is_new_changes_and_stays(desk: Client, bring: Bring, queue: Queue, people: Cast) -> None:
    a_lead(email="ada@ferrous.example", first_name="Ada")
    a_lead(email="bo@ferrous.example", first_name="Bob")
    draft = bring("email,first name\nada@ferrous.example,Ada\nbo@ferrous.example,Bo\ncy@ferrous.example,Cy\n")
    found = re.findall(r'<span class="tag[^"]*">([^<]+)</span>', desk.get(address(draft)).content.decode())
    assert found == ["as before", "changes", "new"]


def test_a_date_that_reads_in_two_ways_is_asked_and_the_answer_is_kept(
    desk: Client, bring: Bring, queue: Queue
) -> None:
    draft = bring("email,created\nada@ferrous.example,03/04/2024\n")
    page = text_of(desk.get(address(draft)))
    assert "what is “03/04/2024” (line 2)?" in page
    assert "3 April 2024" in page
    assert "4 March 2024" in page
    assert "Something above is still open" in page
    draft = say(desk, draft, **{"way-created_at": "month-first"})
    assert fields(draft)["created_at"] == {"column": "created", "format": "month-first"}
    assert "4 March 2024, 00:00" in text_of(desk.get(address(draft)))
    assert fields(say(desk, draft, **{"way-created_at": "day-first"}))["created_at"] == {
        "column": "created",
        "format": "day-first",
    }


def test_dates_among_few_dates_are_shown_as_the_import_reads_them(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring(
        "email,created,amount\na@b.example,31.01.2024,x\nb@b.example,open,x\nc@b.example,open,x\nd@b.example,later,x\n"
    )
    draft = say(desk, draft, **{"column-1": "created_at"})
    page = text_of(desk.get(address(draft)))
    assert "31 January 2024, 00:00" in page
    assert page.count("set aside") >= 3
    say(desk, draft, "import")
    queue.work()
    import_ = Import.objects.get()
    assert (import_.created, import_.rejected) == (1, 3)
    assert Lead.objects.get().created_at.date().isoformat() in ("2024-01-30", "2024-01-31")


def test_a_date_among_few_dates_that_reads_in_two_ways_is_asked(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring("email,created\na@b.example,03/04/2024\nb@b.example,open\nc@b.example,open\n")
    page = text_of(desk.get(address(say(desk, draft, **{"column-1": "created_at"}))))
    assert "what is “03/04/2024” (line 2)?" in page


def test_what_is_needed_is_named_with_the_next_step_until_it_is_there(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring("Something,Amount\nx1,12.5\nx2,13.5\n", kind="deals")
    assert "Deals need “Number in the other system”. Choose it below" in text_of(desk.get(address(draft)))
    draft = say(desk, draft, **{"column-0": "external_id"})
    assert "Deals need" not in text_of(desk.get(address(draft)))
    assert fields(draft)["external_id"] == "Something"


def test_a_column_that_is_taken_for_the_stage_gets_its_values_proposed(
    desk: Client, bring: Bring, queue: Queue
) -> None:
    draft = bring("email,Zustand\na@b.example,Closed Won\nc@d.example,Odd\n")
    draft = say(desk, draft, **{"column-1": "stage"})
    assert fields(draft)["stage"] == {"column": "Zustand", "map": {"Closed Won": "won"}}
    page = desk.get(address(draft)).content.decode()
    key = re.search(r'label for="value-([0-9a-f]+)"><span class="break">Odd', page)
    assert key
    draft = say(desk, draft, **{f"value-{key.group(1)}": ":mql"})
    assert fields(draft)["stage"] == {"column": "Zustand", "map": {"Closed Won": "won", "Odd": "mql"}}
    draft = say(desk, draft, **{f"value-{key.group(1)}": ""})
    assert fields(draft)["stage"] == {"column": "Zustand", "map": {"Closed Won": "won", "Odd": None}}


def test_a_value_that_sets_its_row_aside_is_seen_before_it_does(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring("email,stage\na@b.example,Odd\n")
    page = text_of(desk.get(address(draft)))
    assert "1 not known here" in page
    assert "set aside" in page


def test_two_columns_for_one_field_are_told(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring("email,mail two\na@b.example,\n,c@d.example\n")
    draft = say(desk, draft, **{"column-1": "email"})
    assert "comes from email and mail two: the first of them that is not empty" in text_of(desk.get(address(draft)))
    say(desk, draft, "import")
    queue.work()
    assert list(Lead.objects.order_by("email").values_list("email", flat=True)) == ["a@b.example", "c@d.example"]


def test_what_is_the_same_in_every_row_is_said_once(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring("email\na@b.example\n")
    draft = say(desk, draft, **{"new-constant-field": "source", "new-constant": "fair"})
    assert fields(draft)["source"] == {"value": "fair"}
    assert "source" not in fields(say(desk, draft, **{"constant-source": ""}))


def test_the_file_is_read_otherwise_when_somebody_says_so(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring("from the fair\nemail;first name\na@b.example;Ada\nc@d.example;Cy\n")
    answer = desk.post(address(draft), {"do": "layout", "layout-header": "2", "layout-delimiter": ";"})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert set(fields(draft)) == {"email", "first_name"}
    assert "names in line 2" in text_of(desk.get(address(draft)))
    say(desk, draft, "import")
    queue.work()
    assert Lead.objects.count() == 2


def test_another_kind_is_proposed_anew(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring("Name,Budget\nSpring,100\nAutumn,200\n", kind="leads")
    assert set(fields(draft)) == {"full_name", "attributes.Budget"}
    desk.post(address(draft), {"do": "layout", "kind": "campaigns", "profile": "="})
    draft.refresh_from_db()
    assert (draft.kind, set(fields(draft))) == ("campaigns", {"name", "budget"})


def test_a_mapping_is_kept_as_a_profile_and_finds_the_next_file_of_its_shape(
    desk: Client, bring: Bring, queue: Queue
) -> None:
    draft = say(desk, bring("A,B\na@b.example,Ada\n"), **{"column-1": "first_name"})
    say(desk, draft, "keep", profile_name="Fair list")
    kept = ImportProfile.objects.get()
    assert (kept.name, kept.kind, kept.profile["fields"]) == ("Fair list", "leads", {"email": "A", "first_name": "B"})
    again = bring("A,B\nc@d.example,Cy\n")
    assert (again.profile_name, fields(again)) == ("Fair list", {"email": "A", "first_name": "B"})
    assert "Read as the profile “Fair list”" in text_of(desk.get(address(again)))


def test_a_kept_profile_is_replaced_only_if_that_is_said_then_renamed_and_deleted(
    desk: Client, bring: Bring, queue: Queue
) -> None:
    draft = bring("A,B\na@b.example,Ada\n")
    said = controls(desk, draft) | {"do": "keep", "profile_name": "Fair"}
    desk.post(address(draft), said)
    refused = desk.post(address(draft), said)
    assert refused.status_code == 422
    assert "There is a profile named “Fair” already" in text_of(refused)
    assert desk.post(address(draft), {**said, "replace": "on"}).status_code == 302
    kept = ImportProfile.objects.get()
    desk.post(f"/import/profiles/{kept.pk}/", {"do": "rename", "name": "Spring fair"})
    assert ImportProfile.objects.get().name == "Spring fair"
    taken = desk.post(f"/import/profiles/{kept.pk}/", {"do": "rename", "name": "olist-leads"}, follow=True)
    assert "“olist-leads” comes with the product" in text_of(taken)
    desk.post(f"/import/profiles/{kept.pk}/", {"do": "delete"})
    assert not ImportProfile.objects.exists()


def test_json_is_shown_and_may_be_pasted_but_not_garbage(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring("A,B\na@b.example,Ada\n")
    assert "&quot;fields&quot;" in desk.get(address(draft)).content.decode()
    desk.post(
        address(draft),
        {"do": "paste", "pasted": '{"kind": "leads", "fields": {"email": "A", "title": "B", "phone": "C"}}'},
    )
    draft.refresh_from_db()
    assert fields(draft) == {"email": "A", "title": "B"}
    assert "The file lacks C." in text_of(desk.get(address(draft)))
    for garbage in ("no json", "[]", '{"kind": "nonsense"}'):
        assert desk.post(address(draft), {"do": "paste", "pasted": garbage}).status_code == 422
    draft.refresh_from_db()
    assert fields(draft) == {"email": "A", "title": "B"}


def test_what_the_check_asks_is_answered_on_the_page_and_checked_again(
    desk: Client, bring: Bring, queue: Queue
) -> None:
    draft = bring("email,created\na@b.example,03/04/2024\n")
    say(desk, draft, "check")
    queue.work()
    assert "One thing the file does not say" in text_of(desk.get(address(draft)))
    desk.post(address(draft), {**controls(desk, draft), "answered": "day-first"})
    queue.work()
    assert "Import 1 row" in text_of(desk.get(address(draft)))


def test_a_change_after_the_check_asks_for_another_one(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring("email,x\na@b.example,Ada\n")
    say(desk, draft, "check")
    queue.work()
    draft = say(desk, draft, **{"column-1": "first_name"})
    page = text_of(desk.get(address(draft)))
    assert "Something was changed since the file was checked" in page
    assert "Import 1 row" not in page


def test_a_script_gets_the_parts_that_change_and_nothing_else(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring("email,x\na@b.example,Ada\n")
    answer = desk.post(
        address(draft), controls(desk, draft) | {"column-1": "last_name"}, headers={"HX-Request": "true"}
    )
    content = answer.content.decode()
    assert content.count('hx-swap-oob="true"') == 4
    assert "<html" not in content
    assert "Last name" in content
    assert fields(ImportDraft.objects.get())["last_name"] == "x"


def test_a_field_that_nobody_offered_is_not_taken(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = say(desk, bring("email,x\na@b.example,Ada\n"), **{"column-1": "is_admin"})
    assert fields(draft) == {"email": "email"}


def test_drafts_are_listed_shared_by_those_who_import_and_hidden_from_others(
    desk: Client, bring: Bring, queue: Queue, people: Cast
) -> None:
    draft = bring("email\na@b.example\n", name="fair.csv")
    for person, status in ((people.sales_lead, 200), (people.partner, 404), (people.outsider, 404)):
        other = Client()
        other.force_login(person)
        assert other.get(address(draft)).status_code == status, person
        assert other.get("/import/profiles/").status_code == status
        assert other.post(address(draft), {"do": "drop"}).status_code in (302, 404)
        if status == 200:
            assert not ImportDraft.objects.exists(), "a colleague may put it away"
            draft = bring("email\na@b.example\n", name="fair.csv")
    assert ImportDraft.objects.get().file_name == "fair.csv"
    assert "fair.csv" in text_of(desk.get("/import/"))


def test_a_file_that_is_no_table_is_refused_where_it_was_brought(desk: Client, queue: Queue) -> None:
    for content in (b"", b"email,first name\n", b"%PDF-1.7 binary"):
        answer = desk.post(
            "/import/",
            {"kind": "auto", "profile": "proposed", "how": "map", "file": SimpleUploadedFile("x.csv", content)},
        )
        assert answer.status_code == 422, content
    assert not ImportDraft.objects.exists()


def test_values_that_try_to_be_markup_stay_text(desk: Client, bring: Bring, queue: Queue) -> None:
    evil = "<img src=x onerror=alert(1)>"
    draft = bring(f'email,"{evil}",stage\na@b.example,{evil},{evil}\n', name=f"{evil}.csv")
    assert evil not in desk.get(address(draft)).content.decode()
    assert evil in unescape(desk.get(address(draft)).content.decode())


def test_a_time_zone_that_there_is_none_of_is_refused_with_a_script_and_without(
    desk: Client, bring: Bring, queue: Queue
) -> None:
    draft = bring("email\na@b.example\n")
    said = controls(desk, draft) | {"timezone": "Mars/Base"}
    for headers in ({}, {"HX-Request": "true"}):
        assert "“Mars/Base” is no time zone" in text_of(desk.post(address(draft), said, headers=headers))
    draft.refresh_from_db()
    assert "timezone" not in draft.profile


def test_a_workbook_is_mapped_like_any_file(desk: Client, bring: Bring, queue: Queue) -> None:
    book, content = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["E-mail", "Created"])
    book.active.append(["ada@ferrous.example", datetime(2024, 3, 4)])
    book.save(content)
    draft = bring(content.getvalue(), name="people.xlsx")
    page = text_of(desk.get(address(draft)))
    assert "Workbook, sheet “Sheet”" in page
    assert "4 March 2024, 00:00" in page
    say(desk, draft, "import")
    queue.work()
    assert Lead.objects.get().created_at == datetime(2024, 3, 4, tzinfo=UTC)


def test_letters_that_may_be_others_are_asked_and_the_answer_reads_the_file_anew(
    desk: Client, bring: Bring, queue: Queue
) -> None:
    draft = bring("email,name\na@b.example,Łukasz Żółć\nc@d.example,Świątek\n".encode("cp1250"))
    assert "may be “Łukasz” (cp1250) or “£ukasz” (cp1252)" in text_of(desk.get(address(draft)))
    desk.post(address(draft), {"do": "layout", "question": "encoding", "answer": "cp1250"})
    assert "Łukasz Żółć" in text_of(desk.get(address(draft)))
    say(desk, ImportDraft.objects.get(), "import")
    queue.work()
    assert set(Lead.objects.values_list("full_name", flat=True)) == {"Łukasz Żółć", "Świątek"}
