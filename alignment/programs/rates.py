"""What was one unit of a currency worth on a day? The only writer of published rates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

import orjson
from django.db import connection, transaction

from alignment.before import Before, remember
from alignment.cleaning import Unfit, clean_text
from alignment.money import clean_currency
from alignment.outcome import RowResult, rejected
from alignment.people.selectors import reporting_currency
from alignment.programs.rows import RateRow

PLACES = Decimal("0.000000000001")
LARGEST = Decimal(10) ** 12
Day = tuple[date, str]

REPEATED = "Several rows of this file are for the same currency and day: the last one counts"


class Found(NamedTuple):
    """A rate that is here, and the import that made it."""

    id: int
    rate: Decimal
    import_id: int | None


FIND = """
SELECT r.date, r.currency, r.id, r.rate, r.import_id FROM programs_rate r
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
    _refuse_own(clean, results)
    found = _find(day for day, _rate in clean.values())
    before = {day: one.rate for day, one in found.items()}
    ours = {day for day, one in found.items() if import_id is not None and one.import_id == import_id}
    changed = [(day, rate) for day, rate in dict(clean.values()).items() if before.get(day) != rate]
    _write(changed, import_id)
    ids = {day: one.id for day, one in _find(day for day, _rate in clean.values()).items()}
    corrected = [(day, rate) for day, rate in changed if day in before]
    remember(import_id, "rate", [Before(ids[day], {"rate": before[day]}, {"rate": rate}) for day, rate in corrected])
    for index, (day, rate) in clean.items():
        known = before.get(day)
        results[index] = RowResult(
            index, "created" if known is None else "unchanged" if known == rate else "updated", ids[day]
        )
        before[day] = rate
        if day in ours:
            results[index] = results[index].warned("repeated_value", REPEATED)
        elif import_id is not None:
            ours.add(day)
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


def _refuse_own(clean: dict[int, tuple[Day, Decimal]], results: dict[int, RowResult]) -> None:
    """The reporting currency is worth 1 of itself: anything else is a rate of another, or the other way round."""
    own = reporting_currency()
    for index, ((_date, currency), rate) in list(clean.items()):
        if currency == own and rate != 1:
            sentence = f"{own} is the reporting currency: one {own} is 1 {own}."
            results[index] = rejected(index, "rate", "invalid_rate", sentence, str(rate.normalize()))
            del clean[index]


def _find(days: Iterable[Day]) -> dict[Day, Found]:
    rows = [{"date": day, "currency": currency} for day, currency in days]
    with connection.cursor() as cursor:
        cursor.execute(FIND, {"rows": orjson.dumps(rows).decode()})
        return {(day, currency): Found(*rest) for day, currency, *rest in cursor.fetchall()}


def _write(changed: Sequence[tuple[Day, Decimal]], import_id: int | None) -> None:
    if changed:
        rows = [{"date": day, "currency": currency, "rate": str(rate)} for (day, currency), rate in changed]
        with connection.cursor() as cursor:
            cursor.execute(SAVE, {"rows": orjson.dumps(rows).decode(), "import": import_id})
