"""Which leads came back, why, from whom, and what was tried? And which of them come back better? Asked by the returned leads' page.

Came back: turned down, or given back after it was accepted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from alignment.agreements.models import Version
from alignment.agreements.terms import terms_of
from alignment.intervals import wilson
from alignment.people.models import User
from leads.funnel.models import Category
from leads.funnel.stage_sets import StageSet, StageTerms, stage_set
from leads.handoffs.models import Handoff, State
from leads.handoffs.queries.comebacks import Reasoned, Tried, by_reason, tried
from leads.handoffs.reading import seen_by
from leads.handoffs.rules import rule_of
from leads.handoffs.selectors import with_people
from leads.handoffs.terms import HandoffRule, Reason
from leads.selectors.keyset import Mark, Order, Slice, cut, sort

PAGE = 30
LATEST = Order("new", "Latest first", "back_at", descending=True)
NO_REASON = "-"
"""What an address says for "nobody said why"."""

SPANS = (30, 90, 365)
"""Days back from now that are asked about."""

REASONS = "why they came back"
"""The name under which the reasons may be counted beforehand (`leads.panels.keepers`)."""


@dataclass(frozen=True)
class Wanted:
    """Came back from `since` on; `reason` is `RULE:KEY`, `team_id` who sent it back, `from_team_id` who had handed it over."""

    since: datetime
    reason: str = ""
    team_id: int | None = None
    from_team_id: int | None = None
    still: bool = False


@dataclass(frozen=True)
class Returned:
    """One lead that came back."""

    handoff: Handoff
    at: datetime
    stage: StageTerms | None
    reason: Reason | None
    tried: Tried


@dataclass(frozen=True)
class ReasonLine:
    """One reason: how many came back for it, and how they fared after. `low` and `high`: of the share accepted later."""

    key: str
    title: str
    rule_title: str
    follows: str
    facts: Reasoned

    @property
    def share(self) -> float | None:
        return self.facts.accepted / self.facts.n if self.facts.n else None

    @property
    def low(self) -> float | None:
        return wilson(self.facts.accepted, self.facts.n)[0]

    @property
    def high(self) -> float | None:
        return wilson(self.facts.accepted, self.facts.n)[1]


def returned(user: User, wanted: Wanted, mark: Mark | None) -> Slice[Handoff]:
    """A page of them, the latest first."""
    return cut(_came_back(user, wanted), LATEST, PAGE, mark)


def all_returned(user: User, wanted: Wanted) -> QuerySet[Handoff]:
    """All of them, the latest first."""
    return sort(_came_back(user, wanted), LATEST)


def rows_of(handoffs: Sequence[Handoff], stages: StageSet) -> list[Returned]:
    """These handoffs as rows; what was tried comes with one query."""
    found = tried([one.pk for one in handoffs]) if handoffs else {}
    rows = []
    for one in handoffs:
        rule, at = rule_of(one), one.returned_at or one.decided_at or one.offered_at
        reason = rule.reason(one.reason) if rule else None
        rows.append(Returned(one, at, stages.by_key.get(one.lead.stage_id or ""), reason, found[one.pk]))
    return rows


def reasons(wanted: Wanted, stages: StageSet) -> list[ReasonLine]:
    """Every reason for which leads came back, the most frequent first."""
    won = [terms.key for terms in stages.stages if terms.category in (Category.WON, Category.LOYAL)]
    teams = [wanted.from_team_id] if wanted.from_team_id else None
    return _lines(by_reason(wanted.since, team_ids=teams, won=won))


def read_reasons(options: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    """The same as can be written as JSON: of so many `days` back from now, and of leads that the team `from_team` handed over."""
    won = [terms.key for terms in stage_set(at=now).stages if terms.category in (Category.WON, Category.LOYAL)]
    teams = [int(options["from_team"])] if options.get("from_team") else None
    found = by_reason(now - timedelta(days=int(options["days"])), team_ids=teams, won=won)
    return {"reasons": [asdict(one) for one in found]}


def reasons_in(document: Mapping[str, Any]) -> list[ReasonLine]:
    """As they were written."""
    return _lines([Reasoned(**one) for one in document["reasons"]])


def _lines(found: Sequence[Reasoned]) -> list[ReasonLine]:
    rules = _rules({one.rule_id for one in found if one.rule_id})
    return [_line(one, rules.get(one.rule_id or 0)) for one in found]


def _line(one: Reasoned, rule: HandoffRule | None) -> ReasonLine:
    agreed = rule.reason(one.reason) if rule else None
    title = agreed.title if agreed else one.reason or "Nobody said why"
    return ReasonLine(
        key=f"{one.rule_key}:{one.reason or NO_REASON}",
        title=title,
        rule_title=rule.title if rule else one.rule_key,
        follows=agreed.next if agreed else "",
        facts=one,
    )


def _rules(ids: set[int]) -> dict[int, HandoffRule]:
    versions = Version.objects.filter(pk__in=ids).select_related("agreement")
    found = {version.pk: terms_of(version) for version in versions}
    return {pk: terms for pk, terms in found.items() if isinstance(terms, HandoffRule)}


def _came_back(user: User, wanted: Wanted) -> QuerySet[Handoff]:
    back = Q(state=State.REJECTED) | Q(returned_at__isnull=False)
    found = seen_by(user).annotate(back_at=Coalesce("returned_at", "decided_at"))
    found = found.filter(back, back_at__gte=wanted.since, lead__is_test=False, lead__merged_into=None)
    if wanted.reason:
        rule, _colon, key = wanted.reason.partition(":")
        found = found.filter(rule_key=rule, reason=None if key == NO_REASON else key)
    if wanted.team_id:
        found = found.filter(to_team=wanted.team_id)
    if wanted.from_team_id:
        found = found.filter(from_team=wanted.from_team_id)
    if wanted.still:
        found = found.filter(lead__progress__stage_since__lte=F("back_at"), lead__offered_team=None)
    return with_people(found).select_related("lead__campaign")
