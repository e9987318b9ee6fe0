"""How do the demo's rows come in? Through the doors that people and other systems use, in batches; called as its stories go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from alignment.outcome import RowResult
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.demo.generator import Writer
from leads.demo.story import Event, Kind, Row
from leads.lifecycle.history import HistoryRow, record_history
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads

SYSTEM = "demo"


class Recorder:
    """Records events, and counts what it recorded; each row has a name of its own, so that it is recorded once."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._names: Counter[str] = Counter()
        self._deals: set[object] = set()

    @property
    def deals(self) -> int:
        return len(self._deals)

    def count(self, kind: Kind) -> int:
        """Rows of this kind so far."""
        return self._counts[kind]

    def record(self, events: Sequence[tuple[Event, Writer]], *, now: datetime) -> list[tuple[int, Writer]]:
        """All of them, as learnt now; the leads that came in, by id."""
        rows: dict[str, list[Row]] = {"lead": [], "stage": [], "activity": [], "deal": []}
        for event, _writer in events:
            rows[event.kind].append(event.row)
        self._counts.update({kind: len(found) for kind, found in rows.items()})
        came: list[tuple[int, Writer]] = []
        if rows["lead"]:
            results = all_in(upsert_leads([_lead(row) for row in rows["lead"]], now=now, actor_id=None))
            whose = [writer for event, writer in events if event.kind == "lead"]
            came = [(one.id, writer) for one, writer in zip(results, whose, strict=True) if one.id is not None]
        history = [row for row in rows["stage"] if row["stage"] != "inquiry"]
        if history:
            all_in(record_history([self._history(row) for row in history], now=now, actor_id=None))
        if rows["activity"]:
            all_in(log_activities([self._activity(row) for row in rows["activity"]], now=now, actor_id=None))
        deals = {row["external_id"]: _deal(row) for row in rows["deal"]}
        self._deals |= deals.keys()
        if deals:
            all_in(save_deals(list(deals.values()), now=now, actor_id=None))
        return came

    def _history(self, row: Row) -> HistoryRow:
        return HistoryRow(system=SYSTEM, identity=self._name(row, "S"), **row)

    def _activity(self, row: Row) -> ActivityRow:
        return ActivityRow(system=SYSTEM, external_id=self._name(row, "A"), **row)

    def _name(self, row: Row, what: str) -> str:
        name = f"{what}{row['lead_external_id']}"
        self._names[name] += 1
        return f"{name}-{self._names[name]}"


def _lead(row: Row) -> LeadRow:
    fields = {key: value for key, value in row.items() if key not in ("landing_page", "consent")}
    consents = {"marketing": row["consent"]} if row["consent"] else {}
    return LeadRow(system=SYSTEM, consents=consents, attributes={"landing_page": row["landing_page"]}, **fields)


def _deal(row: Row) -> DealRow:
    return DealRow(system=SYSTEM, **{**row, "amount": Decimal(str(row["amount"]))})


def all_in(results: Sequence[RowResult]) -> Sequence[RowResult]:
    """The demo is made of good rows only: one that is set aside is a bug in it."""
    refused = [result for result in results if result.status == "rejected"]
    if refused:
        raise RuntimeError(f"The demo made {len(refused)} rows that were set aside, such as: {refused[0]}")
    return results
