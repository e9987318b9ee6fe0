"""Which values can be chosen in a control of the editor? Real ones, with how often they occur."""

from __future__ import annotations

from alignment.people.selectors import Somebody
from leads.definitions.fields import ATTRIBUTES, find_field
from leads.definitions.pages.queries.values import (
    OF_ACTIVITY,
    Value,
    attribute_names,
    purposes,
    values_of_activities,
    values_of_field,
)

LONGEST_SEARCH = 100
SUGGESTED = ("text", "attribute")


def suggest_values(user: Somebody, of: str, search: str) -> list[Value]:
    """The most frequent values that contain `search`. `of`: a field, `activity.url` and its like, `purpose`, or
    `lead.attributes.` for the names of attributes; nothing for anything else."""
    search = search[:LONGEST_SEARCH].replace("\0", "")
    if of == "purpose":
        return purposes(user, search)
    if of.startswith("activity.") and of.removeprefix("activity.") in OF_ACTIVITY:
        return values_of_activities(user, of.removeprefix("activity."), search)
    if of in (f"lead{ATTRIBUTES}", f"company{ATTRIBUTES}"):
        return attribute_names(user, of.removesuffix(ATTRIBUTES), search)
    field = find_field(of)
    if field is None or field.kind not in SUGGESTED or field.only is not None:
        return []
    return values_of_field(user, field, search)
