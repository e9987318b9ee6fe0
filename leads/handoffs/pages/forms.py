"""What may be said about a handoff on a page. What it means and whether it may be, the services judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms

from alignment.people.models import Role, User
from alignment.people.selectors import people_visible_to
from alignment.refusals import Refused
from leads.handoffs.models import Handoff, State
from leads.handoffs.targets import sides_like
from leads.pages.moments import MomentField

KINDS = (("call", "Called", "phone"), ("email", "Wrote", "mail"), ("meeting", "Met", "calendar"))
"""How somebody is contacted in one line: the kind of activity, the button, its icon."""

OUTCOMES = ("Reached", "No answer", "Left a message", "Meeting agreed", "Call back later")


class ReasonForm(forms.Form):
    """Why a lead comes back. Which reasons there are, the rule of the handoff says."""

    reason = forms.CharField(max_length=100, label="Why")
    note = forms.CharField(max_length=2000, required=False, label="In a sentence")


@dataclass(frozen=True)
class Again:
    """A form for a reason that stands open once more, since the reason asks for a sentence: of which handoff, and which it was."""

    pk: int
    reason: str


def again_of(asked: Mapping[str, str]) -> Again | None:
    """What the address of a page says of it."""
    pk = asked.get("again", "")
    return Again(int(pk), asked.get("reason", "")) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None


class ContactForm(forms.Form):
    """A call, a mail or a meeting, in one line."""

    kind = forms.ChoiceField(choices=[(key, title) for key, title, _icon in KINDS], label="What it was")
    outcome = forms.CharField(max_length=300, required=False, label="What came of it")


class HoldForm(forms.Form):
    """What is waited for, and until when at most."""

    reason = forms.CharField(max_length=100, label="Waiting for")
    until = MomentField(required=False, label="Until", help_text="As long as it may, unless you say otherwise.")
    note = forms.CharField(max_length=500, required=False, label="In a sentence")


class PassForm(forms.Form):
    """Who takes it over: a person, or anybody of a team."""

    to = forms.ChoiceField(label="To whom")

    def __init__(self, *args: object, user: User, handoff: Handoff) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        cast("forms.ChoiceField", self.fields["to"]).choices = receivers(user, handoff)

    @property
    def receiver(self) -> dict[str, int]:
        """As the service wants it: `to_user_id` or `to_team_id`."""
        kind, _dash, pk = self.cleaned_data["to"].partition("-")
        return {"to_user_id" if kind == "person" else "to_team_id": int(pk)}


def receivers(user: User, handoff: Handoff) -> Sequence[tuple[str, object]]:
    """Active people of the side that has it, by team, each team as a queue of its own; not who has it now."""
    has_it = handoff.lead.owner_id if handoff.state == State.ACCEPTED else handoff.to_user_id
    return [("", "Choose…"), *by_team(user, handoff.to_side, besides=has_it)]


def by_team(
    user: User, side: str, *, besides: int | None = None, strictly: bool = False
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Whom this person may choose of a side (`strictly`), or of any that may stand in for it: teams, each with its active people."""
    sides = (side,) if strictly else sides_like(side)
    people = people_visible_to(user).filter(is_active=True, team__side__in=sides).exclude(role=Role.MANAGER)
    groups: dict[str, list[tuple[str, str]]] = {}
    for person in people.exclude(pk=besides or 0).select_related("team").order_by("team__name", "team", "name", "pk"):
        if person.team is not None:
            team = groups.setdefault(person.team.name, [(f"team-{person.team_id}", f"Anybody of {person.team}")])
            team.append((f"person-{person.pk}", str(person)))
    return list(groups.items())


class WithdrawForm(forms.Form):
    """Why an offer is taken back."""

    why = forms.CharField(max_length=500, label="Why")


def given(form: forms.Form) -> dict[str, Any]:
    """What a small form says; refused with the first sentence of what is wrong with it."""
    if form.is_valid():
        return form.cleaned_data
    name, errors = next(iter(form.errors.get_json_data().items()))
    label = form.fields[name].label if name in form.fields else ""
    raise Refused("invalid", f"{label}: {errors[0]['message']}" if label else errors[0]["message"])
