"""What an activity looks like on its way in, whoever sends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from alignment.cleaning import NOTHING


class ActivityRow(NamedTuple):
    """The lead is named by `lead_id`, else by `lead_external_id`, else by e-mail, else by name; `kind` and `at` are needed.

    `lead_system` is the system of `lead_external_id`, where it is not the row's own. A name (`full_name`, or `last_name`
    and perhaps `first_name`) means a lead if exactly one has it: of those that the system knows, else of all.

    `by` is who of us did it. `content` is the hash of the row's own content, by which it is found again when it has
    no external id; without it such a row is always a new activity. `typed_in`: entered by hand.
    """

    kind: str | None
    at: datetime | None
    system: str | None = None
    external_id: str | None = None
    lead_external_id: str | None = None
    lead_system: str | None = None
    lead_id: int | None = None
    email: str | None = None
    full_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    by: str | None = None
    campaign: str | None = None
    asset: str | None = None
    channel: str | None = None
    url: str | None = None
    subject: str | None = None
    outcome: str | None = None
    attributes: Mapping[str, object] = NOTHING
    typed_in: bool = False
    content: str | None = None
