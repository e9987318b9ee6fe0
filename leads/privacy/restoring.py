"""What did an import overwrite, and is it still as the import left it? Put back field by field; what changed since stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast

import orjson
from django.db.models import F, ForeignKey, Model

from alignment.people.models import User
from alignment.programs.models import Campaign, Rate, Series, Spend
from leads.deals.models import Deal
from leads.imports.mapping.field_words import in_words
from leads.imports.models import ImportBefore
from leads.records.company_book import hold_renamed
from leads.records.models import AwaitedParent, Company, Lead

TABLES: dict[str, type[Model]] = {
    "lead": Lead, "deal": Deal, "company": Company, "campaign": Campaign, "rate": Rate, "person": User,
    "spend": Spend, "series": Series, "awaited": AwaitedParent,
}  # fmt: skip
VERSIONED = frozenset({"lead", "deal", "company", "campaign", "spend", "series"})
SILENT = frozenset({"awaited"})
"""What hangs on another object: nobody needs to be told that it changed since."""
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class _Found:
    """An object as it is now, with what is put back and what changed since."""

    image: ImportBefore
    row: Model
    back: dict[str, object]
    changed: list[str]


def restore(import_id: int, spared: list[dict[str, object]]) -> dict[str, set[int]]:
    """Put back what the import overwrote; by table the objects that were concerned. Fields changed since go to `spared`.

    A thousand objects at a time: one statement reads those of a table, one writes those with the same fields.
    """
    concerned: dict[str, set[int]] = {table: set() for table in TABLES}
    images = ImportBefore.objects.filter(source_id=import_id).order_by("id").iterator(BATCH)
    while batch := list(islice(images, BATCH)):
        found = list(_look(batch, import_id))
        _forget_gone(found)
        _put_back(found)
        for item in found:
            concerned[item.image.table].add(item.image.object_id)
            if item.changed and item.image.table not in SILENT:
                why = f"{', '.join(map(in_words, item.changed))} changed since"
                spared.append({"table": item.image.table, "id": item.image.object_id, "why": why})
    ImportBefore.objects.filter(source_id=import_id).delete()
    return concerned


def _look(batch: Sequence[ImportBefore], import_id: int) -> Iterator[_Found]:
    """The objects that are there; what the import made goes with it, or is spared as it is."""
    ids: dict[str, list[int]] = defaultdict(list)
    for image in batch:
        ids[image.table].append(image.object_id)
    rows = {table: TABLES[table]._base_manager.in_bulk(wanted) for table, wanted in ids.items()}
    for image in batch:
        row = rows[image.table].get(image.object_id)
        if row is None or getattr(row, "import_id", None) == import_id:
            continue
        was, became = image.before["was"], image.before["became"]
        changed = sorted(name for name in was if _plain(getattr(row, name)) != became[name])
        yield _Found(image, row, {name: value for name, value in was.items() if name not in changed}, changed)


def _forget_gone(found: Sequence[_Found]) -> None:
    """Nothing instead of what an undo of another import took away meanwhile: a company, a campaign, a person."""
    named: dict[type[Model], dict[str, set[object]]] = defaultdict(lambda: defaultdict(set))
    for item in found:
        for field in type(item.row)._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.null and (value := item.back.get(field.attname)) is not None:
                named[type(item.row)][field.attname].add(value)
    for model, fields in named.items():
        for name, values in fields.items():
            related = cast("ForeignKey[Model, Model]", model._meta.get_field(name.removesuffix("_id"))).related_model
            there = set(related._base_manager.filter(pk__in=values).values_list("pk", flat=True))
            for item in found:
                if type(item.row) is model and item.back.get(name) is not None and item.back[name] not in there:
                    item.back[name] = None


def _put_back(found: Sequence[_Found]) -> None:
    alike: dict[tuple[str, tuple[str, ...]], list[Model]] = defaultdict(list)
    for item in found:
        if not item.back:
            continue
        table = item.image.table
        values = item.back | ({"version": F("version") + 1} if table in VERSIONED else {})
        for name, value in values.items():
            setattr(item.row, name, value)
        alike[table, tuple(sorted(values))].append(item.row)
    hold_renamed(item.row.pk for item in found if item.image.table == "company" and "name" in item.back)
    for (table, names), rows in alike.items():
        TABLES[table]._base_manager.bulk_update(rows, names)


def companies_of(deal_ids: Iterable[int]) -> set[int]:
    """The companies that these deals belong to."""
    found = Deal.objects.filter(pk__in=list(deal_ids)).exclude(company=None)
    return set(found.values_list("company_id", flat=True))


def _plain(value: object) -> object:
    """The value as it is kept in a before-image."""
    return orjson.loads(orjson.dumps(value, default=str))
