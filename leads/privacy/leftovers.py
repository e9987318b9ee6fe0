"""Where else is a lead spoken of, outside its own rows? Kept answers to requests, rows that imports set aside, messages."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

from alignment.outbox.forgetting import forget
from leads.imports.models import Import, ImportError  # noqa: A004
from leads.records.models import Lead

GONE = "(erased)"
DIGITS = 8
"""So many last digits of a number are nobody else's, and stay the same with or without the country's."""

ANSWERS = """
DELETE FROM api_idempotencykey k
WHERE k.body ~ %(about)s OR (k.body LIKE %(itself)s AND strpos(k.body, '"erased_at":') > 0)
   OR (%(email)s <> '' AND strpos(lower(k.body), %(email)s) > 0)
"""

SET_ASIDE = """
SELECT e.id FROM leads_importerror e
CROSS JOIN LATERAL (
    SELECT array_agg(lower(btrim(c.cell))) AS cells FROM (
        SELECT e.value AS cell UNION ALL SELECT jsonb_array_elements_text(e.row)) c
) row
WHERE row.cells && %(words)s::text[]
   OR (%(first)s <> '' AND %(last)s <> '' AND row.cells @> ARRAY[%(first)s, %(last)s]::text[])
   OR EXISTS (
       SELECT FROM unnest(row.cells) c(cell)
       WHERE (%(email)s <> '' AND strpos(c.cell, %(email)s) > 0)
          OR (length(%(digits)s) >= 8 AND strpos(regexp_replace(c.cell, '[^0-9]', '', 'g'), %(digits)s) > 0))
"""
"""An address also where it stands within a cell; of a number the last digits, however it is written."""


def drop_answers(lead: Lead) -> int:
    """Delete the answers kept for repeated requests that are about this lead; how many there were."""
    values = {
        "about": f'"lead(_id)?":{lead.pk}[,}}]',
        "itself": f'{{"id":{lead.pk},%',
        "email": (lead.email or "").lower(),
    }
    with connection.cursor() as cursor:
        cursor.execute(ANSWERS, values)
        return int(cursor.rowcount)


def forget_messages(lead: Lead) -> int:
    """Empty notices and mails that name this lead or lead to its page; how many."""
    both = f"{lead.first_name} {lead.last_name}" if lead.first_name and lead.last_name else None
    names = {lead.full_name, lead.email, lead.phone, both}
    return forget(words={name for name in names if name}, paths={f"/leads/{lead.pk}/"}, instead=GONE)


def scrub_set_aside(lead: Lead) -> int:
    """Empty the rows that imports set aside and that name this lead: by address, number or name, or by its id in its system."""
    first, last = ((name or "").strip().lower() for name in (lead.first_name, lead.last_name))
    whole = (lead.email, lead.phone, lead.full_name, f"{first} {last}" if first and last else None)
    values: dict[str, str | list[str]] = {
        "words": sorted({text.strip().lower() for text in whole if text}),
        "first": first,
        "last": last,
        "email": (lead.email or "").lower(),
        "digits": "".join(sign for sign in lead.phone or "" if sign.isdigit())[-DIGITS:],
    }
    with connection.cursor() as cursor:
        cursor.execute(SET_ASIDE, values)
        found = {row[0] for row in cursor.fetchall()}
    found |= _by_external_id(lead)
    return ImportError.objects.filter(pk__in=found).update(row=[], value=None, reason=GONE)


def _by_external_id(lead: Lead) -> set[int]:
    if not lead.external_id:
        return set()
    found: set[int] = set()
    in_rows = Q(profile__fields__has_any_keys=["system", "lead_system"])
    for import_ in Import.objects.filter(Q(profile__system=lead.system) | in_rows).exclude(errors=None).distinct():
        columns = import_.decisions.get("columns", [])
        of_system = _of_system(import_, columns, lead.system)
        for name in ("external_id", "lead_external_id"):
            for column in _columns(import_.profile.get("fields", {}).get(name)):
                if column in columns and (name == "lead_external_id" or import_.kind == "leads"):
                    cell = {f"row__{columns.index(column)}": lead.external_id}
                    of_lead = Q(**cell) | Q(column=column, value=lead.external_id)
                    found |= set(import_.errors.filter(of_lead & of_system).values_list("pk", flat=True))
    return found


def _of_system(import_: Import, columns: list[str], system: str | None) -> Q:
    """The rows of a system: those that say so themselves, and where they say nothing all of a profile for it."""
    fields = [import_.profile.get("fields", {}).get(name) for name in ("lead_system", "system")]
    said = [columns.index(one) for field in fields for one in _columns(field) if one in columns]
    constants = [field["value"] for field in fields if isinstance(field, dict) and "value" in field]
    of_profile = system in (constants or [import_.profile.get("system")])
    stated = Q(*(Q(**{f"row__{index}": system}) for index in said), _connector=Q.OR) if said else Q(pk__in=[])
    unsaid = Q(**{f"row__{index}": "" for index in said})
    return stated | unsaid if of_profile and said else unsaid if of_profile else stated


def _columns(field: object) -> list[str]:
    """The columns that a field of a profile is read from."""
    said = [field.get("column"), *(field.get("columns") or [])] if isinstance(field, dict) else [field]
    return [column for column in said if isinstance(column, str)]
