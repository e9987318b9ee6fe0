"""One-button changes of people: in or out, another invitation, and undo. Each answers by going back with a message."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from alignment.clock import now
from alignment.people.invitations import resend_invitation
from alignment.people.models import User
from alignment.people.pages.access import operators_only
from alignment.people.pages.mail import sent_to
from alignment.people.pages.undo import take_back, undo_of_standing
from alignment.people.roles import set_active
from alignment.refusals import Refused
from alignment.ui.undo import say_done


@require_POST
@operators_only
def deactivate(request: HttpRequest, operator: User, person_id: int) -> HttpResponse:
    """Close somebody's sign-in and keys; their history stays."""
    return _switch(request, operator, person_id, active=False)


@require_POST
@operators_only
def activate(request: HttpRequest, operator: User, person_id: int) -> HttpResponse:
    """Let somebody in again."""
    return _switch(request, operator, person_id, active=True)


@require_POST
@operators_only
def resend(request: HttpRequest, operator: User, person_id: int) -> HttpResponse:
    """Mail the invitation again, or for the first time to who was only named in an import."""
    person = get_object_or_404(User, pk=person_id)
    try:
        resend_invitation(person, now=now(), invited_by=operator)
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        say_done(request, f"{person} is invited. {sent_to(person.email or '')}")
    return redirect("people:person", person.pk)


@require_POST
@operators_only
def undo(request: HttpRequest, operator: User, token: str) -> HttpResponse:
    """Take the last change back, unless somebody changed the same since."""
    try:
        messages.success(request, take_back(token, now=now()))
    except Refused as refused:
        messages.error(request, refused.detail)
    return redirect("people:people")


def _switch(request: HttpRequest, operator: User, person_id: int, *, active: bool) -> HttpResponse:
    person = get_object_or_404(User, pk=person_id)
    try:
        before, after = set_active(person, active, now=now(), by=operator)
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        done = "is in again" if active else "is deactivated: sign-in and API keys no longer work"
        say_done(request, f"{person} {done}.", undo_of_standing(person, before, after))
    return redirect("people:person", person.pk)
