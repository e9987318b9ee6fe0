"""What did marketing spend, when and on what? The only writer of spend."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from alignment.before import Before, remember
from alignment.cleaning import Unfit, clean_text
from alignment.money import clean_amount, clean_currency
from alignment.outcome import RowResult
from alignment.own_names import own_id
from alignment.people.selectors import reporting_currency
from alignment.programs.models import Spend
from alignment.programs.named import named_campaigns
from alignment.programs.queries import spend as queries
from alignment.programs.rows import SpendRow

TEXTS = {"currency": 10, "campaign": 300, "channel": 200, "source": 200, "system": 100, "external_id": 200}


@dataclass(slots=True)
class _Clean:
    """A row that can be written: what it states, by the names of the table's fields, and by what it is found."""

    index: int
    values: dict[str, object]
    campaign: str | None
    identity: str | None
    own: int | None

    @property
    def by_content(self) -> bool:
        """Found again by its content alone: there is nothing in it that could differ."""
        return "external_id" not in self.values


@transaction.atomic
def save_spend(
    rows: Sequence[SpendRow], *, now: datetime, actor_id: int | None, import_id: int | None = None
) -> list[RowResult]:
    """Make spend, or bring what has the same external id up to date; one result a row, in order.

    The same row of a file again is unchanged. What an import adds to days on which an earlier one spent on the same
    campaign, channel and source is in, with the warning `spend_overlaps`.
    """
    results: dict[int, RowResult] = {}
    clean = _clean(rows, results)
    campaigns = named_campaigns((row.campaign for row in clean if row.campaign), import_id=import_id)
    book = _Book(clean)
    ids, currency = iter(_new_ids(len(clean))), reporting_currency()
    for row in clean:
        if row.campaign:
            row.values["campaign_id"] = campaigns[row.campaign]
        known = book.find(row)
        if known is None:
            made = Spend(
                id=next(ids), identity=row.identity, import_id=import_id, **{"currency": currency, **row.values}
            )
            book.enter(row, made)
            results[row.index] = RowResult(row.index, "created", made.pk)
        else:
            changed = not row.by_content and book.change(known, row.values)
            results[row.index] = RowResult(row.index, "updated" if changed else "unchanged", known.pk)
    made_ids = _write(book.made)
    _change(book, import_id)
    _settle(results, book, made_ids)
    _warn(results, made_ids, import_id)
    return [results[index] for index in range(len(rows))]


def _clean(rows: Sequence[SpendRow], results: dict[int, RowResult]) -> list[_Clean]:
    clean = []
    for index, row in enumerate(rows):
        try:
            clean.append(_clean_row(index, row))
        except Unfit as unfit:
            results[index] = unfit.result(index)
    return clean


def _clean_row(index: int, row: SpendRow) -> _Clean:
    starts_on, ends_on = _days(row)
    amount = clean_amount("amount", row.amount, credits_too=True)
    if amount is None:
        raise Unfit("amount", "required", "Spend needs an amount.")
    texts = {name: clean_text(name, getattr(row, name), limit) for name, limit in TEXTS.items()}
    campaign, external_id = texts.pop("campaign"), texts["external_id"]
    own = own_id(texts["system"], external_id)
    if texts["currency"] is not None:
        texts["currency"] = clean_currency(texts["currency"])
    values: dict[str, object] = {"starts_on": starts_on, "ends_on": ends_on, "amount": amount}
    values |= {name: text for name, text in texts.items() if text is not None}
    identity = row.content
    if external_id is not None:
        values.setdefault("system", "")
        identity = hashlib.sha256(f"{texts['system'] or ''}\0{external_id}".encode()).hexdigest()
    return _Clean(index, values, campaign, identity, own)


def _days(row: SpendRow) -> tuple[date, date]:
    if row.starts_on is None:
        if row.ends_on is not None:
            raise Unfit("starts_at", "required", "Spend until a day needs the day it starts.", row.ends_on.isoformat())
        raise Unfit("date", "required", "Spend needs a date.")
    if row.ends_on is None and row.whole_span:
        detail = "Spend from a day on needs the day it ends, or all of it is of one day: then map that day to date."
        raise Unfit("ends_at", "required", detail)
    ends_on = row.ends_on or row.starts_on
    if ends_on < row.starts_on:
        raise Unfit("ends_at", "invalid_span", "Spend cannot end before it starts.", ends_on.isoformat())
    return row.starts_on, ends_on


