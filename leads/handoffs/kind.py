"""Handoff rules as a kind of agreement: what they are called, what one starts from, and what follows when one takes effect.

The key is a short name of the rule, such as `mql-to-sal` or `large-accounts`; what people read is its title.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping

from alignment.agreements.in_force import all_in_force, periods_of
from alignment.agreements.kinds import Kind, Scope, register
from alignment.agreements.models import Version
from alignment.people.models import Team
from leads.definitions.terms import AnyOf, FieldCondition
from leads.funnel.models import Category
from leads.funnel.stage_sets import StageSet, StageTerms, stage_set
from leads.handoffs.backtesting.computing import backtest
from leads.handoffs.checks import check
from leads.handoffs.differences import difference
from leads.handoffs.following import follows, stages_from
from leads.handoffs.routing.waiting import mark_stage
from leads.handoffs.sentences import sentences
from leads.handoffs.terms import (
    KIND,
    CompanyOwner,
    Escalation,
    HandoffRule,
    HoldReason,
    Place,
    Pool,
    Queue,
    Reason,
    Span,
    Weighted,
)

SHORT_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def key_error(key: str) -> str | None:
    """What is wrong with a key; None where it is a short name."""
    if SHORT_NAME.fullmatch(key):
        return None
    return "A rule has a short name of up to 40 small letters, digits and dashes, such as mql-to-sal or large-accounts."


def title_of(key: str) -> str:
    return titles_of([key])[key]


def titles_of(keys: Collection[str]) -> Mapping[str, str]:
    """`Handoff: Large accounts`, by the version in force, else the newest one; by the key where there is none."""
    said = {one.key: one.says(HandoffRule).title for one in all_in_force(KIND)}
    missing = [key for key in keys if key not in said]
    if missing:
        newest = Version.objects.filter(agreement__kind=KIND, agreement__key__in=missing).order_by("number")
        said |= dict(newest.values_list("agreement__key", "terms__title"))
    return {key: f"Handoff: {said.get(key) or key.replace('-', ' ')}" for key in keys}


def handovers(stages: StageSet) -> Iterator[tuple[StageTerms, StageTerms]]:
    """The pairs of open stages between which a lead changes sides."""
    steps = [stage for stage in stages.forward if stage.category == Category.OPEN]
    pairs = list(itertools.pairwise(steps))
    found = [(start, goal) for start, goal in pairs if start.side != goal.side]
    yield from found or pairs[-1:]


def keys() -> list[str]:
    """A rule for each place where leads change sides."""
    return [_name(start, goal) for start, goal in handovers(stage_set())] or ["first"]


def _name(start: StageTerms, goal: StageTerms) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", f"{start.key}-to-{goal.key}".lower()).strip("-")[:40].rstrip("-")
    return name or "first"


def starting(key: str) -> HandoffRule:
    """A rule to begin from: who can be reached goes to the first team there is, within a working day."""
    stages = stage_set()
    pairs = list(handovers(stages)) or [(stages.forward[0], stages.forward[-1])]
    start, goal = next((pair for pair in pairs if _name(*pair) == key), pairs[0])
    team = Team.objects.filter(side=goal.side).order_by("pk").values_list("pk", flat=True).first() or 0
    return HandoffRule(
        title=f"{start.title} to {goal.title}",
        criteria=AnyOf(
            any=[FieldCondition(field=f"lead.{name}", op="is", value=True) for name in ("email_usable", "phone_usable")]
        ),
        from_=Place.model_validate({"stage": start.key, "side": start.side}),
        to=Place.model_validate({"stage": goal.key, "side": goal.side}),
        routing=[
            CompanyOwner(strategy="company_owner"),
            Weighted(strategy="weighted", pool=Pool(team=team)),
            Queue(strategy="queue", team=team),
        ],
        accept_within=Span(hours=4),
        contact_within=Span(hours=8),
        escalate=[
            Escalation(after=Span(hours=1), to="receiver_lead"),
            Escalation(after=Span(hours=8), to="both_leads"),
        ],
        expire_after=Span(hours=16),
        reasons=_reasons(stages),
        holds=[HoldReason(key="customer", title="Waiting for the customer", most_hours=120)],
    )


def _reasons(stages: StageSet) -> list[Reason]:
    found = [Reason(key="not-mine", title="Belongs to somebody else", next="reroute")]
    if stages.first_of(Category.RECYCLED):
        found.append(Reason(key="not-ready", title="Not ready to buy yet", next="recycle", cool_off_days=30))
        found.append(Reason(key="unreachable", title="Cannot be reached", next="recycle", cool_off_days=14))
    if stages.first_of(Category.DISQUALIFIED):
        found.append(Reason(key="no-fit", title="Does not fit what we sell", next="disqualify", note=True))
    return found


def begun(_version_id: int, rule: HandoffRule, scope: Scope) -> None:
    """Every lead that stands where this rule begins, or where an earlier version of it began, is looked at anew."""
    stages = {rule.from_.stage, *(one.says(HandoffRule).from_.stage for one in periods_of(KIND, scope.key))}
    for stage in sorted({key for one in stages for key in stages_from(one)}):
        mark_stage(stage)


def caveat(key: str) -> str | None:
    """A rule stays in force when a funnel drops its stages: it hands over between those they count as, else nobody."""
    found = next((one for one in all_in_force(KIND) if one.key == key), None)
    if found is None:
        return None
    rule = _as_it_counts(found.says(HandoffRule), stage_set())
    errors = [error for error in check(rule, Scope(key, found.since)) if error.code in GONE]
    return f"This rule hands over nobody by now. {errors[0].detail}" if errors else None


def _as_it_counts(rule: HandoffRule, stages: StageSet) -> HandoffRule:
    """The rule with the stages that its keys stand for by now: leads are handed over by them."""
    begins, leads_to = stages.meaning(rule.from_.stage), stages.meaning(rule.to.stage)
    places = {
        "from_": rule.from_.model_copy(update={"stage": begins}),
        "to": rule.to.model_copy(update={"stage": leads_to}),
    }
    return rule.model_copy(update=places)


GONE = ("unknown_stage", "not_a_step", "same_stage", "goes_back")

HANDOFF_RULE = Kind(
    key=KIND,
    title="Handoff rule",
    sentence="Which leads change hands, who gets them, by when they act, and how leads come back.",
    terms=HandoffRule,
    sentences=sentences,
    difference=difference,
    title_of=title_of,
    titles_of=titles_of,
    key_error=key_error,
    starting=starting,
    check=check,
    begun=begun,
    follows=follows,
    caveat=caveat,
    edit_url="handoff-rules:edit",
    backtest=backtest,
    backtest_template="handoff_rules/_backtest.html",
    keys=keys,
)


def install() -> None:
    """Let handoff rules be agreed upon."""
    register(HANDOFF_RULE)
