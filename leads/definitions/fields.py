"""Which fields may a definition ask about, and what can be asked of each? One declaration a field; checks, sentences, the
editor and the compiler ask here.

Attributes are fields too: `lead.attributes.plan`, `company.attributes.tier`. They are declared by being named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from alignment.documents import unstorable

FieldKind = Literal["text", "number", "boolean", "moment", "attribute"]
"""What a field holds. An attribute holds what was sent: a text, a number, a boolean, or what cannot be asked about."""

Takes = Literal["texts", "text", "number", "boolean", "days", "scalar", "nothing"]
"""What stands beside an operator: one text or a list of which one must fit, one text, a number, yes or no, a whole number of
days, any of text(s), number and boolean, or nothing."""

Owner = Literal["lead", "company"]
LEAD: Owner = "lead"
COMPANY: Owner = "company"
ATTRIBUTES = ".attributes."
LONGEST_ATTRIBUTE = 150


@dataclass(frozen=True)
class Operator:
    """One thing that can be asked, in words that stand between a field's title and the value."""

    key: str
    title: str


OPERATORS = {
    operator.key: operator
    for operator in (
        Operator("is", "is"),
        Operator("contains", "contains"),
        Operator("starts_with", "starts with"),
        Operator("matches", "matches"),
        Operator("at_least", "is at least"),
        Operator("at_most", "is at most"),
        Operator("more_than", "is more than"),
        Operator("less_than", "is less than"),
        Operator("within_days", "is within the last … days"),
        Operator("known", "is known"),
    )
}
"""Every operator of fields, by its key."""

_TEXT: dict[str, Takes] = {
    "is": "texts",
    "contains": "text",
    "starts_with": "text",
    "matches": "text",
    "known": "nothing",
}
_NUMBER: dict[str, Takes] = {
    "is": "number",
    "at_least": "number",
    "at_most": "number",
    "more_than": "number",
    "less_than": "number",
    "known": "nothing",
}
TAKES: dict[FieldKind, dict[str, Takes]] = {
    "text": _TEXT,
    "number": _NUMBER,
    "boolean": {"is": "boolean"},
    "moment": {"within_days": "days", "known": "nothing"},
    "attribute": {**_TEXT, **_NUMBER, "is": "scalar"},
}
"""By what a field holds: its operators, and what stands beside each."""


@dataclass(frozen=True)
class Field:
    """One field. `owner` (lead or company) and `column` say where its value is kept; `attribute` names a key within it.

    `title` stands in a sentence ("the company's industry is …") and in the editor; `only` narrows the operators.
    """

    name: str
    title: str
    kind: FieldKind
    owner: Owner
    column: str
    attribute: str | None = None
    only: tuple[str, ...] | None = None

    @property
    def operators(self) -> tuple[str, ...]:
        """What can be asked of it, as keys of `OPERATORS`, in the order in which they are offered."""
        return self.only or tuple(TAKES[self.kind])

    def takes(self, operator: str) -> Takes | None:
        """What stands beside that operator; None where this field has no such operator."""
        return TAKES[self.kind][operator] if operator in self.operators else None


FIELDS = (
    Field("lead.source", "source", "text", LEAD, "source"),
    Field("lead.channel", "channel", "text", LEAD, "channel"),
    Field("lead.campaign", "campaign", "text", LEAD, "campaign_id"),
    Field("lead.country", "country", "text", LEAD, "country"),
    Field("lead.title", "job title", "text", LEAD, "title"),
    Field("lead.segment", "segment", "text", LEAD, "segment"),
    Field("lead.territory", "territory", "text", LEAD, "territory"),
    Field("lead.email", "e-mail address", "text", LEAD, "email", only=("known",)),
    Field("lead.email_usable", "e-mail address usable", "boolean", LEAD, "email_usable"),
    Field("lead.phone_usable", "telephone usable", "boolean", LEAD, "phone_usable"),
    Field("lead.created_at", "creation", "moment", LEAD, "created_at"),
    Field("company.name", "company name", "text", COMPANY, "name"),
    Field("company.domain", "company domain", "text", COMPANY, "domain"),
    Field("company.industry", "company industry", "text", COMPANY, "industry"),
    Field("company.country", "company country", "text", COMPANY, "country"),
    Field("company.employees", "company size", "number", COMPANY, "employees"),
    Field("company.annual_revenue", "company's annual revenue", "number", COMPANY, "annual_revenue"),
)
"""Every field there is, attributes apart."""

BY_NAME = {field.name: field for field in FIELDS}


def find_field(name: str) -> Field | None:
    """The field of that name, attributes included; None where there is none."""
    if name in BY_NAME:
        return BY_NAME[name]
    owner, dot, attribute = name.partition(ATTRIBUTES)
    if not dot or not 0 < len(attribute) <= LONGEST_ATTRIBUTE or unstorable(attribute):
        return None
    if owner == LEAD:
        return Field(name, f"attribute “{attribute}”", "attribute", LEAD, "attributes", attribute)
    if owner == COMPANY:
        return Field(name, f"company attribute “{attribute}”", "attribute", COMPANY, "attributes", attribute)
    return None
