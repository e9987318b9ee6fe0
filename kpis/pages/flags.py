"""Leaks as rows of a page: the lead, what is wrong in plain words, who acts next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alignment.people.models import User
from alignment.ui.words import exact_money, span
from kpis.leaks.kinds import BY_KEY, LeakKind
from kpis.pages.rows import leads_by_id
from leads.funnel.stage_sets import StageSet, StageTerms
from leads.models import Lead


@dataclass(frozen=True)
class FlagRow:
    """One leak of one lead."""

    lead: Lead
    kind: LeakKind
    side: str
    since: datetime
    until: datetime | None
    stage: StageTerms | None
    limit: str
    value: str


def flag_rows(flags: Sequence[dict[str, Any]], user: User, stages: StageSet) -> list[FlagRow]:
    """The flags of a leakage report with their leads, in the same order."""
    found = leads_by_id((flag["lead"] for flag in flags), user)
    return [_row(flag, found[flag["lead"]], stages) for flag in flags if flag["lead"] in found]


def _row(flag: dict[str, Any], lead: Lead, stages: StageSet) -> FlagRow:
    value, until = flag["value_at_risk"], flag["until"]
    return FlagRow(
        lead=lead,
        kind=BY_KEY[flag["kind"]],
        side=flag["side"],
        since=datetime.fromisoformat(flag["since"]),
        until=datetime.fromisoformat(until) if until else None,
        stage=stages.by_key.get(flag["stage"]),
        limit=f"limit {span(flag['limit_seconds'])}" if flag["limit_seconds"] else "at once",
        value=exact_money(value["amount"], value["currency"]) if value else "–",
    )
