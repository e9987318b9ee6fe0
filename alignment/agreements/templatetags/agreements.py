"""What templates need to show agreements: overrides that both sides must see, since when something holds, words of states."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString

from alignment.agreements.entitlement import may_read
from alignment.agreements.models import Override
from alignment.agreements.pages.shown import Shown, shown
from alignment.agreements.pages.signers import signers
from alignment.agreements.selectors import versions
from alignment.clock import BEGINNING, now
from alignment.ui.templatetags.ui import day, moment

register = template.Library()


@register.inclusion_tag("agreements/_overrides.html", takes_context=True)
def overrides(context: dict[str, Any], kind: str = "", key: str = "") -> dict[str, Any]:
    """Banners for what operators put in force without both signatures: of one agreement, or of all; one query if none."""
    user = context["request"].user
    open_ones = Override.objects.filter(regularised_at=None, reverted_at=None, version__periods__during__contains=now())
    if key:
        open_ones = open_ones.filter(version__agreement__kind=kind, version__agreement__key=key)
    ids = list(open_ones.values_list("version", flat=True)) if may_read(user) else []
    found: list[Shown] = []
    if ids:
        can_sign = signers()
        found = [shown(version, now(), can_sign) for version in versions(user).filter(pk__in=ids)]
    return {"overrides": found, "of_one": bool(key)}


@register.filter
def held_since(value: datetime | None) -> str | SafeString:
    """A moment, or that something holds from the beginning."""
    return "the beginning" if value is not None and value <= BEGINNING else moment(value)


@register.filter
def held_from(value: datetime | None) -> str | SafeString:
    """A day, or that something holds from the beginning."""
    return "the beginning" if value is not None and value <= BEGINNING else day(value)
