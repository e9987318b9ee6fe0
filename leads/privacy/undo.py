"""What did an import write, and what of it may go? Everything, but what somebody or something touched since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.db import connection, models

from alignment.people.models import PersonChange, User
from alignment.programs.models import Campaign, Rate, Series, Spend
from leads.deals.models import Deal
from leads.deals.stages import lock_companies, settle
from leads.imports.models import Import, ImportBefore
from leads.lifecycle.changes import bring_up_to_date, lock, touch
from leads.privacy.queries import undo as queries
from leads.privacy.restoring import companies_of, restore
from leads.privacy.standing import take_standing_back
from leads.records.models import Company, Lead, LeadValue
from leads.records.usable import keep_usable

BATCH = 10_000
Values = dict[str, int | list[int] | datetime]
"""What the statements are told: the import, ids, and when the import began."""


def take_out(import_: Import, *, now: datetime, actor_id: int | None) -> tuple[dict[str, int], list[dict[str, object]]]:
    """Remove the import's rows and put back what it changed: rows by table, and what was left alone and why."""
    spared: list[dict[str, object]] = []
    lock_companies(_companies(import_.pk))
    kept_deals = _touched(queries.TOUCHED_DEALS, "deal", {"import": import_.pk}, spared)
    deals = sorted(set(Deal.objects.filter(import_id=import_.pk).values_list("pk", flat=True)) - set(kept_deals))
    values: Values = {"import": import_.pk, "deals": deals, "kept": kept_deals}
    concerned = set(lock(_ids(queries.CONCERNED, values), alone=True))
    kept_leads = _touched(queries.TOUCHED_LEADS, "lead", values, spared)
    values["spared"] = kept_leads
    going = sorted(set(Lead.objects.filter(import_id=import_.pk).values_list("pk", flat=True)) - set(kept_leads))
    values |= {"began": _began(import_.pk), "going": going, "staying": sorted(concerned - {*going, *kept_leads})}
    values["moves"] = sorted(_ids(queries.MOVES, values))
    companies = companies_of(deals)
    counts = {name: _run(statement, values) for name, statement in queries.STEPS.items()}
    counts["leads"] = _delete_leads(going)
    changed = restore(import_.pk, spared)
    counts["people_changes"] = take_standing_back(import_.pk, changed["person"], now=now)
    left = (concerned | changed["lead"] | _leads_of(changed["deal"])) - set(going)
    keep_usable(left)
    bring_up_to_date(left)
    _run(queries.JUDGE_ANEW, values | {"leads": sorted(changed["lead"]), "companies": sorted(changed["company"])})
    settle(left, companies | companies_of(changed["deal"]), now=now, actor_id=actor_id)
    _run(queries.FORGET_PAST, {"import": import_.pk, "leads": sorted(left), "companies": sorted(changed["company"])})
    if going:
        touch(going)
    counts |= _delete_the_rest(import_.pk, spared)
    return {name: count for name, count in counts.items() if count}, spared


def _companies(import_id: int) -> set[int]:
    """The companies of all deals that the import made or changed: they are locked before any lead is."""
    changed = ImportBefore.objects.filter(source_id=import_id, table="deal")
    deals = {
        *Deal.objects.filter(import_id=import_id).values_list("pk", flat=True),
        *changed.values_list("object_id", flat=True),
    }
    return companies_of(deals) | {i for i in changed.values_list("before__was__company_id", flat=True) if i is not None}


def _touched(statement: str, table: str, values: Values, spared: list[dict[str, object]]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = [(pk, why) for pk, why in cursor.fetchall() if why is not None]
    spared += [{"table": table, "id": pk, "why": why} for pk, why in found]
    return [pk for pk, _why in found]


def _ids(statement: str, values: Values) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def _began(import_id: int) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(queries.BEGAN, {"import": import_id})
        [began] = cursor.fetchone()
        return cast("datetime", began)


def _run(statement: str, values: Values) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def _leads_of(deal_ids: set[int]) -> set[int]:
    found = Deal.objects.filter(pk__in=deal_ids).exclude(lead=None)
    return set(found.values_list("lead_id", flat=True))


def _delete_leads(lead_ids: Sequence[int]) -> int:
    """The leads with whatever is derived from them, in whichever app it is kept."""
    deleted = 0
    for start in range(0, len(lead_ids), BATCH):
        batch = lead_ids[start : start + BATCH]
        for relation in Lead._meta.related_objects:
            if relation.on_delete is models.CASCADE:
                relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": batch}).delete()
        deleted += _run("DELETE FROM leads_lead WHERE id = ANY(%(leads)s::bigint[])", {"leads": list(batch)})
    return deleted


def _delete_the_rest(import_id: int, spared: list[dict[str, object]]) -> dict[str, int]:
    """Companies, campaigns and people that only this import needed; spend, series and rates."""
    values: Values = {"import": import_id}
    counts = {
        "company_names": _run(queries.COMPANY_NAMES, values),
        "awaited_parents": _run(queries.AWAITED_PARENTS, values),
        "companies": _delete_companies(values),
        "spend": Spend.objects.filter(import_id=import_id, version=1).delete()[0],
        "series": Series.objects.filter(import_id=import_id, version=1).delete()[0],
        "campaigns": _run(queries.UNUSED_CAMPAIGNS, values | {"free": _ids(queries.FREE_CAMPAIGNS, values)}),
        "rates": Rate.objects.filter(import_id=import_id).delete()[0],
        "people": _delete_people(import_id),
    }
    for table, model in (
        ("company", Company), ("spend", Spend), ("series", Series), ("campaign", Campaign), ("person", User),
    ):  # fmt: skip
        left = model._base_manager.filter(import_id=import_id).order_by("pk").values_list("pk", flat=True)
        spared += [{"table": table, "id": pk, "why": "it is in use or was changed since"} for pk in left]
    return counts


def _delete_companies(values: Values) -> int:
    """From the bottom up: one that others stand below goes once those are gone. One that a writer holds right now stays."""
    deleted = 0
    free: Values = values | {"free": _ids(queries.FREE_COMPANIES, values)}
    while gone := _run(queries.UNUSED_COMPANIES, free):
        deleted += gone
    return deleted


def _delete_people(import_id: int) -> int:
    """People whom nothing names any more, and who were never let in."""
    held_by_nobody = _ids(queries.FREE_PEOPLE, {"import": import_id})
    made = User.objects.filter(pk__in=held_by_nobody).only("pk", "password")
    free = {user.pk for user in made if not user.has_usable_password()}
    for relation in User._meta.related_objects:
        if relation.related_model is not PersonChange and isinstance(relation.field, models.ForeignKey):
            name = relation.field.name
            used = relation.related_model._base_manager.filter(**{f"{name}__in": free})
            free -= set(used.values_list(name, flat=True).distinct())
    free -= set(LeadValue.objects.filter(field="owner", ref__in=free).values_list("ref", flat=True))
    changed = PersonChange.objects.filter(user_id__in=free).exclude(import_id=import_id)
    free -= set(changed.values_list("user_id", flat=True))
    PersonChange.objects.filter(user_id__in=free).delete()
    return User.objects.filter(pk__in=free).delete()[0]
