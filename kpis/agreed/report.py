"""The report `scorecard`: for command and API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from alignment.agreements.entitlement import may_read
from alignment.people.selectors import Somebody
from alignment.refusals import Refused
from kpis.agreed.documents import OPTIONS, read_options, scorecard_document
from kpis.agreed.standings import refresh

__all__ = ["OPTIONS", "compute", "read"]


def read(options: Mapping[str, Sequence[str]], user: Somebody, now: datetime) -> dict[str, Any]:
    """As it is kept; there is none for who may not read agreements."""
    if not may_read(user):
        raise Refused("not_found", "There is no such report.", status=404)
    return scorecard_document(options, user, now)


def compute(options: Mapping[str, Sequence[str]], now: datetime, _anew: bool) -> dict[str, Any]:
    """The same for the command: with forecasts and explanations as of now."""
    read_options(options, now)
    refresh(now)
    return scorecard_document(options, None, now)
