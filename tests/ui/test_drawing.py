"""Are fields of forms written out as Django's own templates have them?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe

from alignment.ui.drawing import DRAWN, FieldsInPython

EVIL = """<b>'"&"""
LABELS = [("", "Any"), (1, "One"), ("two", EVIL), (EVIL, mark_safe("<i>Three</i>")), (None, "None")]
GROUPS = [(EVIL, [(1, "One"), ("x", "X")]), ("", "Any"), ("Plain", (("y", "Y"),))]
WIDGETS: Mapping[str, forms.Widget] = {
    "choices": forms.Select(choices=LABELS),
    "groups": forms.Select(attrs={"class": "wide", "required": True, "disabled": False}, choices=GROUPS),
    "several": forms.SelectMultiple(choices=LABELS),
    "nothing to choose": forms.Select(),
    "null": forms.NullBooleanSelect(),
    "text": forms.TextInput(attrs={"maxlength": 5, "data-x": EVIL, "autofocus": True}),
    "search": forms.TextInput(attrs={"type": "search"}),
    "number": forms.NumberInput(attrs={"min": 0.5}),
    "email": forms.EmailInput(),
    "url": forms.URLInput(),
    "password": forms.PasswordInput(render_value=True),
    "hidden": forms.HiddenInput(),
    "date": forms.DateInput(attrs={"type": "date"}),
    "datetime": forms.DateTimeInput(),
    "time": forms.TimeInput(),
    "checkbox": forms.CheckboxInput(),
    "textarea": forms.Textarea(),
    "radio": forms.RadioSelect(choices=LABELS),
}
VALUES: tuple[Any, ...] = (None, "", "two", 1, EVIL, "1", True, False, (1, "two"), date(2024, 5, 1), 1234567.5)


def test_forms_of_the_product_are_drawn_so() -> None:
    assert settings.FORM_RENDERER == "alignment.ui.drawing.FieldsInPython"
    assert isinstance(get_default_renderer(), FieldsInPython)


@pytest.mark.parametrize("name", WIDGETS)
def test_every_field_reads_as_the_templates_have_it(name: str) -> None:
    widget = WIDGETS[name]
    for value in VALUES:
        for attrs in (None, {"id": "id_x", "class": "form-control", "aria-invalid": "true"}):
            drawn, expected = (
                widget.render(f"n&{name}", value, attrs, by()) for by in (FieldsInPython, DjangoTemplates)
            )
            assert without_breaks(drawn) == without_breaks(expected)


def without_breaks(html: str) -> str:
    return re.sub(r"\s*\n\s*", "", html)


def test_everything_drawn_is_held_to_its_template() -> None:
    assert set(DRAWN) <= {str(widget.template_name) for widget in WIDGETS.values()}
