"""Template tags of the product's components: icons, fields, charts, navigation, and how values are written."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput, FileInput, Select
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from alignment.clock import now
from alignment.ui import navigation, undo, words
from alignment.ui.charts import Drawing
from alignment.ui.curves import Sparkline
from alignment.ui.heat import Field, HeatMap

register = template.Library()


@register.simple_tag
def icon(name: str, title: str = "") -> SafeString:
    """An icon of the sprite; decoration unless it has a title."""
    if title:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', title, _place_of(name)
        )
    return _decoration(name)


@lru_cache(maxsize=512)
def _decoration(name: str) -> SafeString:
    """Pages have hundreds of the same few; where the sprite stands changes only with the next start."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', _place_of(name))


def _place_of(name: str) -> str:
    return f"{static('ui/build/icons.svg')}#{name}"


@register.inclusion_tag("ui/_places.html", takes_context=True)
def places(context: dict[str, Any], shape: str) -> dict[str, Any]:
    """The navigation of this person: `rail` beside the page, or `tabs` under the thumb."""
    request = context["request"]
    entries = [
        {"place": place, "here": navigation.is_here(place, request.path)}
        for place in navigation.places_for(request.user)
    ]
    first, rest = (entries, []) if shape == "rail" or len(entries) <= 5 else (entries[:4], entries[4:])
    return {"shape": shape, "entries": first, "rest": rest}


@register.simple_tag(takes_context=True)
def key_places(context: dict[str, Any]) -> tuple[navigation.Place, ...]:
    """The pages that `g` and a letter open, for the list of shortcuts."""
    return navigation.places_for(context["request"].user)


@register.inclusion_tag("ui/_chart.html")
def chart(chart: Drawing, described_by: str = "") -> dict[str, Any]:
    """A chart and its equal table; with `described_by`, the id of a table that the page shows anyway."""
    return {"chart": chart, "described_by": described_by}


@register.inclusion_tag("ui/_sparkline.html")
def sparkline(line: Sparkline) -> dict[str, Any]:
    """A small line beside a figure, with its numbers as a table that unfolds."""
    return {"line": line}


@register.filter
def heat(field: Field, of: HeatMap) -> int:
    """How dark a field of a table stands, from 0 to 10: `class="heat-{{ field|heat:map }}"`."""
    return of.tone(field)


@register.inclusion_tag("ui/_field.html")
def field(field: BoundField, hint: str = "") -> dict[str, Any]:
    """A labelled form field with its hint and its errors."""
    widget = field.field.widget
    shape = "form-control"
    if isinstance(widget, CheckboxInput):
        shape = "form-check-input"
    elif isinstance(widget, Select):
        shape = "form-select"
    drawn = field.as_widget(
        attrs={"class": shape, "aria-required": "true"} if field.field.required else {"class": shape}
    )
    checks = isinstance(widget, CheckboxInput)
    return {
        "field": field,
        "drawn": drawn,
        "checks": checks,
        "hint": hint or field.help_text,
        "file": isinstance(widget, FileInput),
    }


@register.filter
def undo_path(message: Message) -> str:
    return undo.undo_path(message)


@register.filter
def count(value: int | Decimal | None) -> str:
    return words.count(value)


@register.filter
def percent(value: float | None, digits: int = 1) -> str:
    return words.percent(value, digits)


@register.filter
def money(value: Decimal | None, currency: str = "") -> str:
    return words.money(value, currency)


@register.filter
def exact_money(value: Decimal | None, currency: str = "") -> str:
    return words.exact_money(value, currency)


@register.filter
def span(seconds: float | None) -> str:
    return words.span(seconds)


@register.filter
def moment(value: datetime | None) -> str | SafeString:
    """A date and time in the reporting zone."""
    if value is None:
        return words.NOTHING
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), f"{local:%-d %b %Y, %H:%M}")


@register.filter
def day(value: datetime | None) -> str | SafeString:
    """A date in the reporting zone."""
    if value is None:
        return words.NOTHING
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), f"{local:%-d %b %Y}")


@register.filter
def ago(value: datetime | None) -> str | SafeString:
    """How long ago in words, with the exact time on hover."""
    if value is None:
        return words.NOTHING
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        f"{local:%-d %b %Y, %H:%M}",
        words.since(value, now()),
    )


@register.filter
def initials(name: str) -> str:
    """ "Ada Lovelace" → "AL"."""
    parts = name.replace("@", " ").split()
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()
