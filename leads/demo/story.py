"""What is a story of the demo made of? Rows named as the fields of an import profile, each with its moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Row = dict[str, Any]
Kind = Literal["lead", "stage", "activity", "deal", "act"]
"""An act is what somebody does with a lead that is offered to them: `what`, `handoff`, `by`, and more by what it is."""


@dataclass
class Story:
    """All that happened with one lead."""

    lead: Row
    stages: list[Row] = field(default_factory=list)
    activities: list[Row] = field(default_factory=list)
    deals: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Event:
    """One row of a story, and where it belongs."""

    at: datetime
    kind: Kind
    row: Row
