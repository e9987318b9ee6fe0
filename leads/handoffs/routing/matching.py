"""Which rule hands over which of these leads, and since when do they qualify? First match wins. Asked by the job.

Set-based: each rule is asked once about all leads that no earlier rule took. A rule that fails, or takes too long, is left out with
its leads, who are tried again later: a later rule does not get them by that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from leads.definitions.failing import LATER, Failed, patience
from leads.funnel.stage_sets import StageSet
from leads.handoffs.routing.agreed import Rule
from leads.handoffs.routing.eligibility import eligible_since, judge_lead, judge_past, why_left
from leads.handoffs.routing.queries.matching import meets
from leads.handoffs.routing.queries.situations import Situation
from leads.handoffs.routing.telling import rule_fails

log = logging.getLogger(__name__)

NO_RULE = "It meets no rule any more."


@dataclass(frozen=True)
class Match:
    """A lead that a rule hands over, and since when it qualifies."""

    lead: Situation
    rule: Rule
    qualified_at: datetime


@dataclass
class Matched:
    """What was found: who is handed over; why others are not (in words, where they are to have no need any more), and when to look
    at them again.
    """

    matches: list[Match] = field(default_factory=list)
    unmatched: dict[int, str] = field(default_factory=dict)
    again: dict[int, datetime] = field(default_factory=dict)

    def look_again(self, lead_id: int, at: datetime | None) -> None:
        """At the earliest of the moments given."""
        if at is not None:
            self.again[lead_id] = min(at, self.again.get(lead_id, at))


def match(
    leads: Sequence[Situation], rules: Sequence[Rule], stages: StageSet, *, now: datetime, zone: ZoneInfo
) -> Matched:
    """Find for each lead the first rule that hands it over now."""
    try:
        with patience():
            return _match(leads, rules, stages, now, zone, _won)
    except Failed:
        return _match(leads, rules, stages, now, zone, _won_or_postponed)


Ask = Callable[[dict[int, Situation], Rule, Matched, datetime], list[int]]


def _match(
    leads: Sequence[Situation], rules: Sequence[Rule], stages: StageSet, now: datetime, zone: ZoneInfo, ask: Ask
) -> Matched:
    found = Matched()
    remaining: dict[int, Situation] = {}
    for lead in leads:
        verdict = judge_lead(lead, stages)
        found.look_again(lead.lead_id, lead.next_at)
        if verdict.passed:
            remaining[lead.lead_id] = lead
        elif verdict.code != "on_offer":
            found.unmatched[lead.lead_id] = verdict.reason
    for rule in rules:
        asked = _asked(remaining.values(), rule, stages, found, now, zone)
        for lead_id in ask(asked, rule, found, now) if asked else ():
            del remaining[lead_id]
            found.unmatched.pop(lead_id, None)
    for lead_id, lead in remaining.items():
        found.unmatched.setdefault(lead_id, why_left(lead, stages) if lead.has_left else NO_RULE)
    return found


def _asked(
    leads: Iterable[Situation], rule: Rule, stages: StageSet, found: Matched, now: datetime, zone: ZoneInfo
) -> dict[int, Situation]:
    """Those that the rule hands over if they meet its criteria."""
    asked, begins = {}, stages.meaning(rule.terms.from_.stage)
    for lead in leads:
        if lead.stage != begins:
            continue
        verdict, since = judge_past(lead, rule, now=now, zone=zone), eligible_since(lead, rule)
        if verdict.passed and since <= now:
            asked[lead.lead_id] = lead
            continue
        if not verdict.passed:
            found.unmatched.setdefault(lead.lead_id, verdict.reason)
        if verdict.passed or verdict.code == "cooling_off":
            found.look_again(lead.lead_id, since)
    return asked


def _won_or_postponed(asked: dict[int, Situation], rule: Rule, found: Matched, now: datetime) -> list[int]:
    """The same; where this rule cannot be asked, no later rule is to look at its leads either, and they are tried again later."""
    try:
        with patience():
            return _won(asked, rule, found, now)
    except Failed as failed:
        log.exception("Nobody could be handed over by the rule %s; it is tried again later.", rule.key)
        rule_fails(rule, str(failed), now=now)
        for lead_id in asked:
            found.look_again(lead_id, now + LATER)
        return list(asked)


def _won(asked: dict[int, Situation], rule: Rule, found: Matched, now: datetime) -> list[int]:
    """Ids of those that match this rule, whom no later one is to look at."""
    known = {lead_id: lead.need_qualified_at for lead_id, lead in asked.items() if is_kept(lead, rule)}
    since = {lead_id: now if lead_id in known else eligible_since(lead, rule) for lead_id, lead in asked.items()}
    won = []
    for lead_id, met in meets(rule.terms, since, now).items():
        if not met.now:
            found.look_again(lead_id, met.next_at)
            continue
        won.append(lead_id)
        found.again.pop(lead_id, None)
        found.matches.append(Match(asked[lead_id], rule, known.get(lead_id) or met.first_at or now))
    return won


def is_kept(lead: Situation, rule: Rule) -> bool:
    """Whether it is known already since when the lead qualifies by this rule in this stay: its need is open."""
    if lead.need_qualified_at is None or lead.since is None:
        return False
    return lead.need_key == rule.key and lead.need_qualified_at >= lead.since
