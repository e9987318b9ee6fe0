"""How does somebody hand a lead over by hand? By which rule, and to whom; the form proposes the rule that fits the lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.http import QueryDict

from alignment.agreements.in_force import InForce, all_in_force
from alignment.people.models import User
from leads.definitions.explaining import explain
from leads.definitions.patience import ASIDE, TooSlow, patient
from leads.definitions.terms import LeadDefinition
from leads.funnel.stage_sets import StageSet, stage_set
from leads.handoffs.access import may_hand_over
from leads.handoffs.models import Handoff
from leads.handoffs.outcomes import moves_to
from leads.handoffs.pages.forms import by_team
from leads.handoffs.routing.explaining import routing_of
from leads.handoffs.terms import KIND, HandoffRule
from leads.records.models import Lead

BY_THE_RULE = "rule"
Options = list[tuple[str, str]]


@dataclass(frozen=True)
class RuleChoice:
    """One rule to choose. `fits` False: its criteria are not met; None: that takes too long to find out here."""

    key: str
    title: str
    side: str
    fits: bool | None

    @property
    def label(self) -> str:
        return f"{self.title} (its criteria are not met)" if self.fits is False else self.title


@dataclass(frozen=True)
class TeamChoice:
    """A team of one receiving side, with its people."""

    side: str
    name: str
    options: Options


class HandOverForm(forms.Form):
    """By which rule, and to whom: whoever is next by the rule, or somebody by name."""

    rule = forms.ChoiceField(label="By which rule", error_messages={"required": "Choose the rule to hand it over by."})
    to = forms.ChoiceField(label="To whom")

    def __init__(self, data: QueryDict | None = None, *, lead: Lead, user: User, now: datetime) -> None:
        super().__init__(data)
        stages = stage_set()
        found = _usable(lead, user, stages)
        choices = [_choice(one, rule, lead, now) for one, rule in found]
        self.rules = sorted(choices, key=lambda choice: choice.fits is False)
        self.chosen = self._proposed(lead, user, now) if data is None else data.get("rule", "")
        self.teams = [
            TeamChoice(side, name, options)
            for side in sorted({choice.side for choice in choices})
            for name, options in by_team(user, side, strictly=True)
        ]
        self.fields["rule"].choices = [(choice.key, choice.label) for choice in self.rules]  # type: ignore[attr-defined]
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (BY_THE_RULE, "Whoever is next by the rule"),
            *((team.name, team.options) for team in self.teams),
        ]

    def _proposed(self, lead: Lead, user: User, now: datetime) -> str:
        """The rule that takes the lead now, else the one by which it was handed over last; else people choose."""
        keys = {choice.key for choice in self.rules}
        winner = routing_of(lead, at=now, user=user).winner if keys else None
        if winner in keys:
            return winner or ""
        last = Handoff.objects.filter(lead=lead).order_by("-pk").values_list("rule_key", flat=True).first()
        return last if last in keys else ""

    @property
    def receiver(self) -> Mapping[str, int]:
        """As the service wants it: `to_user_id`, `to_team_id`, or nothing."""
        kind, _dash, pk = str(self.cleaned_data["to"]).partition("-")
        return {} if kind == BY_THE_RULE else {"to_user_id" if kind == "person" else "to_team_id": int(pk)}


def _usable(lead: Lead, user: User, stages: StageSet) -> list[tuple[InForce, HandoffRule]]:
    """The rules in force that this person may use, and that bring the lead on; first those that begin where it stands."""
    rules = ((one, one.says(HandoffRule)) for one in all_in_force(KIND))
    found = [(one, rule) for one, rule in rules if _applies(rule, lead, user, stages)]
    return sorted(
        found, key=lambda pair: (lead.stage_id not in stages.alike(pair[1].from_.stage), pair[1].order, pair[0].key)
    )


def _applies(rule: HandoffRule, lead: Lead, user: User, stages: StageSet) -> bool:
    return may_hand_over(user, lead, rule) and bool(lead.stage_id) and moves_to(stages, lead.stage_id, rule.to.stage)


def _choice(one: InForce, rule: HandoffRule, lead: Lead, now: datetime) -> RuleChoice:
    try:
        with patient(ASIDE):
            fits: bool | None = explain(LeadDefinition(criteria=rule.criteria), lead, now).held
    except TooSlow:
        fits = None
    return RuleChoice(one.key, rule.title, rule.to.side, fits)
