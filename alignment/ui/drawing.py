"""How are the fields of forms written out? Django's own words, without a template for every choice of every list: a filter by owner has
a hundred of them. Named by settings.FORM_RENDERER; what is not drawn here, Django's templates draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape

Widget = Mapping[str, Any]
"""What a widget says of itself for its template."""


class FieldsInPython(DjangoTemplates):
    """Inputs and lists of choices as Django's templates have them but for line breaks (a test holds both to that), the rest by those."""

    def render(self, template_name: str, context: Mapping[str, Any], request: HttpRequest | None = None) -> str:
        drawn = DRAWN.get(template_name)
        return super().render(template_name, dict(context), request) if drawn is None else drawn(context["widget"])


def _select(widget: Widget) -> str:
    choices = "".join(_groups(widget))
    return f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget)}>{choices}</select>'


def _groups(widget: Widget) -> Iterator[str]:
    for name, options, _index in widget["optgroups"]:
        if name:
            yield f'<optgroup label="{conditional_escape(name)}">'
        for one in options:
            value, label = conditional_escape(str(one["value"])), conditional_escape(one["label"])
            yield f'<option value="{value}"{_attributes(one)}>{label}</option>'
        if name:
            yield "</optgroup>"


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{conditional_escape(str(widget["value"]))}"'
    kind, name = conditional_escape(widget["type"]), conditional_escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{value}{_attributes(widget)}>'


def _attributes(widget: Widget) -> str:
    """False is left out, True stands without a value."""
    return "".join(
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(str(value))}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


INPUTS = ("text", "number", "email", "url", "password", "hidden", "date", "datetime", "time", "checkbox")
DRAWN: Mapping[str, Callable[[Widget], str]] = {
    "django/forms/widgets/select.html": _select,
    **{f"django/forms/widgets/{name}.html": _input for name in INPUTS},
}
