"""What does the address of the list of leads ask for? Read into `Wanted`, and written back as chips and links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from urllib.parse import parse_qsl, quote

from django import forms
from django.http import QueryDict

from alignment.people.models import User
from alignment.timezones import of_our_time
from leads import panels
from leads.funnel.stage_sets import StageSet
from leads.selectors.choices import owners, recent_values, teams
from leads.selectors.lists import ORDERS
from leads.selectors.wanted import NONE, TEXTS, Wanted

ANY = ("", "Any")
NOBODY = (NONE, "Nobody")
TESTS = [("", "Without tests"), ("with", "With tests"), ("only", "Only tests")]


class SuggestingField(forms.CharField):
    """A text with values to choose from; any other can be typed. `leads/_plain_field.html` writes them out."""

    def __init__(self, name: str, suggestions: Sequence[str]) -> None:
        self.list_id, self.suggestions = f"{name}-values", [*suggestions, NONE]
        widget = forms.TextInput(attrs={"autocomplete": "off", "list": self.list_id})
        super().__init__(label=name.capitalize(), required=False, max_length=300, widget=widget)


class DayField(forms.DateField):
    """A day of our time."""

    def validate(self, value: date | None) -> None:
        super().validate(value)
        try:
            if value is not None:
                of_our_time(value)
        except ValueError as error:
            raise forms.ValidationError("Enter a valid date.", code="invalid_date") from error


def _choice(label: str, choices: Sequence[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[ANY, *choices])


def _day(label: str) -> forms.DateField:
    """A day on which something can have happened."""
    return DayField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class ListForm(forms.Form):
    """Every filter of the list. Unknown values of a choice are refused beside their field."""

    search = forms.CharField(
        label="Name, e-mail or company",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, data: QueryDict, *, user: User, stages: StageSet) -> None:
        super().__init__(data)
        values = recent_values(user)
        self.fields["stage"] = _choice(
            "Stage", [*((terms.key, terms.title) for terms in stages.stages), (NONE, "No stage")]
        )
        self.fields["owner"] = _choice("Owner", [("me", "Me"), *owners(user), NOBODY])
        self.fields["team"] = _choice("Team", [*teams(user), (NONE, "None")])
        for one in panels.filters:
            self.fields[one.name] = _choice(one.title, one.choices())
        for name in TEXTS:
            self.fields[name] = SuggestingField(name, values[name])
        self.fields["created_from"] = _day("Came in from")
        self.fields["created_to"] = _day("until")
        self.fields["tests"] = forms.ChoiceField(label="Tests", required=False, choices=TESTS)
        self.fields["import"] = forms.IntegerField(
            label="Import", required=False, min_value=1, widget=forms.HiddenInput
        )
        self.fields["order"] = forms.ChoiceField(
            label="Order", required=False, choices=[(order.key, order.title) for order in ORDERS]
        )
        self.order_fields(["search", "order", "stage", "owner"])
        self.user = user

    def wanted(self) -> Wanted:
        """What is asked for; a field with a wrong value asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        owner = given.get("owner", "")
        return Wanted(
            search=given.get("search", ""),
            stage=given.get("stage", ""),
            owner=str(self.user.pk) if owner == "me" else owner,
            team=given.get("team", ""),
            texts={name: given.get(name, "") for name in TEXTS},
            created_from=given.get("created_from"),
            created_to=given.get("created_to"),
            import_id=given.get("import"),
            tests=given.get("tests", ""),
            more={one.name: given.get(one.name, "") for one in panels.filters},
            order=given.get("order") or ORDERS[0].key,
        )


@dataclass(frozen=True)
class View:
    """A quick way in: the list as people ask for it every day."""

    title: str
    address: str
    is_here: bool


def views(user: User, query: QueryDict) -> list[View]:
    """All, one's own, nobody's, and what higher rooms filter by at once."""
    ways = {"All": "", "Mine": "owner=me", "Nobody’s": f"owner={quote(NONE)}"}
    if user.team_id is None:
        del ways["Mine"]
    ways |= {one.quick: f"{one.name}={one.choices()[0][0]}" for one in panels.filters if one.quick}
    here = {(name, value) for name, value in query.items() if value}
    return [View(title, f"?{way}", here == set(parse_qsl(way))) for title, way in ways.items()]


@dataclass(frozen=True)
class Chip:
    """One filter that is set, and the address of the list without it."""

    text: str
    without: str


def chips(form: ListForm, query: QueryDict) -> list[Chip]:
    """The filters that are set, each with the way out of it."""
    found = []
    for name, value in form.cleaned_data.items():
        if value in (None, "") or name == "order":
            continue
        field = form.fields[name]
        titles = dict(cast("list[tuple[object, str]]", field.choices)) if isinstance(field, forms.ChoiceField) else {}
        text = f"“{value}”" if name == "search" else f"{field.label}: {titles.get(value, value)}"
        found.append(Chip(text, but(query, **{name: ""})))
    return found


def but(query: QueryDict, **changes: str) -> str:
    """The address of the list with some parameters changed, from its first page unless `after` is given, and not counted anew."""
    changed = query.copy()
    for name in ("after", "count"):
        changed.pop(name, None)
    for name, value in changes.items():
        changed[name] = value
    for name in [name for name, value in changed.items() if not value]:
        del changed[name]
    return f"?{changed.urlencode()}"
