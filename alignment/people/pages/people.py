"""Who works here: the list, the invitation, and the page of one person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from alignment.clock import now
from alignment.people.exports import people_export
from alignment.people.invitations import how_long_links_work, invite
from alignment.people.models import User
from alignment.people.pages.access import operators_only, signed_in
from alignment.people.pages.fields import show_refusal
from alignment.people.pages.forms import ApiKeyForm, InvitationForm, PersonForm
from alignment.people.pages.lists import keys_of, listed_to, people_by_team, state_of
from alignment.people.pages.mail import mail_folder, sent_to
from alignment.people.pages.undo import undo_of_standing
from alignment.people.roles import change_standing
from alignment.refusals import Refused
from alignment.ui.exports import download, is_asked_for
from alignment.ui.undo import say_done


@require_safe
@signed_in
def people_page(request: HttpRequest, person: User) -> HttpResponseBase:
    """Colleagues by team; operators also see how each sign-in stands."""
    if is_asked_for(request):
        return download(request, people_export(listed_to(person), as_of=now()))
    groups = people_by_team(person)
    alone = sum(len(group.people) for group in groups) <= 1
    return render(request, "people/people.html", {"groups": groups, "alone": alone, "runs": person.is_operator})


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def invitation_page(request: HttpRequest, operator: User) -> HttpResponse:
    """Invite somebody by e-mail."""
    form = InvitationForm(request.POST or None, initial={"team": request.GET.get("team"), "role": "member"})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            invited = invite(
                email=given["email"],
                name=given["name"],
                role=given["role"],
                team=given["team"],
                now=now(),
                invited_by=operator,
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            say_done(request, f"{invited} is invited. {sent_to(given['email'])}")
            return redirect("people:people")
    about = {"form": form, "how_long": how_long_links_work(), "mail_folder": mail_folder()}
    return render(request, "people/invitation.html", about, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def person_page(request: HttpRequest, operator: User, person_id: int) -> HttpResponse:
    """One person: name, role and team, sign-in, keys, and what was when."""
    person = get_object_or_404(User.objects.select_related("team"), pk=person_id)
    form = PersonForm(request.POST) if request.method == "POST" else PersonForm.about(person)
    if request.method == "POST" and form.is_valid():
        wanted = form.standing(person)
        try:
            before = change_standing(person, wanted, now=now())
        except Refused as refused:
            show_refusal(form, refused)
        else:
            if before != wanted:
                say_done(request, f"{wanted.name} is changed.", undo_of_standing(person, before, wanted))
            return redirect("people:person", person.pk)
    about = {
        "form": form,
        "person": person,
        "state": state_of(person),
        "keys": keys_of(person),
        "key_form": ApiKeyForm(person),
        "changes": person.changes.select_related("team").order_by("-at", "-id"),
        "how_long": how_long_links_work(),
    }
    return render(request, "people/person.html", about, status=422 if form.errors else 200)
