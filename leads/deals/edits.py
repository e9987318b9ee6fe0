"""What may a person change about a deal by hand, and how do they make one?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from alignment.attempts import again_after_deadlock
from alignment.refusals import FieldError, Refused
from leads.deals.models import Deal
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.deals.stages import settle

STATED = frozenset(DealRow._fields) - {"system", "external_id", "deal_id"}
EMPTIED = {"amount": "amount", "owner": "owner_id", "company": "company_id", "lead_id": "lead_id", "opened_at": "opened_at",
           "closed_at": "closed_at", "lost_reason": "lost_reason"}  # fmt: skip
"""What may be empty, and the column that holds it."""


@again_after_deadlock
@transaction.atomic
def edit_deal(
    deal: Deal,
    changes: Mapping[str, object],
    *,
    now: datetime,
    actor_id: int | None,
    scope: int = 0,
    expected_version: int | None = None,
) -> Deal:
    """Change fields of a deal by hand: the names of `DealRow`, None empties. Wrong values are refused with their fields.

    Another version than expected is refused with `version_changed` (412).
    """
    locked = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
    if expected_version is not None and locked.version != expected_version:
        raise Refused("version_changed", "Somebody changed this deal meanwhile. Look again, then decide.", status=412)
    unknown = sorted(set(changes) - STATED)
    if unknown:
        errors = [FieldError(name, "not_editable", f"{name} cannot be changed by hand.") for name in unknown]
        raise Refused("not_editable", " ".join(error.detail for error in errors), errors)
    stated = {name: value for name, value in changes.items() if value is not None}
    if stated:
        row = DealRow(deal_id=locked.pk, **stated)  # type: ignore[arg-type]
        [result] = save_deals([row], now=now, actor_id=actor_id, scope=scope)
        if result.status == "rejected":
            detail, code = result.detail or "", result.code or "invalid"
            status = 409 if code == "erased" else 400
            raise Refused(code, detail, [FieldError(result.field or "", code, detail)], status)
    _empty(locked, [name for name, value in changes.items() if value is None], now=now, actor_id=actor_id)
    deal.refresh_from_db()
    return deal


def _empty(deal: Deal, names: list[str], *, now: datetime, actor_id: int | None) -> None:
    deal.refresh_from_db()
    lead_id, company_id = deal.lead_id, deal.company_id
    columns = [EMPTIED[name] for name in names if name in EMPTIED and getattr(deal, EMPTIED[name]) is not None]
    if not columns:
        return
    if "closed_at" in columns and deal.status != "open":
        detail = f"A deal that is {deal.status} needs the date on which it was."
        raise Refused("missing_closed_at", detail, [FieldError("closed_at", "missing_closed_at", detail)])
    for column in columns:
        setattr(deal, column, None)
    deal.version += 1
    deal.save(update_fields=[*(column.removesuffix("_id") for column in columns), "version"])
    settle([i for i in (lead_id,) if i], [i for i in (company_id,) if i], now=now, actor_id=actor_id)
