"""What was one unit of a currency worth on a day? The only writer of published rates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

import orjson
from django.db import connection, transaction

from alignment.before import Before, remember
from alignment.cleaning import Unfit, clean_text
from alignment.money import clean_currency
from alignment.outcome import RowResult
from alignment.programs.rows import RateRow

PLACES = Decimal("0.000000000001")
LARGEST = Decimal(10) ** 12
Day = tuple[date, str]

FIND = """
SELECT r.date, r.currency, r.id, r.rate FROM programs_rate r
JOIN json_to_recordset(%(rows)s) AS w(date date, currency text) ON w.date = r.date AND w.currency = r.currency
"""

SAVE = """
INSERT INTO programs_rate (date, currency, rate, import_id)
SELECT w.date, w.currency, w.rate::numeric, %(import)s FROM json_to_recordset(%(rows)s) AS w(date date, currency text, rate text)
ORDER BY w.currency, w.date
ON CONFLICT (currency, date) DO UPDATE SET rate = excluded.rate WHERE programs_rate.rate IS DISTINCT FROM excluded.rate
"""


@transaction.atomic
def save_rates(
    rows: Sequence[RateRow], *, now: datetime, actor_id: int | None, import_id: int | None = None
) -> list[RowResult]:
    """Make or correct published rates; one result a row, in order."""
    results: dict[int, RowResult] = {}
    clean: dict[int, tuple[Day, Decimal]] = {}
    for index, row in enumerate(rows):
        try:
            clean[index] = _clean(row)
        except Unfit as unfit:
            results[index] = unfit.result(index)
    before = {day: rate for day, (_id, rate) in _find(day for day, _rate in clean.values()).items()}
    changed = [(day, rate) for day, rate in dict(clean.values()).items() if before.get(day) != rate]
    _write(changed, import_id)
    ids = {day: rate_id for day, (rate_id, _rate) in _find(day for day, _rate in clean.values()).items()}
    corrected = [(day, rate) for day, rate in changed if day in before]
    remember(import_id, "rate", [Before(ids[day], {"rate": before[day]}, {"rate": rate}) for day, rate in corrected])
    for index, (day, rate) in clean.items():
        known = before.get(day)
        results[index] = RowResult(
            index, "created" if known is None else "unchanged" if known == rate else "updated", ids[day]
        )
        before[day] = rate
    return [results[index] for index in range(len(rows))]


def _clean(row: RateRow) -> tuple[Day, Decimal]:
    currency = clean_text("currency", row.currency, 10)
    if row.date is None:
        raise Unfit("date", "required", "A rate needs a date.")
    if currency is None:
        raise Unfit("currency", "required", "A rate needs a currency.")
    if row.rate is None:
        raise Unfit("rate", "required", "A rate needs a rate.")
    if not row.rate.is_finite() or not PLACES <= row.rate < LARGEST:
        raise Unfit("rate", "invalid_rate", "A rate is a positive number.", str(row.rate))
    return (row.date, clean_currency(currency)), row.rate.quantize(PLACES, rounding=ROUND_HALF_EVEN)


def _find(days: Iterable[Day]) -> dict[Day, tuple[int, Decimal]]:
    rows = [{"date": day, "currency": currency} for day, currency in days]
    with connection.cursor() as cursor:
        cursor.execute(FIND, {"rows": orjson.dumps(rows).decode()})
        return {(day, currency): (rate_id, rate) for day, currency, rate_id, rate in cursor.fetchall()}


def _write(changed: Sequence[tuple[Day, Decimal]], import_id: int | None) -> None:
    if changed:
        rows = [{"date": day, "currency": currency, "rate": str(rate)} for (day, currency), rate in changed]
        with connection.cursor() as cursor:
            cursor.execute(SAVE, {"rows": orjson.dumps(rows).decode(), "import": import_id})
