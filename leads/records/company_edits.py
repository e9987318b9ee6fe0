"""What may a person change about a company by hand?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from alignment import clock
from alignment.cleaning import Unfit, clean_attributes, clean_text
from alignment.money import clean_amount
from alignment.refusals import FieldError, Refused
from leads.lifecycle.recording import known_from
from leads.records.models import Company, CompanyIdentity
from leads.records.names import normal_name

TEXTS = {"name": 300, "domain": 253, "industry": 200, "country": 100}
EDITABLE = ("name", "domain", "industry", "employees", "annual_revenue", "country", "attributes")
IDENTITY = {"system": 100, "external_id": 200}
MOST_EMPLOYEES = 2**31 - 1


def add_company(fields: Mapping[str, object], *, scope: int = 0) -> Company:
    """Make a company by hand or over the API: `EDITABLE`, `system` and `external_id`. One of that identity is 409."""
    values = _read({name: value for name, value in fields.items() if name not in IDENTITY}, {})
    names = {name: clean_text(name, _text(fields.get(name)), limit) for name, limit in IDENTITY.items()}
    if values.get("name") is None:
        raise _refused([FieldError("name", "required", "A company needs a name.")])
    if names["external_id"] is not None:
        values |= {"external_id": names["external_id"], "system": names["system"] or ""}
    further = CompanyIdentity.objects.filter(
        scope=scope, system=names["system"] or "", external_id=names["external_id"]
    )
    if names["external_id"] is not None and further.exists():
        raise Refused("external_id_taken", "There is a company with this external id already.", status=409)
    try:
        with transaction.atomic():
            return Company.objects.create(scope=scope, normal_name=normal_name(str(values["name"])), **values)
    except IntegrityError as taken:
        raise Refused("external_id_taken", "There is a company with this external id already.", status=409) from taken


@transaction.atomic
def edit_company(
    company: Company,
    changes: Mapping[str, object],
    *,
    expected_version: int | None = None,
    now: datetime | None = None,
) -> Company:
    """Change fields of `EDITABLE`, None empties; another version than expected is refused with `version_changed` (412)."""
    locked = Company.objects.select_for_update(of=("self",)).get(pk=company.pk)
    if expected_version is not None and locked.version != expected_version:
        raise Refused(
            "version_changed", "Somebody changed this company meanwhile. Look again, then decide.", status=412
        )
    values = _read(changes, locked.attributes)
    if "name" in values and values["name"] is None:
        raise _refused([FieldError("name", "required", "A company needs a name.")])
    differing = {name: value for name, value in values.items() if getattr(locked, name) != value}
    if not differing:
        return locked
    known_from(now or clock.now())
    for name, value in differing.items():
        setattr(locked, name, value)
    locked.normal_name, locked.version = normal_name(locked.name), locked.version + 1
    locked.save(update_fields=[*differing, "normal_name", "version"])
    return locked


def _read(changes: Mapping[str, object], attributes: Mapping[str, object]) -> dict[str, object]:
    errors, values = [], {}
    for name, value in changes.items():
        try:
            values[name] = _value(name, value, attributes)
        except Unfit as unfit:
            errors.append(FieldError(name, unfit.code, unfit.detail))
    if errors:
        raise _refused(errors)
    return values


def _value(name: str, value: object, attributes: Mapping[str, object]) -> object:
    if name in TEXTS:
        text = clean_text(name, _text(value), TEXTS[name])
        return text.lower() if name == "domain" and text else text
    if name == "employees":
        if value is not None and (not isinstance(value, int) or not 0 <= value <= MOST_EMPLOYEES):
            raise Unfit(name, "invalid_number", "employees is a whole number from 0.")
        return value
    if name == "annual_revenue":
        return clean_amount(name, Decimal(str(value)) if value is not None else None)
    if name == "attributes":
        given = value if isinstance(value, Mapping) else {}
        emptied = {key for key, item in given.items() if item is None or item == ""}
        return clean_attributes({key: item for key, item in {**attributes, **given}.items() if key not in emptied})
    raise Unfit(name, "not_editable", f"{name} cannot be changed by hand.")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _refused(errors: list[FieldError]) -> Refused:
    return Refused(errors[0].code, " ".join(error.detail for error in errors), errors)
