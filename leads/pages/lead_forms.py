"""What may be said on a lead's page: its fields, a note, the next stage, something that happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from uuid import uuid4

from django import forms
from django.http import QueryDict

from alignment.people.models import User
from leads.activities.kinds import INBOUND, KINDS, OUTBOUND, SALES
from leads.funnel.stage_sets import StageSet
from leads.pages.moments import MomentField
from leads.records.models import Lead
from leads.selectors.people import possible_owners

TEXTS = {
    "first_name": ("First name", 200, "given-name"), "last_name": ("Last name", 200, "family-name"),
    "title": ("Job title", 200, "off"), "company": ("Company", 300, "off"), "email": ("E-mail", 254, "off"),
    "phone": ("Telephone", 60, "off"), "country": ("Country", 100, "off"), "campaign": ("Campaign", 300, "off"),
    "segment": ("Segment", 200, "off"), "territory": ("Territory", 200, "off"),
}  # fmt: skip
MET = ("event", "webinar", "chat", "unsubscribe")
INPUT = {"email": forms.EmailInput, "phone": forms.TextInput}


def _text(name: str) -> forms.CharField:
    label, longest, complete = TEXTS[name]
    widget = INPUT.get(name, forms.TextInput)(attrs={"autocomplete": complete})
    return forms.CharField(label=label, max_length=longest, required=False, widget=widget)


class LeadForm(forms.Form):
    """The fields of a lead that people fill in. Wrong addresses are refused by the service, with its sentence."""

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields.update({name: _text(name) for name in TEXTS})
        owners = [("", "Nobody"), *((str(one.pk), f"{one} ({one.team})") for one in possible_owners(user))]
        present = str(self.initial.get("owner") or "")
        if present and present not in dict(owners):
            owners.append((present, str(User.objects.get(pk=present))))
        self.fields["owner"] = forms.ChoiceField(label="Owner", required=False, choices=owners)

    def stated(self) -> dict[str, str | None]:
        """The fields by name; what was left empty is None."""
        return {name: value or None for name, value in self.cleaned_data.items()}


class EditForm(LeadForm):
    """A lead that is there. `version` is the one that the page showed."""

    def __init__(self, *args: object, user: User, lead: Lead, **kwargs: object) -> None:
        super().__init__(*args, user=user, initial=fields_of(lead), **kwargs)
        self.lead = lead
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=lead.version)

    def changes(self) -> dict[str, object]:
        """What differs from the page as it was shown; `owner` as an id."""
        stated = self.stated() | {"version": None}
        changed: dict[str, object] = {name: stated[name] for name in self.changed_data if name != "version"}
        if changed.get("owner"):
            changed["owner"] = int(cast("str", changed["owner"]))
        if self.lead.full_name and {"first_name", "last_name"} & changed.keys():
            changed |= {"first_name": stated["first_name"], "last_name": stated["last_name"], "full_name": None}
        return changed


def fields_of(lead: Lead) -> Mapping[str, object]:
    """A lead as the form shows it."""
    values: dict[str, object] = {name: getattr(lead, name) or "" for name in TEXTS}
    values["company"] = lead.company.name if lead.company else ""
    values["campaign"] = lead.campaign.name if lead.campaign else ""
    if not lead.first_name and not lead.last_name and lead.full_name:
        values["first_name"], _space, values["last_name"] = lead.full_name.partition(" ")
    return values | {"owner": str(lead.owner_id or "")}


class NewLeadForm(LeadForm):
    """A lead that somebody tells us of."""

    source = forms.CharField(
        label="Source",
        max_length=200,
        required=False,
        help_text="Where the interest came from, such as fair or referral. It is fixed from then on.",
    )
    stage = forms.ChoiceField(label="Stage")

    def __init__(self, *args: object, user: User, stages: StageSet, **kwargs: object) -> None:
        super().__init__(*args, user=user, **kwargs)
        cast("forms.ChoiceField", self.fields["stage"]).choices = [(terms.key, terms.title) for terms in stages.forward]
        self.order_fields([*TEXTS, "source", "stage", "owner"])

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        if not any(given.get(name) for name in ("email", "phone", "first_name", "last_name", "company")):
            raise forms.ValidationError(
                "Say at least who it is: a name, a company, an address or a number.", code="nothing_stated"
            )
        return given


class NoteForm(forms.Form):
    """A note. `draft` makes one that is sent twice one."""

    body = forms.CharField(
        label="Note",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3, "data-mentions": "mentionable"}),
        help_text="Type @ to call a colleague.",
    )
    draft = forms.CharField(required=False, max_length=50, widget=forms.HiddenInput, initial=lambda: uuid4().hex)


class StageForm(forms.Form):
    """The next stage. `expected` is the one that the page showed."""

    to = forms.ChoiceField(label="Move to")
    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=500,
        help_text="The other side learns from it when a lead is given up or sent back.",
    )
    at = MomentField(label="When", required=False, help_text="Now, unless you say otherwise.")
    expected = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, stages: StageSet, lead: Lead) -> None:
        super().__init__(data, initial={"expected": lead.stage_id or "", "to": _following(stages, lead)})
        choices = [(terms.key, terms.title) for terms in stages.stages if terms.key != lead.stage_id]
        if lead.stage_id in stages.by_key and not stages.by_key[lead.stage_id].is_forward:
            choices.append((lead.stage_id, f"{stages.by_key[lead.stage_id].title}, once more with a reason"))
        cast("forms.ChoiceField", self.fields["to"]).choices = choices


def _following(stages: StageSet, lead: Lead) -> str:
    """The stage after this one: what comes next is offered first."""
    keys = [terms.key for terms in stages.forward]
    place = keys.index(lead.stage_id) + 1 if lead.stage_id in keys else 0
    return keys[min(place, len(keys) - 1)]


def _kinds() -> list[tuple[str, list[tuple[str, str]]]]:
    """What people type in; what systems log by themselves is left out."""
    ours = [kind for kind in KINDS if kind.direction == OUTBOUND and not kind.automated]
    theirs = [kind for kind in KINDS if kind.direction == INBOUND and (kind.side == SALES or kind.key in MET)]
    groups = {"We did it": ours, "They did it": theirs, "Between us": [kind for kind in KINDS if kind.key == "task"]}
    return [(title, [(kind.key, kind.title) for kind in kinds]) for title, kinds in groups.items()]


class ActivityForm(forms.Form):
    """Something that happened with the lead, typed in by hand."""

    kind = forms.ChoiceField(label="What happened", initial="call", choices=_kinds)
    at = MomentField(label="When", required=False, help_text="Now, unless you say otherwise.")
    subject = forms.CharField(label="About", required=False, max_length=1000)
    outcome = forms.CharField(
        label="Outcome", required=False, max_length=300, help_text="Such as: reached, no answer, left a message."
    )
