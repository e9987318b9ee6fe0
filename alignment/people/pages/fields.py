"""What do the forms about people share: a time zone one can search, a currency, and how a refusal lands on its field."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import BaseRenderer
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from alignment.people.company import known_timezones
from alignment.people.models import validate_currency
from alignment.refusals import Refused

CURRENCIES = (
    "AUD",
    "BRL",
    "CAD",
    "CHF",
    "CNY",
    "CZK",
    "DKK",
    "EUR",
    "GBP",
    "HUF",
    "INR",
    "JPY",
    "MXN",
    "NOK",
    "PLN",
    "SEK",
    "USD",
)


class Choices(forms.TextInput):
    """A text field with a list to search in; it works without a script."""

    def __init__(self, choices: Sequence[str], attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs)
        self.choices = choices

    def render(
        self, name: str, value: object, attrs: dict[str, object] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        drawn = super().render(name, value, {**(attrs or {}), "list": f"{name}-choices"}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((choice,) for choice in self.choices))
        return format_html('{}<datalist id="{}-choices">{}</datalist>', drawn, name, options)


class TimeZoneField(forms.CharField):
    """A zone by its name, or by its city where that is enough: "são paulo" and "new york" find theirs."""

    def __init__(self) -> None:
        super().__init__(
            label="Time zone",
            max_length=64,
            widget=Choices(known_timezones(), {"autocomplete": "off", "spellcheck": "false"}),
            help_text="Days, weeks and months of every figure begin and end here. Type a city to search.",
        )

    def clean(self, value: str) -> str:
        typed = super().clean(value)
        wanted = _without_accents(typed.strip()).replace(" ", "_").casefold()
        zones = known_timezones()
        exact = [zone for zone in zones if zone.casefold() == wanted]
        found = exact or [zone for zone in zones if zone.casefold().endswith(f"/{wanted}")]
        if len(found) == 1:
            return found[0]
        raise ValidationError(
            "There is no such time zone. Choose one of the list, such as Europe/Berlin.", code="unknown_timezone"
        )


class CurrencyField(forms.CharField):
    """Three letters; small ones will do."""

    def __init__(self) -> None:
        super().__init__(
            label="Currency of figures",
            max_length=3,
            widget=Choices(CURRENCIES, {"autocomplete": "off", "spellcheck": "false"}),
            help_text="Three letters, such as EUR. Amounts in other currencies are converted by the rates you load.",
        )

    def clean(self, value: str) -> str:
        typed: str = super().clean(value).strip().upper()
        validate_currency(typed)
        return typed


class NameField(forms.CharField):
    """A name in one line, without what does not print."""

    def clean(self, value: str) -> str:
        name: str = " ".join(super().clean(value).split())
        if any(unicodedata.category(letter) == "Cc" for letter in name):
            raise ValidationError("A name is ordinary letters in one line.", code="invalid_characters")
        return name


def _without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def show_refusal(form: forms.Form, refused: Refused) -> None:
    """Say no where it belongs: on the fields it names, else above the form."""
    told = False
    for error in refused.errors:
        if error.field in form.fields:
            form.add_error(error.field, ValidationError(error.detail, code=error.code))
            told = True
    if not told:
        form.add_error(None, ValidationError(refused.detail, code=refused.code))
