"""What people write about a lead: kept, changed, taken back, and put back again."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from alignment.clock import now
from alignment.ui.drafts import kept
from alignment.ui.undo import say_done
from leads.pages.access import Signed, visible_lead, writing
from leads.pages.lead_forms import NoteForm
from leads.pages.saying import back_to, refusing, say_errors
from leads.records.models import Note
from leads.records.notes import add_note, delete_note, edit_note, restore_note


def _note(request: Signed, lead_id: int, note_id: int) -> Note:
    visible_lead(request, lead_id)
    return get_object_or_404(Note.objects.select_related("author"), pk=note_id, lead=lead_id)


@writing
@refusing
def add(request: Signed, lead_id: int) -> HttpResponse:
    """Keep a note; a draft that is sent twice is kept once."""
    lead = visible_lead(request, lead_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return say_errors(request, form, lead_id)
    note = add_note(
        lead, form.cleaned_data["body"], author=request.user, now=now(), client_key=form.cleaned_data["draft"] or None
    )
    say_done(request, "Note kept.", reverse("note-delete", args=[lead_id, note.pk]))
    return kept(request, reverse("lead", args=[lead_id]))


@writing
@refusing
def edit(request: Signed, lead_id: int, note_id: int) -> HttpResponse:
    """Change one's own note."""
    note = _note(request, lead_id, note_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return say_errors(request, form, lead_id)
    edit_note(note, form.cleaned_data["body"], actor=request.user, now=now())
    say_done(request, "Note changed.")
    return back_to(lead_id)


@writing
@refusing
def delete(request: Signed, lead_id: int, note_id: int) -> HttpResponse:
    """Take a note back."""
    note = _note(request, lead_id, note_id)
    delete_note(note, actor=request.user, now=now())
    say_done(request, "Note taken back.", reverse("note-restore", args=[lead_id, note.pk]))
    return back_to(lead_id)


@writing
@refusing
def restore(request: Signed, lead_id: int, note_id: int) -> HttpResponse:
    """Put a note back that was taken back."""
    restore_note(_note(request, lead_id, note_id), actor=request.user)
    say_done(request, "The note is back.")
    return back_to(lead_id)
