"""Names of people and teams on pages, as who looks at them may know them."""

from __future__ import annotations

from django import template

from alignment.people.models import Team, User
from alignment.people.naming import name_to
from alignment.people.selectors import Somebody

register = template.Library()


@register.filter
def named_to(one: User | Team | None, reader: Somebody) -> str:
    """The name of a person or a team; nothing where there is nobody."""
    return name_to(reader, one)
