"""What do the rules in force make of these leads? Read without a lock; asked by the routing job, which looks again before it acts.

What is written about a lead is written by what was seen here, if it still stands so once the lead is locked: its stays, handoffs and
need, and its own row. Whether it meets a rule's criteria takes longest and is not judged again: every fact that may change it leaves a
mark, for judging or for routing, and a lead with a mark that was not there yet is looked at once more instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from alignment.people.selectors import reporting_zone
from leads.funnel.stage_sets import StageSet, stage_set
from leads.handoffs.routing.agreed import Rule, rules_at
from leads.handoffs.routing.choosing import Asked, facts_of
from leads.handoffs.routing.desk import LeadFacts
from leads.handoffs.routing.eligibility import Verdict, judge_offer
from leads.handoffs.routing.matching import Match, Matched, match
from leads.handoffs.routing.queries.situations import Situation, situations


@dataclass(frozen=True)
class Seen:
    """Leads as they stood: `found` by the rules, whether each match may be `offered` by the machine, and what strategies know of
    those that may. `in_hand`: what receivers were counted to have, shared by all that is done about these leads.
    """

    there: Mapping[int, Situation]
    found: Matched
    matches: Mapping[int, Match]
    verdicts: Mapping[int, Verdict]
    facts: Mapping[int, LeadFacts]
    stages: StageSet
    rules: Sequence[Rule]
    zone: ZoneInfo
    in_hand: dict[int, int] = field(default_factory=dict)

    @cached_property
    def concerned(self) -> list[int]:
        """Leads about which something may be to be written, who qualified first before; others need no more than their next look."""
        first = {one.lead.lead_id: (one.qualified_at, one.lead.lead_id) for one in self.matches.values()}
        others = [
            lead.lead_id
            for lead in self.there.values()
            if lead.lead_id not in first and (lead.open_id is not None or lead.need_id is not None)
        ]
        return sorted(first, key=first.__getitem__) + others

    def holds_at(self, now: datetime) -> bool:
        """Whether the same rules and stages are in force."""
        versions = [rule.version.version_id for rule in self.rules]
        same = [rule.version.version_id for rule in rules_at(now)] == versions
        return same and stage_set().version_id == self.stages.version_id

    def standing(self, lead_ids: Sequence[int], now: datetime) -> list[int]:
        """Those of these leads that stand as they were seen."""
        again = situations(lead_ids, at=now, stages=self.stages)
        return [lead.lead_id for lead in again if self.there.get(lead.lead_id) == lead]


def look(lead_ids: Sequence[int], *, now: datetime) -> Seen:
    """Look at these leads by what is in force. The caller holds a transaction."""
    stages, zone, rules = stage_set(), reporting_zone(), rules_at(now)
    there = situations(lead_ids, at=now, stages=stages)
    found = match([lead for lead in there if lead.stage == lead.stage_now], rules, stages, now=now, zone=zone)
    matches = {one.lead.lead_id: one for one in found.matches}
    verdicts = {lead_id: judge_offer(one.lead, one.rule) for lead_id, one in matches.items()}
    able = [one for lead_id, one in matches.items() if verdicts[lead_id].passed]
    facts = facts_of([Asked(one.lead, one.rule) for one in able], stages, now) if able else []
    return Seen(
        there={lead.lead_id: lead for lead in there},
        found=found,
        matches=matches,
        verdicts=verdicts,
        facts={lead.lead_id: lead for lead in facts},
        stages=stages,
        rules=rules,
        zone=zone,
    )
