"""Add and rename teams."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from alignment.people.models import Team, User
from alignment.people.pages.access import operators_only
from alignment.people.pages.fields import show_refusal
from alignment.people.pages.forms import NewTeamForm, TeamNameForm
from alignment.people.pages.undo import undo_of_name
from alignment.people.teams import add_team, rename_team
from alignment.refusals import Refused
from alignment.ui.undo import say_done


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def new_team_page(request: HttpRequest, operator: User) -> HttpResponse:
    """A new team on one side."""
    form = NewTeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            team = add_team(form.cleaned_data["name"], side=form.cleaned_data["side"])
        except Refused as refused:
            show_refusal(form, refused)
        else:
            say_done(request, f"The team {team} is there. Invite its people next.")
            return redirect("people:people")
    return render(request, "people/team.html", {"form": form, "team": None}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def team_page(request: HttpRequest, operator: User, team_id: int) -> HttpResponse:
    """Another name for a team."""
    team = get_object_or_404(Team, pk=team_id)
    form = TeamNameForm(request.POST) if request.method == "POST" else TeamNameForm(initial={"name": team.name})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            rename_team(team, name)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            if name != team.name:
                say_done(request, f"The team is called {name} now.", undo_of_name(team, team.name, name))
            return redirect("people:people")
    return render(request, "people/team.html", {"form": form, "team": team}, status=422 if form.errors else 200)
