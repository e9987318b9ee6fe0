"""How is a change of a person, a team or the company taken back? By a signed note of what was and what became."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.shortcuts import get_object_or_404
from django.urls import reverse

from alignment.people.company import CompanySettings, change_company
from alignment.people.models import Team, User
from alignment.people.roles import Standing, change_standing
from alignment.people.selectors import organisation
from alignment.people.teams import rename_team
from alignment.refusals import Refused

SALT = "alignment.people.undo"
GOOD_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Note:
    """One change: of what, of which one, from what, to what."""

    kind: str
    id: int
    before: Mapping[str, object]
    after: Mapping[str, object]


def undo_of_standing(user: User, before: Standing, after: Standing) -> str:
    return _path(Note("person", user.pk, asdict(before), asdict(after)))


def undo_of_name(team: Team, before: str, after: str) -> str:
    return _path(Note("team", team.pk, {"name": before}, {"name": after}))


def undo_of_settings(before: CompanySettings, after: CompanySettings) -> str:
    return _path(Note("company", 1, asdict(before), asdict(after)))


def take_back(token: str, *, now: datetime) -> str:
    """Take the change back and say so; refused where the note is too old or somebody changed it again since."""
    try:
        note = Note(**signing.loads(token, salt=SALT, max_age=GOOD_FOR))
    except signing.BadSignature:
        raise Refused("too_late", "This can no longer be undone here. Change it by hand.", status=409) from None
    return UNDO[note.kind](note, now)


def _path(note: Note) -> str:
    return reverse("people:undo", args=[signing.dumps(asdict(note), salt=SALT)])


def _person_back(note: Note, now: datetime) -> str:
    user = get_object_or_404(User, pk=note.id)
    before, after = _standing(note.before), _standing(note.after)
    change_standing(user, before, now=now, expected=after)
    return f"{before.name} is as before."


def _standing(kept: Mapping[str, object]) -> Standing:
    return Standing(**kept)  # type: ignore[arg-type]


def _team_back(note: Note, now: datetime) -> str:
    team = get_object_or_404(Team, pk=note.id)
    if team.name != note.after["name"]:
        raise Refused("changed_since", "The team was renamed again since.", status=409)
    rename_team(team, str(note.before["name"]))
    return f"The team is called {note.before['name']} again."


def _company_back(note: Note, now: datetime) -> str:
    here = organisation()
    if asdict(CompanySettings(here.name, here.timezone, here.currency)) != note.after:
        raise Refused("changed_since", "The settings were changed again since.", status=409)
    change_company(CompanySettings(**note.before), now=now)  # type: ignore[arg-type]
    return "The settings are as before."


UNDO: Mapping[str, Callable[[Note, datetime], str]] = {
    "person": _person_back,
    "team": _team_back,
    "company": _company_back,
}
