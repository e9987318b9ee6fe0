"""Words and fields that only pages about leads need: notes with their mentions, filters, the size of a page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django import template
from django.forms import BoundField, Select
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from alignment.ui.words import count
from leads.selectors.counting import MOST_COUNTED, HowMany

register = template.Library()

MENTION = re.compile(r"(@[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")


@register.filter
def with_mentions(body: str, names: Mapping[str, str]) -> SafeString:
    """The text of a note; “@ada@example.org” reads as the name of whom it calls, where that is a colleague one may see."""
    return format_html_join("", "{}", ((_part(part, names),) for part in MENTION.split(body)))


def _part(part: str, names: Mapping[str, str]) -> str | SafeString:
    name = names.get(part[1:]) if part.startswith("@") else None
    return format_html('<span class="mention" title="{}">@{}</span>', part[1:], name) if name else part


@register.inclusion_tag("leads/_plain_field.html")
def plain_field(field: BoundField) -> dict[str, object]:
    """A field of a form in which all are optional: no word on that beside each."""
    shape = "form-select" if isinstance(field.field.widget, Select) else "form-control"
    return {"field": field, "drawn": field.as_widget(attrs={"class": shape})}


@register.filter
def page_size(size: int) -> str:
    """How many rows a page shows."""
    return "1 lead on this page" if size == 1 else f"{size} leads on this page"


@register.filter
def leads_in_all(found: HowMany) -> str:
    """How many leads a list has."""
    if found.is_exact:
        return "1 lead" if found.n == 1 else f"{count(found.n)} leads"
    return f"about {count(found.n)} leads" if found.n > MOST_COUNTED else f"more than {count(MOST_COUNTED)} leads"
