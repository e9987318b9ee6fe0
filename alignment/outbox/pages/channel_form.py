"""What is asked about a channel: its name, its address (never shown again), whose it is and what it wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.apps import apps

from alignment.outbox.channels import Wish
from alignment.outbox.models import NAME_LENGTH, Channel
from alignment.outbox.topics import TOPICS
from alignment.refusals import Refused

if TYPE_CHECKING:
    from alignment.people.models import User


class ChannelForm(forms.Form):
    """A channel to add or to change; leads are offered their own team only."""

    name = forms.CharField(max_length=NAME_LENGTH, help_text="How you call it here: #handoffs.")
    url = forms.CharField(
        label="Address of the webhook",
        max_length=2_000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
        help_text="As the chat shows it, with https://. Whoever knows it can write there: it is not shown again.",
    )
    team = forms.TypedChoiceField(label="Messages of", coerce=int, empty_value=None, required=False)
    wants = forms.MultipleChoiceField(
        label="It is told of",
        choices=list(TOPICS.items()),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    active = forms.BooleanField(label="Switched on", required=False, initial=True)

    def __init__(self, *args: object, person: User, channel: Channel | None = None, **more: object) -> None:
        if channel is not None:
            more["initial"] = {
                "name": channel.name, "team": channel.team_id, "wants": channel.wants, "active": channel.active,
            }  # fmt: skip
        super().__init__(*args, **more)  # type: ignore[arg-type]
        teams = apps.get_model("people", "Team")._default_manager.order_by("name", "pk")
        own = teams if person.is_operator else teams.filter(pk=person.team_id or 0)
        everybody = [("", "Everybody")] if person.is_operator else []
        team = self.fields["team"]
        if isinstance(team, forms.TypedChoiceField):
            team.choices = [*everybody, *own.values_list("pk", "name")]
        if channel is not None:
            self.fields["url"].required = False
            self.fields["url"].help_text = "Leave it empty to keep the one it has."

    def wish(self) -> Wish:
        given = self.cleaned_data
        return Wish(given["name"], given["url"], given["team"] or None, given["wants"], given["active"])

    def refuse(self, refused: Refused) -> None:
        """Say at its field what the service says."""
        for error in refused.errors:
            self.add_error(error.field if error.field in self.fields else None, error.detail)
        if not refused.errors:
            self.add_error(None, refused.detail)