class _Book:
    """The spend that rows mean: what is here, locked until the transaction ends, and what they make."""

    def __init__(self, rows: Sequence[_Clean]) -> None:
        here = Spend.objects.select_for_update().order_by("pk")
        self._by_identity = {
            one.identity: one for one in here.filter(identity__in={row.identity for row in rows if row.identity})
        }
        self._by_id = here.in_bulk({row.own for row in rows if row.own is not None})
        self.made: list[Spend] = []
        self.was: dict[int, dict[str, object]] = {}
        self._here = {one.pk: one for one in [*self._by_identity.values(), *self._by_id.values()]}

    def find(self, row: _Clean) -> Spend | None:
        own = self._by_id.get(row.own) if row.own is not None else None
        return own or (self._by_identity.get(row.identity) if row.identity else None)

    def enter(self, row: _Clean, made: Spend) -> None:
        self.made.append(made)
        if row.identity is not None:
            self._by_identity[row.identity] = made

    def change(self, known: Spend, values: Mapping[str, object]) -> bool:
        """The newest stated value wins; whether one differed. Who it is does not change."""
        stated = {name: value for name, value in values.items() if name not in ("system", "external_id")}
        changed = {name: value for name, value in stated.items() if getattr(known, name) != value}
        for name, value in changed.items():
            if known.pk in self._here:
                self.was.setdefault(known.pk, {}).setdefault(name, getattr(known, name))
            setattr(known, name, value)
        return bool(changed)

    def changed(self) -> list[Spend]:
        return [self._here[pk] for pk in self.was]


def _new_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(queries.IDS, {"count": count})
        return [row[0] for row in cursor.fetchall()]


def _write(made: Sequence[Spend]) -> set[int]:
    """Make them; those that nobody else made meanwhile."""
    Spend.objects.bulk_create(made, ignore_conflicts=True, batch_size=2_000)
    return set(Spend.objects.filter(pk__in=[one.pk for one in made]).values_list("pk", flat=True)) if made else set()


def _change(book: _Book, import_id: int | None) -> None:
    changed = book.changed()
    for one in changed:
        one.version += 0 if import_id is not None and one.import_id == import_id else 1
    names = ["starts_on", "ends_on", "amount", "currency", "campaign_id", "channel", "source", "version"]
    if changed:
        Spend.objects.bulk_update(changed, [name.removesuffix("_id") for name in names], batch_size=2_000)
    remember(
        import_id, "spend",
        [Before(one.pk, book.was[one.pk], {name: getattr(one, name) for name in book.was[one.pk]}) for one in changed],
    )  # fmt: skip


def _settle(results: dict[int, RowResult], book: _Book, made: set[int]) -> None:
    """What another writer made in the same moment is there: the row says nothing new."""
    lost = {one.pk: one.identity for one in book.made if one.pk not in made}
    if not lost:
        return
    winners = dict(Spend.objects.filter(identity__in=lost.values()).values_list("identity", "pk"))
    for index, result in results.items():
        if result.id in lost:
            results[index] = RowResult(index, "unchanged", winners.get(lost[result.id]))


def _warn(results: dict[int, RowResult], made: Iterable[int], import_id: int | None) -> None:
    if import_id is None or not made:
        return
    with connection.cursor() as cursor:
        cursor.execute(queries.OVERLAPS, {"made": sorted(made), "import": import_id})
        earlier = dict(cursor.fetchall())
    for index, result in results.items():
        if result.status == "created" and result.id in earlier:
            which = " and ".join(str(number) for number in earlier[result.id])
            sentence = (
                f"Spend of these days on the same campaign, channel and source came with import {which} already. "
                f"Both count; if this file replaces it, undo import {which}"
            )
            results[index] = result.warned("spend_overlaps", sentence)
