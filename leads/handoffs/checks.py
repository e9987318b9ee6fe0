"""What is wrong with a handoff rule beyond its types? Asked whenever one is saved or proposed: every error at once.

Each error says where it stands in the document, what is wrong and what to do. The codes are told in docs/handoffs.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alignment.agreements.kinds import Scope
from alignment.people.models import Side, Team, User
from alignment.programs.models import Campaign
from alignment.refusals import FieldError
from leads.definitions.checks import check_terms
from leads.definitions.describing import quote
from leads.definitions.fields import find_field
from leads.definitions.normal_form import every_leaf, normal_form
from leads.definitions.terms import LeadDefinition, ScoreCondition
from leads.funnel.models import Category
from leads.funnel.stage_sets import StageSet, stage_set
from leads.handoffs.naming import people_of, pools_of, teams_of
from leads.handoffs.terms import HandoffRule, NamedAccount, Place, Pool, Queue, Span, Table

RECEIVING = {
    Side.MARKETING.value: (Side.MARKETING.value,),
    Side.SALES.value: (Side.SALES.value, Side.PARTNER.value),
    Side.PARTNER.value: (Side.PARTNER.value,),
}
"""The teams that may receive for a side: a partner counts as sales."""


STAGES_OF = {
    Side.MARKETING.value: (Side.MARKETING.value,),
    Side.SALES.value: (Side.SALES.value,),
    Side.PARTNER.value: (Side.PARTNER.value, Side.SALES.value),
}
"""Whose stages may be named with a side: partners work in those of sales."""


def check(rule: HandoffRule, _scope: Scope) -> list[FieldError]:
    """Everything that is wrong with a rule, by the funnel, the teams and the people of now."""
    stages = stage_set()
    return [
        *_criteria(rule),
        *_places(rule, stages),
        *_receivers(rule),
        *_clocks(rule),
        *_reasons(rule, stages),
        *_twice(((f"holds.{n}.key", one.key) for n, one in enumerate(rule.holds)), "hold_twice", "reason to wait"),
    ]


def _criteria(rule: HandoffRule) -> Iterator[FieldError]:
    """What lead definitions may ask, scores excepted: a rule makes none."""
    scored = set()
    for asked in every_leaf(normal_form(rule.criteria)):
        if isinstance(asked.leaf, ScoreCondition):
            scored.add(asked.path)
            detail = (
                "A handoff rule makes no scores; let the lead definition ask for them, and hand over from its stage."
            )
            yield FieldError(asked.path, "score_in_rule", detail)
    for error in check_terms(LeadDefinition(criteria=rule.criteria)):
        if not any(error.field == path or error.field.startswith(f"{path}.") for path in scored):
            yield error


def _places(rule: HandoffRule, stages: StageSet) -> Iterator[FieldError]:
    known = True
    for name, place in (("from", rule.from_), ("to", rule.to)):
        found = list(_place(name, place, stages))
        known = known and not found
        yield from found
    if not known:
        return
    start, goal = stages.by_key[rule.from_.stage], stages.by_key[rule.to.stage]
    if start.key == goal.key:
        yield FieldError("to.stage", "same_stage", f"A lead in {start.title} would stay there; choose a later stage.")
    elif (goal.position or 0) < (start.position or 0):
        detail = f"{goal.title} comes before {start.title}; who accepts a lead takes it forward: choose a later stage."
        yield FieldError("to.stage", "goes_back", detail)


def _place(name: str, place: Place, stages: StageSet) -> Iterator[FieldError]:
    there = [one for one in stages.forward if one.category == Category.OPEN]
    listed = ", ".join(one.key for one in there)
    stage = stages.by_key.get(place.stage)
    if stage is None or stage.counts_as is not None:
        detail = f"The funnel in force has no stage {quote(place.stage)}; leads are handed over between: {listed}."
        yield FieldError(f"{name}.stage", "unknown_stage", detail)
    elif stage not in there:
        yield FieldError(
            f"{name}.stage", "not_a_step", f"Nobody works on leads in {stage.title}; hand over between: {listed}."
        )
    elif stage.side not in STAGES_OF[place.side]:
        detail = f"{stage.title} is a stage of {stage.side}; write {stage.side}, or choose a stage of {place.side}."
        yield FieldError(f"{name}.side", "wrong_side", detail)


def _receivers(rule: HandoffRule) -> Iterator[FieldError]:
    teams = Team.objects.in_bulk(teams_of(rule))
    people = User.objects.select_related("team").in_bulk(people_of(rule))
    for n, step in enumerate(rule.routing):
        way = f"routing.{n}"
        if isinstance(step, Queue):
            yield from _team(f"{way}.team", step.team, teams, rule)
        elif isinstance(step, NamedAccount):
            yield from _accounts(way, step, people, rule)
        elif isinstance(step, Table):
            yield from _field(f"{way}.field", step.field)
            values = (
                (f"{way}.rows.{row}.values.{n}", value.lower())
                for row, one in enumerate(step.rows)
                for n, value in enumerate(one.values)
            )
            yield from _twice(values, "value_twice", "value")
    for way, pool in pools_of(rule):
        yield from _pool(way, pool, teams, people, rule)


def _pool(
    way: str, pool: Pool, teams: dict[int, Team], people: dict[int, User], rule: HandoffRule
) -> Iterator[FieldError]:
    yield from _team(f"{way}.team", pool.team, teams, rule)
    team = teams.get(pool.team)
    for n, person in enumerate(pool.people or ()):
        found = people.get(person)
        if found is None:
            yield FieldError(f"{way}.people.{n}", "unknown_person", f"There is nobody with the number {person}.")
        elif team is not None and found.team_id != team.pk:
            detail = f"{found} is not in {team.name}; choose somebody of that team, or take the name out."
            yield FieldError(f"{way}.people.{n}", "not_in_team", detail)
    listed = ((f"{way}.people.{n}", str(person)) for n, person in enumerate(pool.people or ()))
    yield from _twice(listed, "person_twice", "person")
    if pool.skill is not None:
        yield from _field(f"{way}.skill", pool.skill)


def _team(way: str, pk: int, teams: dict[int, Team], rule: HandoffRule) -> Iterator[FieldError]:
    team, side = teams.get(pk), rule.to.side
    if team is None:
        yield FieldError(way, "unknown_team", "There is no such team; choose one of those there are.")
    elif team.side not in RECEIVING[side]:
        yield FieldError(
            way, "wrong_side", f"{team.name} is a team of {team.side}, and this rule hands leads to {side}."
        )


def _accounts(way: str, step: NamedAccount, people: dict[int, User], rule: HandoffRule) -> Iterator[FieldError]:
    for n, account in enumerate(step.accounts):
        found = people.get(account.person)
        if found is None:
            yield FieldError(
                f"{way}.accounts.{n}.person", "unknown_person", f"There is nobody with the number {account.person}."
            )
        elif found.team is None or found.team.side not in RECEIVING[rule.to.side]:
            detail = f"{found} is in no team of {rule.to.side}, to which this rule hands leads; choose somebody who is."
            yield FieldError(f"{way}.accounts.{n}.person", "wrong_side", detail)
    listed = ((f"{way}.accounts.{n}.company", one.company.lower()) for n, one in enumerate(step.accounts))
    yield from _twice(listed, "account_twice", "company")


def _field(way: str, name: str) -> Iterator[FieldError]:
    field = find_field(name)
    if field is None:
        detail = f"There is no field {quote(name)}; write one such as lead.territory, or lead.attributes.language."
        yield FieldError(way, "unknown_field", detail)
    elif field.only is not None or field.kind not in ("text", "attribute"):
        yield FieldError(way, "not_a_text", f"{quote(name)} holds no text; choose a field such as lead.territory.")


def _clocks(rule: HandoffRule) -> Iterator[FieldError]:
    accept, contact = rule.accept_within, rule.contact_within
    if accept.business == contact.business and contact.hours < accept.hours:
        detail = (
            "First contact would be due before acceptance is; both count from the offer: give contact at least as long."
        )
        yield FieldError("contact_within.hours", "contact_before_acceptance", detail)
    told = ((f"escalate.{n}", f"{one.to} {_length(one.after)}") for n, one in enumerate(rule.escalate))
    yield from _twice(told, "escalation_twice", "escalation")


def _length(span: Span) -> str:
    return f"{span.hours} {span.business}"


NEEDS = {
    "recycle": (Category.RECYCLED, "no_recycled_stage"),
    "disqualify": (Category.DISQUALIFIED, "no_disqualified_stage"),
}
"""What kind of stage each outcome sends a lead to."""


def _reasons(rule: HandoffRule, stages: StageSet) -> Iterator[FieldError]:
    yield from _twice(((f"reasons.{n}.key", one.key) for n, one in enumerate(rule.reasons)), "reason_twice", "reason")
    asked = {one.campaign for one in rule.reasons if one.campaign is not None}
    there = set(Campaign.objects.filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()
    for n, reason in enumerate(rule.reasons):
        category, code = NEEDS.get(reason.next, (None, ""))
        if category is not None and stages.first_of(category) is None:
            detail = f"The funnel in force has no stage of the kind “{category}” to send a lead to; choose what else happens."
            yield FieldError(f"reasons.{n}.next", code, detail)
        if reason.campaign is not None and reason.next != "recycle":
            detail = "Only a lead that is recycled goes into a campaign; take the campaign out, or recycle."
            yield FieldError(f"reasons.{n}.campaign", "campaign_without_recycling", detail)
        elif reason.campaign is not None and reason.campaign not in there:
            yield FieldError(f"reasons.{n}.campaign", "unknown_campaign", "There is no such campaign; choose another.")


def _twice(found: Iterable[tuple[str, str]], code: str, what: str) -> Iterator[FieldError]:
    seen: set[str] = set()
    for way, value in found:
        if value in seen:
            yield FieldError(way, code, f"This {what} stands here already; take one of the two out.")
        seen.add(value)
