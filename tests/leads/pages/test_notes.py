"""Notes: kept, changed, taken back, put back, and a draft that is sent twice is one."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from alignment.people.models import User
from leads.records.models import Note
from tests.leads.pages.reading import text_of, undo_of
from tests.world import Cast, a_lead

Browse = Callable[[User], Client]


def test_a_note_calls_a_colleague_and_is_taken_back_and_put_back(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    browser = browse(people.salesperson)
    kept = browser.post(f"/leads/{lead.pk}/notes/", {"body": "Ask @marketer@test.example first"}, follow=True)
    assert "Note kept." in text_of(kept)
    note = Note.objects.get()
    assert (note.author, note.mentions) == (people.salesperson, [people.marketer.pk])
    gone = browser.post(undo_of(kept), follow=True)
    assert "Ask @" not in text_of(gone)
    back = browser.post(undo_of(gone), follow=True)
    assert "The note is back." in text_of(back)
    assert "Ask @Marketer first" in text_of(back)


def test_a_draft_that_is_sent_twice_is_one_note_and_says_that_it_is_kept(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    browser = browse(people.salesperson)
    for _ in range(2):
        answer = browser.post(
            f"/leads/{lead.pk}/notes/", {"body": "Called", "draft": "one-draft"}, headers={"X-Draft": "1"}
        )
        assert (answer.status_code, answer.headers["X-Draft-Kept"]) == (204, f"/leads/{lead.pk}/")
    assert Note.objects.count() == 1
    lost = Client().post(f"/leads/{lead.pk}/notes/", {"body": "Called", "draft": "other"}, headers={"X-Draft": "1"})
    assert "X-Draft-Kept" not in lost.headers, "who is signed out keeps the draft"


def test_only_its_author_changes_a_note_and_an_operator_may_take_it_back(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    browse(people.salesperson).post(f"/leads/{lead.pk}/notes/", {"body": "Mine"})
    note = Note.objects.get()
    browse(people.marketer).post(f"/leads/{lead.pk}/notes/{note.pk}/", {"body": "Yours"})
    browse(people.marketer).post(f"/leads/{lead.pk}/notes/{note.pk}/delete/")
    note.refresh_from_db()
    assert (note.body, note.deleted_at) == ("Mine", None)
    browse(people.salesperson).post(f"/leads/{lead.pk}/notes/{note.pk}/", {"body": "Mine, changed"})
    browse(people.operator).post(f"/leads/{lead.pk}/notes/{note.pk}/delete/")
    note.refresh_from_db()
    assert note.body == "Mine, changed"
    assert note.deleted_at is not None


def test_a_note_belongs_to_its_lead(people: Cast, browse: Browse) -> None:
    one, other = a_lead("1"), a_lead("2")
    browser = browse(people.salesperson)
    browser.post(f"/leads/{one.pk}/notes/", {"body": "Mine"})
    note = Note.objects.get()
    assert browser.post(f"/leads/{other.pk}/notes/{note.pk}/delete/").status_code == 404


def test_an_empty_note_is_none(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    assert "Note:" in text_of(browse(people.salesperson).post(f"/leads/{lead.pk}/notes/", {"body": "  "}, follow=True))
    assert not Note.objects.exists()
