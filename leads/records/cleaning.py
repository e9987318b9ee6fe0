"""What does a lead's row say, once every value was looked at? Wrong ones set the row aside, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat

from alignment.cleaning import Unfit, clean_attributes, clean_moment, clean_texts
from alignment.outcome import RowResult
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


def clean_leads(
    rows: Sequence[LeadRow], results: dict[int, RowResult], *, now: datetime, stages: StageSet
) -> list[CleanLead]:
    """The rows as they are written; those that cannot be get their result."""
    if not rows:
        return []
    raw = dict(zip(LeadRow._fields, zip(*rows, strict=True), strict=True))
    columns = {name: clean_texts(name, raw[name], limit) for name, limit in LIMITS.items()}
    stated = {name: column for name, column in columns.items() if any(column)}
    names, clean = tuple(stated), []
    for index, (row, values) in enumerate(zip(rows, _rows(stated, len(rows)), strict=True)):
        texts = {name: text for name, text in zip(names, values, strict=True) if text is not None}
        try:
            clean.append(_clean_lead(index, row, texts, now=now, stages=stages))
        except Unfit as unfit:
            results[index] = unfit.result(index)
    return clean


def _rows(columns: Mapping[str, Sequence[str | Unfit | None]], count: int) -> Iterable[tuple[str | Unfit | None, ...]]:
    return zip(*columns.values(), strict=True) if columns else repeat((), count)


def _clean_lead(
    index: int, row: LeadRow, cleaned: dict[str, str | Unfit], *, now: datetime, stages: StageSet
) -> CleanLead:
    """The row as it is written, or `Unfit`, the first that there is."""
    texts: dict[str, str] = {}
    for name, text in cleaned.items():
        if isinstance(text, Unfit):
            raise text
        texts[name] = text
    if "email" in texts:
        texts["email"] = _email(texts["email"])
    usable = False
    if "phone" in texts:
        texts["phone"], usable = read_phone(texts["phone"], texts.get("country"))
    stage = texts.pop("stage", None)
    return CleanLead(
        index,
        texts,
        usable,
        clean_moment("created_at", row.created_at, now),
        read_stage(stages, stage) if stage else None,
        clean_moment("stage_at", row.stage_at, now),
        {purpose: read_consent(purpose, state) for purpose, state in row.consents.items() if state and state.strip()}
        if row.consents
        else {},
        clean_attributes(row.attributes) if row.attributes else {},
        row.content,
        row.joins,
    )


def _email(text: str) -> str:
    address = read_email(text)
    if address is None:
        raise Unfit("email", "invalid_email", f"“{text}” is not an e-mail address.", text)
    return address
