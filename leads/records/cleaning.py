"""What does a lead's row say, once every value was looked at? Wrong ones set the row aside, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from alignment.cleaning import Unfit, clean_attributes, clean_moment, clean_text
from alignment.people.addresses import read_email
from leads.funnel.stage_sets import StageSet
from leads.lifecycle.words import read_stage
from leads.privacy.words import read_consent
from leads.records.contact import read_phone
from leads.records.rows import LeadRow

PLAIN = ("first_name", "last_name", "full_name", "title", "country")
"""What a lead is called and where: the newest value wins."""
LIMITS = {
    "system": 100, "external_id": 200, "email": 254, "phone": 60, "first_name": 200, "last_name": 200, "full_name": 400,
    "title": 200, "company": 300, "company_external_id": 200, "company_system": 100, "source": 200, "channel": 200, "campaign": 300,
    "stage": 100, "reason": 500, "owner": 200, "team": 200, "segment": 200, "territory": 200, "country": 100,
}  # fmt: skip
_NAMES = tuple(LIMITS)
_VALUES = attrgetter(*_NAMES)
_LIMITS = tuple(LIMITS.values())


@dataclass(slots=True)
class CleanLead:
    """A row that can be written. `texts` holds what was stated, by field; `stage` is a key of the stage set."""

    index: int
    texts: dict[str, str]
    phone_usable: bool
    created_at: datetime | None
    stage: str | None
    stage_at: datetime | None
    consents: dict[str, str]
    attributes: dict[str, object]
    content: str | None
    joins: bool


def clean_lead(index: int, row: LeadRow, *, now: datetime, stages: StageSet) -> CleanLead:
    """The row as it is written, or `Unfit`."""
    texts: dict[str, str] = {}
    for name, value, limit in zip(_NAMES, _VALUES(row), _LIMITS, strict=True):
        if value is not None and (text := clean_text(name, value, limit)) is not None:
            texts[name] = text
    if "email" in texts:
        texts["email"] = _email(texts["email"])
    usable = False
    if "phone" in texts:
        texts["phone"], usable = read_phone(texts["phone"], texts.get("country"))
    stage = texts.pop("stage", None)
    return CleanLead(
        index=index,
        texts=texts,
        phone_usable=usable,
        created_at=clean_moment("created_at", row.created_at, now),
        stage=read_stage(stages, stage) if stage else None,
        stage_at=clean_moment("stage_at", row.stage_at, now),
        consents={
            purpose: read_consent(purpose, state) for purpose, state in row.consents.items() if state and state.strip()
        },
        attributes=clean_attributes(row.attributes) if row.attributes else {},
        content=row.content,
        joins=row.joins,
    )


def _email(text: str) -> str:
    address = read_email(text)
    if address is None:
        raise Unfit("email", "invalid_email", f"“{text}” is not an e-mail address.", text)
    return address
