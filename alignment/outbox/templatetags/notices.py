"""The bell in the bar of every page."""

from __future__ import annotations

from typing import Any

from django import template

from alignment.outbox.selectors import MANY, unread_up_to_many

register = template.Library()


@register.inclusion_tag("ui/_bell.html", takes_context=True)
def bell(context: dict[str, Any]) -> dict[str, Any]:
    """How many notices wait for this person, in a link to them; one query."""
    request = context["request"]
    unread = unread_up_to_many(request.user.pk)
    return {
        "unread": unread,
        "shown": str(unread) if unread < MANY else f"{MANY - 1}+",
        "name": bell_name(unread),
        "here": request.path.startswith("/notices/"),
    }


def bell_name(unread: int) -> str:
    """What a screen reader says: "3 unread notices"."""
    if unread == 0:
        return "Notices"
    if unread >= MANY:
        return f"More than {MANY - 1} unread notices"
    return f"{unread} unread notice{'' if unread == 1 else 's'}"
