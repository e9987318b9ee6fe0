"""What did a number from outside say on a day: visits, followers, calls? The only writer of series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

import orjson
from django.db import connection, transaction

from alignment.before import Before, remember
from alignment.cleaning import Unfit, clean_text
from alignment.outcome import RowResult
from alignment.programs.named import named_campaigns
from alignment.programs.rows import SeriesRow

SAVING_SERIES = 7_004
"""The advisory lock under which series are written."""
PLACES = Decimal("0.0000000001")
LARGEST = Decimal(10) ** 18
Key = tuple[str, date, int | None, str | None, str | None]
"""The metric in lower case, the day, the campaign, the channel and the source."""

LOWER = "SELECT m, lower(m) FROM unnest(%(metrics)s::text[]) AS m"
"""By the database, whose rules of case need not be Python's."""

FIND = """
SELECT lower(s.metric), s.date, s.campaign_id, s.channel, s.source, s.id, s.value, s.import_id FROM programs_series s
JOIN (SELECT DISTINCT lower(metric) AS metric, date
      FROM json_to_recordset(%(rows)s) AS w(metric text, date date)) AS w ON lower(s.metric) = w.metric AND s.date = w.date
"""

SAVE = """
INSERT INTO programs_series (metric, date, value, campaign_id, channel, source, import_id, version)
SELECT w.metric, w.date, w.value::numeric, w.campaign_id, w.channel, w.source, %(import)s, 1
FROM json_to_recordset(%(rows)s) AS w(metric text, date date, value text, campaign_id bigint, channel text, source text)
ORDER BY lower(w.metric), w.date
ON CONFLICT (lower(metric), date, campaign_id, channel, source) DO UPDATE SET value = excluded.value,
    version = programs_series.version + CASE WHEN programs_series.import_id = %(import)s THEN 0 ELSE 1 END
"""


REPEATED = "Several rows of this file are for the same metric, day, campaign, channel and source: the last one counts"


class Found(NamedTuple):
    """A value that is here, and the import that made it."""

    id: int
    value: Decimal
    import_id: int | None


@dataclass(slots=True)
class _Clean:
    metric: str
    date: date
    value: Decimal
    campaign: str | None
    channel: str | None
    source: str | None
    campaign_id: int | None = None
    plain: str = ""

    @property
    def key(self) -> Key:
        return (self.plain, self.date, self.campaign_id, self.channel, self.source)


@transaction.atomic
def save_series(
    rows: Sequence[SeriesRow], *, now: datetime, actor_id: int | None, import_id: int | None = None
) -> list[RowResult]:
    """Make or correct values; one result a row, in order. The newest value of a metric, day and cut wins."""
    results: dict[int, RowResult] = {}
    clean: dict[int, _Clean] = {}
    for index, row in enumerate(rows):
        try:
            clean[index] = _clean(row)
        except Unfit as unfit:
            results[index] = unfit.result(index)
    campaigns = named_campaigns((one.campaign for one in clean.values() if one.campaign), import_id=import_id)
    plain = _lower({one.metric for one in clean.values()})
    for one in clean.values():
        one.campaign_id = campaigns[one.campaign] if one.campaign else None
        one.plain = plain[one.metric]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SAVING_SERIES])
    found = _find(list(clean.values()))
    known: dict[Key, Decimal] = {key: one.value for key, one in found.items()}
    ours = {key for key, one in found.items() if import_id is not None and one.import_id == import_id}
    status: dict[int, str] = {}
    repeated: set[int] = set()
    for index, one in clean.items():
        before = known.get(one.key)
        status[index] = "created" if before is None else "unchanged" if before == one.value else "updated"
        known[one.key] = one.value
        if one.key in ours:
            repeated.add(index)
        elif import_id is not None:
            ours.add(one.key)
    ids = _write({one.key: one for one in reversed(clean.values())}, known, found, import_id)
    for index, one in clean.items():
        results[index] = RowResult(index, status[index], ids[one.key])  # type: ignore[arg-type]
        if index in repeated:
            results[index] = results[index].warned("repeated_value", REPEATED)
    return [results[index] for index in range(len(rows))]


def _clean(row: SeriesRow) -> _Clean:
    metric = clean_text("metric", row.metric, 200)
    if metric is None:
        raise Unfit("metric", "required", "A value of a series needs the name of its metric.")
    if row.date is None:
        raise Unfit("date", "required", "A value of a series needs a date.")
    if row.value is None:
        raise Unfit("value", "required", "A value of a series needs a value.")
    if not row.value.is_finite() or abs(row.value) >= LARGEST:
        raise Unfit("value", "invalid_number", "A value is a number of at most 18 digits.", str(row.value))
    return _Clean(
        metric, row.date, row.value.quantize(PLACES, rounding=ROUND_HALF_EVEN), clean_text("campaign", row.campaign, 300),
        clean_text("channel", row.channel, 200), clean_text("source", row.source, 200),
    )  # fmt: skip


def _lower(metrics: set[str]) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(LOWER, {"metrics": sorted(metrics)})
        return dict(cursor.fetchall())


def _find(rows: Sequence[_Clean]) -> dict[Key, Found]:
    """The values of these metrics on these days, whatever they are of."""
    wanted = [{"metric": row.metric, "date": row.date} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(FIND, {"rows": orjson.dumps(wanted).decode()})
        return {tuple(row[:5]): Found(*row[5:]) for row in cursor.fetchall()}


def _write(
    rows: dict[Key, _Clean], values: dict[Key, Decimal], found: dict[Key, Found], import_id: int | None
) -> dict[Key, int]:
    """Write what differs; the ids of all."""
    changed = {key: row for key, row in rows.items() if key not in found or found[key].value != values[key]}
    if not changed:
        return {key: one.id for key, one in found.items()}
    document = [
        {"metric": row.metric, "date": row.date, "value": str(values[key]), "campaign_id": row.campaign_id,
         "channel": row.channel, "source": row.source} for key, row in changed.items()
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SAVE, {"rows": orjson.dumps(document).decode(), "import": import_id})
    ids = {key: one.id for key, one in _find(list(changed.values())).items()}
    ids |= {key: one.id for key, one in found.items()}
    corrected = [key for key in changed if key in found]
    remember(
        import_id,
        "series",
        [Before(ids[key], {"value": found[key].value}, {"value": values[key]}) for key in corrected],
    )
    return ids
