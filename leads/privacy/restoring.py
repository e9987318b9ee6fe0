"""What did an import overwrite, and is it still as the import left it? Put back field by field; what changed since stays."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from django.db.models import F, Model

from leads.deals.models import Deal
from leads.imports.models import ImportBefore
from leads.records.models import Company, Lead

TABLES: dict[str, type[Model]] = {"lead": Lead, "deal": Deal, "company": Company}
BATCH = 2_000


def restore(import_id: int, spared: list[dict[str, object]]) -> dict[str, set[int]]:
    """Put back what the import overwrote; by table the objects that were concerned. Fields changed since go to `spared`."""
    concerned: dict[str, set[int]] = {table: set() for table in TABLES}
    for image in ImportBefore.objects.filter(source_id=import_id).order_by("id").iterator(BATCH):
        row = TABLES[image.table]._base_manager.filter(pk=image.object_id).first()
        if row is None:
            continue
        concerned[image.table].add(image.object_id)
        was, became = image.before["was"], image.before["became"]
        changed = sorted(name for name in was if _plain(getattr(row, name)) != became[name])
        back = {name: value for name, value in was.items() if name not in changed}
        if back:
            TABLES[image.table]._base_manager.filter(pk=row.pk).update(**back, version=F("version") + 1)
        if changed:
            spared.append({"table": image.table, "id": row.pk, "why": f"{', '.join(changed)} changed since"})
    ImportBefore.objects.filter(source_id=import_id).delete()
    return concerned


def companies_of(deal_ids: Iterable[int]) -> set[int]:
    """The companies that these deals belong to."""
    found = Deal.objects.filter(pk__in=list(deal_ids)).exclude(company=None)
    return set(found.values_list("company_id", flat=True))


def _plain(value: object) -> object:
    """The value as it is kept in a before-image."""
    return orjson.loads(orjson.dumps(value, default=str))
