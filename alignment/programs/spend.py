"""What did marketing spend, when and on what? The only writer of spend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import orjson
from django.db import connection, transaction

from alignment.cleaning import Unfit, clean_text
from alignment.money import clean_amount, clean_currency
from alignment.outcome import RowResult
from alignment.people.selectors import reporting_currency
from alignment.programs.named import named_campaigns
from alignment.programs.rows import SpendRow

FIND = "SELECT identity, id FROM programs_spend WHERE identity = ANY(%(identities)s::text[])"
IDS = "SELECT nextval(pg_get_serial_sequence('programs_spend', 'id')) FROM generate_series(1, %(count)s)"
MAKE = """
INSERT INTO programs_spend (id, starts_on, ends_on, amount, currency, campaign_id, channel, source, identity, import_id)
SELECT w.id, w.starts_on, w.ends_on, w.amount::numeric, w.currency, w.campaign_id, w.channel, w.source, w.identity, %(import)s
FROM json_to_recordset(%(rows)s) AS w(id bigint, starts_on date, ends_on date, amount text, currency text, campaign_id bigint,
    channel text, source text, identity text)
ORDER BY w.identity, w.id
ON CONFLICT (identity) DO NOTHING RETURNING id
"""


@dataclass(slots=True)
class _Record:
    id: int
    starts_on: date
    ends_on: date
    amount: str
    currency: str
    campaign_id: int | None
    channel: str | None
    source: str | None
    identity: str | None


@transaction.atomic
def save_spend(
    rows: Sequence[SpendRow], *, now: datetime, actor_id: int | None, import_id: int | None = None
) -> list[RowResult]:
    """Make spend; one result a row, in order. The same row of a file again is unchanged."""
    results: dict[int, RowResult] = {}
    known = _known(rows)
    ids, currency = iter(_new_ids(len(rows))), reporting_currency()
    records: dict[int, _Record] = {}
    names: dict[int, str] = {}
    seen = set(known)
    for index, row in enumerate(rows):
        if row.content in seen:
            continue
        try:
            records[index] = _record(next(ids), row, currency)
            if campaign := clean_text("campaign", row.campaign, 300):
                names[index] = campaign
        except Unfit as unfit:
            records.pop(index, None)
            results[index] = unfit.result(index)
        if row.content is not None and index in records:
            seen.add(row.content)
    campaigns = named_campaigns(names.values(), import_id=import_id)
    for index, name in names.items():
        records[index].campaign_id = campaigns[name]
    made = _write(list(records.values()), import_id)
    known |= _known(rows)
    for index, row in enumerate(rows):
        if index in records and records[index].id in made:
            results[index] = RowResult(index, "created", records[index].id)
        elif index not in results:
            results[index] = RowResult(index, "unchanged", known.get(row.content or ""))
    return [results[index] for index in range(len(rows))]


def _record(spend_id: int, row: SpendRow, currency: str) -> _Record:
    if row.starts_on is None:
        raise Unfit("date", "required", "Spend needs a date.")
    ends_on = row.ends_on or row.starts_on
    if ends_on < row.starts_on:
        raise Unfit("ends_at", "invalid_span", "Spend cannot end before it starts.", ends_on.isoformat())
    amount = clean_amount("amount", row.amount)
    if amount is None:
        raise Unfit("amount", "required", "Spend needs an amount.")
    stated = clean_text("currency", row.currency, 10)
    return _Record(
        spend_id, row.starts_on, ends_on, str(amount), clean_currency(stated) if stated else currency,
        None, clean_text("channel", row.channel, 200), clean_text("source", row.source, 200),
        row.content,
    )  # fmt: skip


def _known(rows: Sequence[SpendRow]) -> dict[str, int]:
    identities = [row.content for row in rows if row.content]
    if not identities:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(FIND, {"identities": identities})
        return dict(cursor.fetchall())


def _new_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(IDS, {"count": count})
        return [row[0] for row in cursor.fetchall()]


def _write(records: Sequence[_Record], import_id: int | None) -> set[int]:
    if not records:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(MAKE, {"rows": orjson.dumps(records).decode(), "import": import_id})
        return {row[0] for row in cursor.fetchall()}
