"""What does a deal's row say, once every value was looked at? Wrong ones set the row aside, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from alignment.cleaning import Unfit, clean_attributes, clean_moment, clean_text, unknown
from alignment.money import clean_amount, clean_currency
from leads.deals.models import DealKind, DealStatus
from leads.deals.rows import DealRow
from leads.records.finding import Pointer

LIMITS = {
    "system": 100, "external_id": 200, "lead_external_id": 200, "email": 254, "company": 300, "company_external_id": 200,
    "lead_system": 100, "company_system": 100, "owner": 200, "currency": 10,
    "status": 100, "lost_reason": 500, "kind": 100,
}  # fmt: skip
STATUS_WORDS = {
    "open": DealStatus.OPEN, "opened": DealStatus.OPEN, "in progress": DealStatus.OPEN,
    "won": DealStatus.WON, "closed won": DealStatus.WON, "closedwon": DealStatus.WON,
    "lost": DealStatus.LOST, "closed lost": DealStatus.LOST, "closedlost": DealStatus.LOST,
}  # fmt: skip
KIND_WORDS = {
    "new": DealKind.NEW, "new business": DealKind.NEW, "newbusiness": DealKind.NEW, "upsell": DealKind.UPSELL,
    "up sell": DealKind.UPSELL, "expansion": DealKind.UPSELL, "renewal": DealKind.RENEWAL, "renew": DealKind.RENEWAL,
}  # fmt: skip
_NAMES, _LIMITS = tuple(LIMITS), tuple(LIMITS.values())
_VALUES = attrgetter(*_NAMES)
_PLAIN = str.maketrans("_-", "  ")


@dataclass(slots=True)
class CleanDeal:
    """A row that can be written; None is "not stated"."""

    index: int
    texts: dict[str, str]
    deal_id: int | None
    pointer: Pointer
    amount: Decimal | None
    status: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    attributes: dict[str, object]

    def values(self) -> dict[str, object]:
        """The deal's own stated fields."""
        stated: dict[str, object] = {
            "amount": self.amount, "status": self.status, "opened_at": self.opened_at, "closed_at": self.closed_at,
            **{name: self.texts.get(name) for name in ("currency", "lost_reason", "kind")},
        }  # fmt: skip
        return {name: value for name, value in stated.items() if value is not None}


def clean_deal(index: int, row: DealRow, *, now: datetime) -> CleanDeal:
    """The row as it is written, or `Unfit`."""
    texts: dict[str, str] = {}
    for name, value, limit in zip(_NAMES, _VALUES(row), _LIMITS, strict=True):
        if value is not None and (text := clean_text(name, value, limit)) is not None:
            texts[name] = text
    status = texts.pop("status", None)
    if "kind" in texts:
        texts["kind"] = _word("kind", "unknown_kind", texts["kind"], KIND_WORDS, DealKind.values)
    if "currency" in texts:
        texts["currency"] = clean_currency(texts["currency"])
    pointer = Pointer(
        row.lead_id, texts.get("lead_system", texts.get("system")), texts.get("lead_external_id"), texts.get("email")
    )
    return CleanDeal(
        index, texts, row.deal_id, pointer, clean_amount("amount", row.amount),
        _word("status", "unknown_status", status, STATUS_WORDS, DealStatus.values) if status else None,
        clean_moment("opened_at", row.opened_at, now), row.closed_at, clean_attributes(row.attributes) if row.attributes else {},
    )  # fmt: skip


def check_closing(values: dict[str, object], *, before: str | None, stated: CleanDeal, now: datetime) -> None:
    """A deal that is won or lost says when, and not in the future; what an open one expects says nothing about that."""
    status = values["status"]
    if status == DealStatus.OPEN:
        return
    at = values["closed_at"] if before == status else stated.closed_at
    if not isinstance(at, datetime):
        raise Unfit("closed_at", "missing_closed_at", f"A deal that is {status} needs the date on which it was.")
    clean_moment("closed_at", at, now)


def _word(field: str, code: str, word: str, words: Mapping[str, str], known: list[str]) -> str:
    found = words.get(word.lower().translate(_PLAIN))
    if found is None:
        raise unknown(field, code, word, known)
    return str(found)
