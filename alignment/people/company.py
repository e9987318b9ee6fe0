"""What is the company called, in which zone do its periods begin, in which currency are its figures? The one writer."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import transaction
from kombu.exceptions import OperationalError

from alignment.people.models import Organisation, validate_currency
from alignment.people.selectors import organisation
from alignment.refusals import FieldError, Refused

RECOMPUTE = "kpis.tasks.recompute_everything"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CompanySettings:
    """The settings that every figure is computed in."""

    name: str
    timezone: str
    currency: str


@transaction.atomic
def change_company(wanted: CompanySettings, *, now: datetime) -> bool:
    """Save the settings; True where every figure has to be computed anew, which then has been asked for."""
    check_settings(wanted)
    before = organisation()
    set_up_at = before.set_up_at or now
    Organisation.objects.update_or_create(
        id=1,
        defaults={
            "name": wanted.name,
            "timezone": wanted.timezone,
            "currency": wanted.currency,
            "set_up_at": set_up_at,
        },
    )
    if (before.timezone, before.currency) == (wanted.timezone, wanted.currency):
        return False
    transaction.on_commit(recompute_everything)
    return True


def check_settings(wanted: CompanySettings) -> None:
    """Refused, field by field, where a name, a zone or a currency is none."""
    errors = []
    if not wanted.name:
        errors.append(FieldError("name", "missing", "The company needs a name."))
    if wanted.timezone not in known_timezones():
        errors.append(FieldError("timezone", "unknown_timezone", f"There is no time zone {wanted.timezone}."))
    try:
        validate_currency(wanted.currency)
    except ValidationError as error:
        errors.append(FieldError("currency", "invalid_currency", error.messages[0]))
    if errors:
        raise Refused("invalid_settings", " ".join(error.detail for error in errors), errors)


def recompute_everything() -> None:
    """Ask a worker for a full recompute; where the broker is away, the one of the night does it."""
    try:
        current_app.send_task(RECOMPUTE)
    except OperationalError:
        log.warning("The full recompute could not be queued; the nightly one will do it.")


def known_timezones() -> list[str]:
    """The zones somebody may choose, by name: places and UTC, none of the historical abbreviations."""
    return ["UTC", *sorted(zone for zone in available_timezones() if _is_place(zone))]


def _is_place(zone: str) -> bool:
    return "/" in zone and zone.split("/", 1)[0] not in (
        "Etc",
        "SystemV",
        "posix",
        "right",
        "US",
        "Canada",
        "Brazil",
        "Mexico",
        "Chile",
    )
