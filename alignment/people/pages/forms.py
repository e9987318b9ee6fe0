"""What is asked on the pages about people."""

from __future__ import annotations

from typing import Self

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from alignment.people.company import CompanySettings
from alignment.people.models import Organisation, Role, Scope, Side, Team, User
from alignment.people.pages.fields import CurrencyField, NameField, TimeZoneField
from alignment.people.roles import IN_A_TEAM, Standing, standing_of
from alignment.people.selectors import may_write
from alignment.people.setup import FirstRun


class CompanyForm(forms.Form):
    """The settings of the company."""

    name = NameField(
        label="Company name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    timezone = TimeZoneField()
    currency = CurrencyField()

    @classmethod
    def about(cls, organisation: Organisation) -> Self:
        """The form filled with what holds now."""
        here = organisation
        return cls(initial={"name": here.name, "timezone": here.timezone, "currency": here.currency})

    def settings(self) -> CompanySettings:
        given = self.cleaned_data
        return CompanySettings(given["name"], given["timezone"], given["currency"])


class SetUpForm(CompanyForm):
    """The first visitor's answers: company, teams, and the person who will run the product."""

    marketing_team = NameField(label="Name of the marketing team", max_length=200, initial="Marketing")
    sales_team = NameField(label="Name of the sales team", max_length=200, initial="Sales")
    operator_name = NameField(label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    operator_email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        help_text="You sign in with it.",
    )
    password1 = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least eight characters, and none that others would guess.",
    )
    password2 = forms.CharField(
        label="Password again", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    @classmethod
    def about(cls, organisation: Organisation) -> Self:
        """Where the environment leaves the zone at UTC, the browser may suggest its own."""
        form = super().about(organisation)
        if organisation.timezone == "UTC":
            form.fields["timezone"].widget.attrs["data-suggest-time-zone"] = ""
        return form

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        marketing, sales = str(given.get("marketing_team", "")), str(given.get("sales_team", ""))
        if marketing and marketing.casefold() == sales.casefold():
            self.add_error("sales_team", ValidationError("The two teams need two names.", code="name_taken"))
        password = given.get("password1")
        if password and given.get("password2") not in (None, password):
            self.add_error("password2", ValidationError("The two passwords are not the same.", code="not_the_same"))
        if password:
            self._judge_password(str(password), given)
        return given

    def _judge_password(self, password: str, given: dict[str, object]) -> None:
        person = User(name=str(given.get("operator_name", "")), email=str(given.get("operator_email", "")))
        try:
            password_validation.validate_password(password, person)
        except ValidationError as error:
            self.add_error("password1", error)

    def first_run(self) -> FirstRun:
        given = self.cleaned_data
        return FirstRun(
            company=self.settings(),
            operator_name=given["operator_name"],
            operator_email=given["operator_email"],
            password=given["password1"],
            marketing_team=given["marketing_team"],
            sales_team=given["sales_team"],
        )


class PersonForm(forms.Form):
    """Who somebody is here."""

    name = NameField(label="Name", max_length=200)
    role = forms.ChoiceField(
        label="Role",
        choices=Role.choices,
        initial=Role.MEMBER,
        help_text="Members and leads work with the leads of their team’s side; managers read everything.",
    )
    team = forms.ModelChoiceField(
        label="Team",
        queryset=Team.objects.all(),
        required=False,
        empty_label="No team",
        help_text="Members and leads need one. A partner’s people see only the leads their team holds.",
    )

    @classmethod
    def about(cls, person: User) -> PersonForm:
        return cls(initial={"name": person.name, "role": person.role, "team": person.team_id})

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        if given.get("role") in IN_A_TEAM and "team" in given and given["team"] is None:
            self.add_error(
                "team", ValidationError("Choose a team: without one they would see no leads.", code="team_needed")
            )
        return given

    def standing(self, person: User) -> Standing:
        """What the form makes of somebody; whether they are active is not asked here."""
        given = self.cleaned_data
        team = given["team"]
        return Standing(given["name"], given["role"], team.pk if team else None, standing_of(person).active)


class InvitationForm(PersonForm):
    """Whom to invite."""

    email = forms.EmailField(
        label="E-mail address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    field_order = ("email", "name", "role", "team")


class NewTeamForm(forms.Form):
    """A team and its side."""

    name = NameField(label="Name", max_length=200)
    side = forms.ChoiceField(
        label="Side",
        choices=Side.choices,
        help_text="A partner counts as sales in every figure, and sees only the leads it holds. A side is for good.",
    )


class TeamNameForm(forms.Form):
    """A team's name."""

    name = NameField(label="Name", max_length=200)


class OwnNameForm(forms.Form):
    """One's own name."""

    name = NameField(label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))


class ApiKeyForm(forms.Form):
    """A new key; who only reads gets one that only reads."""

    name = NameField(
        label="What is it for?", max_length=100, help_text="So that you know later which one to revoke: “web form”."
    )
    scope = forms.ChoiceField(label="It may", choices=Scope.choices, initial=Scope.READ)

    def __init__(self, holder: User, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        if not may_write(holder):
            self.fields["scope"].choices = [(Scope.READ, Scope.READ.label)]  # type: ignore[attr-defined]
