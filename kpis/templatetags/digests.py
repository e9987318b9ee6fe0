"""The template tag with which the account page asks whether somebody wants the weekly digest by mail."""

from __future__ import annotations

from typing import Any

from django import template

from kpis.digests.keeping import readers_of
from kpis.digests.models import DigestDeclined

register = template.Library()


@register.inclusion_tag("kpis/digest_choice.html", takes_context=True)
def digest_choice(context: dict[str, Any]) -> dict[str, Any]:
    """A form for whom there is a digest; nothing for partners."""
    request = context["request"]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "shown": readers_of(request.user) is not None,
        "wanted": not DigestDeclined.objects.filter(user=request.user).exists(),
    }
