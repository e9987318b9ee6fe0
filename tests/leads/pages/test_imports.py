"""The import pages: a file is checked, brought in, corrected, undone, and nobody's business but theirs who may import."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from alignment.people.models import User
from leads.imports import tasks
from leads.imports.models import Import
from leads.imports.running import run_import
from leads.records.models import Lead
from leads.selectors.imports import PAGE, profile_by_names
from tests.leads.pages.reading import next_of, text_of
from tests.world import Cast

Browse = Callable[[User], Client]

GOOD_AND_BAD = (
    "E-Mail,First name,Created at,Shoe size\n"
    "ada@ferrous.example,Ada,2024-01-02,38\n"
    "no address,Bo,2024-01-03,44\n"
)  # fmt: skip


class Queue:
    """Stands where the broker would: keeps what was sent, and works it off when asked."""

    def __init__(self) -> None:
        self.waiting: list[int] = []

    def work(self) -> None:
        while self.waiting:
            run_import(self.waiting.pop(0))


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Queue:
    found = Queue()
    monkeypatch.setattr(tasks.run_import, "delay", found.waiting.append)
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    return found


def bring(browser: Client, text: str, **given: str) -> str:
    """Bring a file; the address of its import."""
    form = {"kind": "leads", "profile": "by-names", "how": "import"} | given
    answer = browser.post("/import/", {**form, "file": SimpleUploadedFile("people.csv", text.encode())})
    assert answer.status_code == 302, text_of(answer)
    return answer["Location"]


@pytest.mark.django_db(transaction=True)
def test_a_file_is_checked_then_brought_in_then_undone(people: Cast, browse: Browse, queue: Queue) -> None:
    browser = browse(people.marketer)
    address = bring(browser, GOOD_AND_BAD, how="check")
    assert 'hx-trigger="every 1s"' in browser.get(address).content.decode(), "the page follows the work"
    queue.work()
    page = browser.get(address)
    assert 'hx-trigger="every 1s"' not in page.content.decode()
    text = text_of(page)
    for said in (
        "Would be new 1",
        "Set aside 1",
        "no address",
        "column “E-Mail”",
        "attributes.Shoe size",
        "year first",
        "Import it now",
    ):
        assert said in text, said
    assert not Lead.objects.exists()
    brought = browser.post(f"{address}for-real/")["Location"]
    queue.work()
    assert "See these leads" in text_of(browser.get(brought))
    lead = Lead.objects.get()
    assert (lead.email, lead.first_name, lead.attributes) == ("ada@ferrous.example", "Ada", {"Shoe size": "38"})
    number = Import.objects.latest("pk").pk
    assert f'href="/leads/{lead.pk}/"' in browser.get(f"/leads/?import={number}").content.decode()
    assert "is taken out again" in text_of(browser.post(f"{brought}undo/", follow=True))
    assert not Lead.objects.exists()
    assert "was undone already" in text_of(browser.post(f"{brought}undo/", follow=True))


@pytest.mark.django_db(transaction=True)
def test_what_was_set_aside_can_be_had_as_a_file(people: Cast, browse: Browse, queue: Queue) -> None:
    browser = browse(people.marketer)
    address = bring(browser, GOOD_AND_BAD)
    queue.work()
    answer = browser.get(f"{address}errors.csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "line,column,value,code,reason,E-Mail,First name,Created at,Shoe size"
    assert lines[1].endswith("no address,Bo,2024-01-03,44")
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.django_db(transaction=True)
def test_a_question_is_answered_by_a_button_and_the_import_goes_on(people: Cast, browse: Browse, queue: Queue) -> None:
    browser = browse(people.marketer)
    address = bring(browser, "email,created_at\na@b.example,03/04/2024\n")
    queue.work()
    page = browser.get(address)
    for said in ("One thing the file does not say", "“03/04/2024” is 3 April 2024", "“03/04/2024” is 4 March 2024"):
        assert said in text_of(page), said
    assert "none of" in text_of(browser.post(f"{address}answer/", {"answer": "iso"}, follow=True))
    browser.post(f"{address}answer/", {"answer": "day-first", "field": "created_at"})
    queue.work()
    assert Lead.objects.get().created_at.isoformat() == "2024-04-03T00:00:00+00:00"
    assert "are in already" in text_of(
        browser.post(f"{address}answer/", {"answer": "month-first", "field": "created_at"}, follow=True)
    )


@pytest.mark.django_db(transaction=True)
def test_after_a_check_an_answer_may_be_changed_and_holds_for_the_import(
    people: Cast, browse: Browse, queue: Queue
) -> None:
    browser = browse(people.marketer)
    address = bring(browser, "email,created_at\na@b.example,03/04/2024\n", how="check")
    queue.work()
    browser.post(f"{address}answer/", {"answer": "day-first"})
    queue.work()
    assert "What you said about the file" in text_of(browser.get(address))
    browser.post(f"{address}answer/", {"answer": "month-first", "field": "created_at"})
    queue.work()
    browser.post(f"{address}for-real/")
    queue.work()
    assert Lead.objects.get().created_at.isoformat() == "2024-03-04T00:00:00+00:00"


@pytest.mark.django_db(transaction=True)
def test_only_a_check_that_is_through_is_brought_in(people: Cast, browse: Browse, queue: Queue) -> None:
    browser = browse(people.marketer)
    checked, brought = bring(browser, GOOD_AND_BAD, how="check"), bring(browser, GOOD_AND_BAD)
    assert browser.post(f"{checked}for-real/").status_code == 404
    queue.work()
    assert browser.post(f"{brought}for-real/").status_code == 404
    assert Import.objects.count() == 2
    assert browser.post(f"{checked}for-real/").status_code == 302


def test_an_import_that_one_may_not_see_fills_in_nothing(people: Cast, browse: Browse) -> None:
    for again in ("999", "x", "9" * 30):
        assert browse(people.marketer).get(f"/import/?again={again}&say=iso").context["form"]["pasted"].value() is None


@pytest.mark.django_db(transaction=True)
def test_an_import_is_stopped_by_a_button_and_the_next_begins(people: Cast, browse: Browse, queue: Queue) -> None:
    browser = browse(people.marketer)
    address, following = bring(browser, GOOD_AND_BAD), bring(browser, GOOD_AND_BAD.replace("ada@", "eve@"))
    queue.waiting.clear()
    assert "Stop Nothing of it is in yet. You may let it go on later." in text_of(browser.get(address))
    assert browse(people.partner).post(f"{address}stop/").status_code == 404
    page = browser.post(f"{address}stop/", follow=True)
    assert f"Stopped by {people.marketer} at" in text_of(page)
    assert "Go on where it stopped" in text_of(page)
    assert queue.waiting == [int(following.strip("/").split("/")[-1])]
    assert "nothing to stop" in text_of(browser.post(f"{address}stop/", follow=True))


@pytest.mark.django_db(transaction=True)
def test_an_import_that_stopped_goes_on(people: Cast, browse: Browse, queue: Queue) -> None:
    browser = browse(people.marketer)
    address = bring(browser, GOOD_AND_BAD)
    queue.waiting.clear()
    Import.objects.update(state="failed", problem={"code": "unexpected", "detail": "The worker died."})
    assert "The worker died." in text_of(browser.get(address))
    browser.post(f"{address}resume/")
    queue.work()
    assert Import.objects.get().state == "done"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": "Colour,Size\nred,1\n"}, "None of the columns is named like a field"),
        ({"text": GOOD_AND_BAD, "pasted": "no json"}, "The profile is not JSON"),
        (
            {"text": GOOD_AND_BAD, "pasted": '{"fields": {"email": "Mail"}, "nonsense": 1}'},
            "the file has no column “Mail”",
        ),
        (
            {"text": GOOD_AND_BAD, "pasted": '{"fields": {"email": "Mail"}, "nonsense": 1}'},
            "nonsense: this key is not known",
        ),
        ({"text": "kind\ncall\n", "kind": "activities"}, "activities need lead_external_id or email"),
        ({"text": ""}, "empty"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_begun(
    people: Cast, browse: Browse, queue: Queue, given: dict[str, str], said: str
) -> None:
    form = {"kind": "leads", "profile": "by-names", "how": "import"} | given
    upload = SimpleUploadedFile("people.csv", form.pop("text").encode())
    answer = browse(people.marketer).post("/import/", {**form, "file": upload})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Import.objects.exists()


def test_only_those_who_may_import_find_the_pages(people: Cast, browse: Browse) -> None:
    import_ = Import.objects.create(kind="leads", file_name="secret.csv", profile={})
    for user in (people.marketer, people.salesperson, people.operator):
        assert browse(user).get(f"/import/{import_.pk}/").status_code == 200
    reader = browse(people.manager)
    assert "Undo" not in text_of(reader.get(f"/import/{import_.pk}/"))
    assert reader.post(f"/import/{import_.pk}/undo/").status_code in (403, 404)
    for user in (people.partner, people.outsider):
        browser = browse(user)
        for path in ("", f"{import_.pk}/", f"{import_.pk}/errors.csv", "example/leads.csv"):
            assert browser.get(f"/import/{path}").status_code == 404, path
        assert browser.post(f"/import/{import_.pk}/undo/").status_code in (403, 404)
    assert browse(people.marketer).get("/import/999/").status_code == 404


def test_older_files_are_on_further_pages(people: Cast, browse: Browse) -> None:
    for n in range(PAGE + 2):
        Import.objects.create(kind="leads", file_name=f"file-{n}.csv", profile={})
    browser = browse(people.operator)
    first = browser.get("/import/")
    second = browser.get(f"/import/{next_of(first)}")
    text = text_of(first) + text_of(second)
    assert all(text.count(f"file-{n}.csv") == 1 for n in range(PAGE + 2))


def test_columns_are_recognised_however_they_are_written() -> None:
    columns = ["E-mail", "FIRST_NAME", "Created At", "consent.marketing", "attributes.size", "Shoe", "email"]
    assert profile_by_names("leads", columns) == {
        "kind": "leads",
        "fields": {
            "email": "E-mail", "first_name": "FIRST_NAME", "created_at": "Created At",
            "consent.marketing": "consent.marketing", "attributes.size": "attributes.size",
        },
        "rest": "attributes",
    }  # fmt: skip


def test_an_example_file_has_the_columns_and_is_recognised_by_them(people: Cast, browse: Browse) -> None:
    for kind in ("leads", "activities", "stages", "deals", "campaigns", "users", "rates"):
        header = browse(people.marketer).get(f"/import/example/{kind}.csv").content.decode().strip()
        fields = profile_by_names(kind, header.split(","))["fields"]
        assert isinstance(fields, dict)
        assert list(fields) == header.split(",")
    assert browse(people.marketer).get("/import/example/nonsense.csv").status_code == 404
