"""What can a condition ask about, in the words of the editor? One list of choices; rows find theirs by label or by key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from leads.activities.kinds import KINDS, TOUCHES, find_kind
from leads.definitions.fields import ATTRIBUTES, FIELDS, Field, find_field

Shape = Literal["field", "attribute", "activity", "score", "consent"]

ACTIVITY, CONSENT, TOUCH = "activity", "consent", "touch"
DID = "did."
"""Begins the key of a shortcut to activities of one kind: `did.page_view`."""
SCORE = "score."
"""Begins the keys `score.fit` and `score.engagement`."""
NEW_ATTRIBUTE = {
    "lead.attributes.": "Another attribute of the lead",
    "company.attributes.": "Another attribute of the company",
}
UNUSED_KINDS = frozenset({"email_open"})
"""Kinds that no definition may count: machines open mail."""

_ATTRIBUTE = re.compile(r"(company )?attribute [“\"'](.+)[”\"']", re.IGNORECASE)


@dataclass(frozen=True)
class Ask:
    """One thing to ask about: what the row stores, what people read, the group it is listed in, and a word of help."""

    key: str
    label: str
    group: str
    help: str = ""


HELP = {
    "lead.source": "Where the lead came from, as its record or its first touch says.",
    "lead.channel": "The channel it came by, such as search or social.",
    "lead.campaign": "The name of the campaign that the lead belongs to now.",
    "lead.country": "The country of the person, as it was sent.",
    "lead.title": "Try “contains” with a word such as head or director.",
    "lead.email": "Whether there is an address at all.",
    "lead.email_usable": "Valid, and no mail to it has bounced.",
    "lead.phone_usable": "Valid, and not marked wrong.",
    "lead.created_at": "How long ago the lead came in.",
    "company.employees": "How many people work there. A company of unknown size does not meet this.",
    "company.annual_revenue": "As it was sent. A company without a figure does not meet this.",
    ACTIVITY: "Counts what happened: of these kinds, in this time, matching these patterns.",
    f"{SCORE}fit": "The points of the fit rules below, added up.",
    f"{SCORE}engagement": "The points of the engagement rules below, faded, added up.",
    CONSENT: "The latest word of the person on a purpose.",
}


def label_of(key: str) -> str:
    """What people read for a key; the key itself where it is none of ours."""
    found = _fixed().get(key)
    if found is not None:
        return found.label
    field = find_field(key)
    return _capital(field.title) if field else key


def help_of(key: str) -> str:
    """A word of help on what is asked about; empty where none is needed."""
    return HELP.get(key, "As it was sent with the record; unknown unless it was." if ATTRIBUTES in key else "")


def key_of(text: str) -> str:
    """The key that a label, or a key, names, whatever its case; what was typed where it names nothing."""
    typed = " ".join(text.split())
    known = _by_word().get(typed.casefold())
    if known is not None:
        return known
    if said := _ATTRIBUTE.fullmatch(typed):
        return f"{'company' if said[1] else 'lead'}{ATTRIBUTES}{said[2]}"
    return typed


def shape_of(key: str) -> Shape | None:
    """Which condition a key begins; None where it names nothing that can be asked about."""
    if key in (ACTIVITY, CONSENT):
        return "activity" if key == ACTIVITY else "consent"
    if key in (f"{SCORE}fit", f"{SCORE}engagement"):
        return "score"
    field = find_field(key)
    if field is None:
        return None
    return "attribute" if field.kind == "attribute" else "field"


def field_of(key: str) -> Field | None:
    return find_field(key)


def choices(lead_attributes: Sequence[str], company_attributes: Sequence[str], *, scores: bool) -> list[Ask]:
    """Everything to choose from, grouped; attributes as the data has them. Rules of a score may not ask about scores."""
    named = [
        *(_attribute(f"lead{ATTRIBUTES}{name}", "Lead") for name in lead_attributes),
        *(_attribute(f"company{ATTRIBUTES}{name}", "Company") for name in company_attributes),
    ]
    found = [*_fixed().values(), *named]
    if not scores:
        found = [one for one in found if one.group not in ("Scores", "What happened")]
    order = ("Lead", "Company", "What happened", "Scores", "Consent")
    return sorted(found, key=lambda one: order.index(one.group))


def kind_choices() -> list[Ask]:
    """Kinds of activities, every touch first."""
    touches = f"Any of {len(TOUCHES)} kinds by which people show interest"
    return [
        Ask(TOUCH, "Any touch", "", touches),
        *(Ask(kind.key, kind.title, "") for kind in KINDS if kind.key not in UNUSED_KINDS),
    ]


def kind_of(text: str) -> str:
    """The kind that a word names, however it is written; what was typed where it names none."""
    typed = " ".join(text.split())
    if typed.casefold() in ("any touch", TOUCH):
        return TOUCH
    found = find_kind(typed)
    return found.key if found else typed


def kind_label(key: str) -> str:
    found = find_kind(key) if key != TOUCH else None
    return "Any touch" if key == TOUCH else found.title if found and found.key == key else key


@lru_cache(maxsize=1)
def _fixed() -> dict[str, Ask]:
    """What is there whatever the data, by key."""
    fields = [
        Ask(one.name, _capital(one.title), "Company" if one.owner == "company" else "Lead", help_of(one.name))
        for one in FIELDS
    ]
    did = [Ask(f"{DID}{one.key}", f"Did: {one.label}", "What happened", one.help) for one in kind_choices()]
    more = [
        Ask("lead.attributes.", NEW_ATTRIBUTE["lead.attributes."], "Lead", "Name it in the next field."),
        Ask("company.attributes.", NEW_ATTRIBUTE["company.attributes."], "Company", "Name it in the next field."),
        Ask(ACTIVITY, "Activities", "What happened", HELP[ACTIVITY]),
        *did,
        Ask(f"{SCORE}fit", "Fit score", "Scores", HELP[f"{SCORE}fit"]),
        Ask(f"{SCORE}engagement", "Engagement score", "Scores", HELP[f"{SCORE}engagement"]),
        Ask(CONSENT, "Consent", "Consent", HELP[CONSENT]),
    ]
    return {one.key: one for one in (*fields, *more)}


@lru_cache(maxsize=1)
def _by_word() -> dict[str, str]:
    found: Iterable[Ask] = _fixed().values()
    return {word.casefold(): one.key for one in found for word in (one.key, one.label)}


def _attribute(key: str, group: str) -> Ask:
    return Ask(key, label_of(key), group, help_of(key))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
