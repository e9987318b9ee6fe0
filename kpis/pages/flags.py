"""Leaks as rows of a page: the lead, what is wrong in plain words, who acts next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alignment.people.models import User
from alignment.people.selectors import may_write
from alignment.ui.words import exact_money, span
from kpis.leaks.kinds import BY_KEY, LeakKind
from kpis.pages.leak_acts import Act, acts_for
from kpis.pages.rows import leads_by_id
from leads.funnel.stage_sets import StageSet, StageTerms
from leads.models import Lead


@dataclass(frozen=True)
class FlagRow:
    """One leak of one lead; `act` is what may be done about it by the visitor."""

    lead: Lead
    kind: LeakKind
    side: str
    since: datetime
    until: datetime | None
    stage: StageTerms | None
    limit: str
    value: str
    act: Act | None


def flag_rows(flags: Sequence[dict[str, Any]], user: User, stages: StageSet) -> list[FlagRow]:
    """The flags of a leakage report with their leads, in the same order."""
    found = leads_by_id((flag["lead"] for flag in flags), user)
    to_do = ((flag["lead"], flag["kind"]) for flag in flags if flag["until"] is None)
    acts = acts_for(to_do, user) if may_write(user) else {}
    return [_row(flag, found[flag["lead"]], stages, acts) for flag in flags if flag["lead"] in found]


def _row(flag: dict[str, Any], lead: Lead, stages: StageSet, acts: Mapping[tuple[int, str], Act]) -> FlagRow:
    value, until = flag["value_at_risk"], flag["until"]
    return FlagRow(
        lead=lead,
        kind=BY_KEY[flag["kind"]],
        side=flag["side"],
        since=datetime.fromisoformat(flag["since"]),
        until=datetime.fromisoformat(until) if until else None,
        stage=stages.by_key.get(flag["stage"]),
        limit=_limit(BY_KEY[flag["kind"]], flag["limit_seconds"]),
        value=exact_money(value["amount"], value["currency"]) if value else "–",
        act=acts.get((lead.pk, flag["kind"])) if until is None else None,
    )


def _limit(kind: LeakKind, seconds: int) -> str:
    if kind.times is not None:
        return "as often as agreed"
    return f"limit {span(seconds)}" if seconds else "at once"
