"""What an activity looks like on its way in, whoever sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """The lead is named by `lead_id`, else by `lead_external_id` within `system`, else by e-mail; `kind` and `at` are needed.

    `by` is who of us did it. `content` is the hash of the row's own content, by which it is found again when it has
    no external id; without it such a row is always a new activity. `typed_in`: entered by hand.
    """

    kind: str | None
    at: datetime | None
    system: str | None = None
    external_id: str | None = None
    lead_external_id: str | None = None
    lead_id: int | None = None
    email: str | None = None
    by: str | None = None
    campaign: str | None = None
    asset: str | None = None
    channel: str | None = None
    url: str | None = None
    subject: str | None = None
    outcome: str | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)
    typed_in: bool = False
    content: str | None = None
