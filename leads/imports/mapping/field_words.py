"""What is a field called on a page, and among which others does it stand? A table of words; fields of any kind."""

from __future__ import annotations

from collections.abc import Iterable

from leads.imports.kinds import Kind

WHO, WHAT, WHEN, WHERE_FROM, STANDS, CONSENT = (
    "Who", "What", "When", "Where from", "Where it stands", "Consent",
)  # fmt: skip
GROUPS = (WHO, WHAT, WHEN, WHERE_FROM, STANDS, CONSENT)
MARKETING = "consent.marketing"

_TITLES: dict[str, dict[str, str]] = {
    WHO: {
        "external_id": "Number in the other system",
        "lead_external_id": "Number of the lead",
        "lead_system": "The system of the lead's number",
        "email": "E-mail address",
        "phone": "Telephone",
        "first_name": "First name",
        "last_name": "Last name",
        "full_name": "Whole name",
        "title": "Job title",
        "company": "Company",
        "company_external_id": "Number of the company",
        "company_system": "The system of the company's number",
        "domain": "Domain",
        "parent": "Parent company",
        "country": "Country",
        "system": "Which system it is from",
        "by": "Who of us did it",
    },
    WHAT: {
        "name": "Name",
        "kind": "Kind",
        "type": "Type",
        "subject": "Subject",
        "outcome": "Outcome",
        "asset": "Material",
        "url": "Address of the page",
        "industry": "Industry",
        "employees": "Employees",
        "annual_revenue": "Yearly revenue",
        "amount": "Amount",
        "currency": "Currency",
        "budget": "Budget",
        "metric": "What is counted",
        "value": "Value",
        "rate": "Rate",
        "active": "Still active",
        "attributes": "Further attributes as JSON",
    },
    WHEN: {
        "created_at": "Came in on",
        "stage_at": "In this stage since",
        "at": "When it happened",
        "opened_at": "Opened on",
        "closed_at": "Closed on",
        "starts_at": "Begins on",
        "ends_at": "Ends on",
        "date": "Date",
    },
    WHERE_FROM: {"source": "Source", "channel": "Channel", "campaign": "Campaign"},
    STANDS: {
        "stage": "Stage",
        "status": "Status",
        "reason": "Reason",
        "lost_reason": "Why it was lost",
        "owner": "Owner",
        "team": "Team",
        "segment": "Segment",
        "territory": "Territory",
    },
    CONSENT: {MARKETING: "Consent to marketing"},
}
_GROUP_OF = {field: group for group, titles in _TITLES.items() for field in titles}
_TITLE_OF = {field: title for titles in _TITLES.values() for field, title in titles.items()}


def title_of(field: str) -> str:
    """“Came in on” for `created_at`; “Attribute “Shoe size”” for what is kept as it stands."""
    if field.startswith("attributes."):
        return f"Attribute “{field.removeprefix('attributes.')}”"
    if field.startswith("consent.") and field != MARKETING:
        return f"Consent to {field.removeprefix('consent.')}"
    return _TITLE_OF.get(field) or field.replace("_", " ").capitalize()


def in_words(column: str) -> str:
    """What a column of a table is called within a sentence: “job title” for `title`, “owner” for `owner_id`."""
    field = column if column in _TITLE_OF else column.removesuffix("_id")
    said = "further attributes" if field == "attributes" else title_of(field)
    return said[:1].lower() + said[1:]


def group_of(field: str) -> str:
    """The group that a field stands in."""
    return CONSENT if field.startswith("consent.") else _GROUP_OF.get(field, WHAT)


def fields_of(kind: Kind) -> list[str]:
    """Every field that a column may be taken for, consents among them, attributes not; in the order of the table."""
    order = list(_TITLE_OF)
    known = [*kind.fields, *([MARKETING] if kind.has_consents else [])]
    return sorted(known, key=lambda field: order.index(field) if field in _TITLE_OF else len(order))


def in_order(kind: Kind, fields: Iterable[str]) -> list[str]:
    """Fields as the table lists them, attributes and what it does not know last."""
    known = fields_of(kind)
    return sorted(fields, key=lambda field: known.index(field) if field in known else len(known))


def grouped(fields: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups with their (field, title), for a list to choose from."""
    found = list(fields)
    groups = [(group, [(field, title_of(field)) for field in found if group_of(field) == group]) for group in GROUPS]
    return [(group, members) for group, members in groups if members]
