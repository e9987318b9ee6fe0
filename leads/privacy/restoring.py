"""What did an import overwrite, and is it still as the import left it? Put back field by field; what changed since stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import orjson
from django.db.models import F, Model

from alignment.people.models import PersonChange, User
from alignment.programs.models import Campaign, Rate
from leads.deals.models import Deal
from leads.imports.models import ImportBefore
from leads.records.models import Company, Lead

TABLES: dict[str, type[Model]] = {
    "lead": Lead, "deal": Deal, "company": Company, "campaign": Campaign, "rate": Rate, "person": User,
}  # fmt: skip
VERSIONED = frozenset({"lead", "deal", "company", "campaign"})
STANDING = frozenset({"team_id", "is_active"})
BATCH = 2_000


def restore(import_id: int, spared: list[dict[str, object]], *, now: datetime) -> dict[str, set[int]]:
    """Put back what the import overwrote; by table the objects that were concerned. Fields changed since go to `spared`."""
    concerned: dict[str, set[int]] = {table: set() for table in TABLES}
    for image in ImportBefore.objects.filter(source_id=import_id).order_by("id").iterator(BATCH):
        row = TABLES[image.table]._base_manager.filter(pk=image.object_id).first()
        if row is None or getattr(row, "import_id", None) == import_id:
            continue  # it goes with the import, or is spared as it is
        concerned[image.table].add(image.object_id)
        was, became = image.before["was"], image.before["became"]
        changed = sorted(name for name in was if _plain(getattr(row, name)) != became[name])
        back = {name: value for name, value in was.items() if name not in changed}
        if back:
            version = {"version": F("version") + 1} if image.table in VERSIONED else {}
            TABLES[image.table]._base_manager.filter(pk=row.pk).update(**back, **version)
        if image.table == "person" and STANDING & set(back):
            _log_standing(image.object_id, now)
        if changed:
            spared.append({"table": image.table, "id": row.pk, "why": f"{', '.join(changed)} changed since"})
    ImportBefore.objects.filter(source_id=import_id).delete()
    return concerned


def _log_standing(user_id: int, now: datetime) -> None:
    """What a list said of somebody's team held until now; the log of people keeps that."""
    user = User.objects.get(pk=user_id)
    PersonChange.objects.create(user=user, at=now, recorded_at=now, active=user.is_active, team_id=user.team_id)


def companies_of(deal_ids: Iterable[int]) -> set[int]:
    """The companies that these deals belong to."""
    found = Deal.objects.filter(pk__in=list(deal_ids)).exclude(company=None)
    return set(found.values_list("company_id", flat=True))


def _plain(value: object) -> object:
    """The value as it is kept in a before-image."""
    return orjson.loads(orjson.dumps(value, default=str))
