"""What does a handoff rule say, in plain English? Stages, teams, people and campaigns by name; for both sides, who sign it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leads.definitions.describing import days, joined, number, quote
from leads.definitions.fields import find_field
from leads.definitions.sentences import following
from leads.definitions.stages import stage_title
from leads.handoffs.naming import Names, names_in
from leads.handoffs.terms import (
    CompanyOwner,
    Escalation,
    HandoffRule,
    HoldReason,
    LeastLoaded,
    NamedAccount,
    Pool,
    Queue,
    Reason,
    RoundRobin,
    Routing,
    Span,
    Table,
    Weighted,
)


def sentences(rule: HandoffRule) -> list[str]:
    """The whole rule, one sentence an item."""
    names = names_in(rule)
    return [
        *which(rule),
        f"Rules are tried in order, and the first that a lead meets is the one; this one has place {rule.order}.",
        *_receivers(rule, names),
        clocks(rule),
        *_reminders(rule),
        *(f"{_first_big(escalation_words(one))}." for one in rule.escalate),
        expiry(rule),
        "It can be turned down, or given back later, because of:",
        *(f"{n}. {_first_big(reason_words(reason, names))}." for n, reason in enumerate(rule.reasons, 1)),
        *_holds(rule.holds),
        coming_back(rule),
    ]


def which(rule: HandoffRule) -> list[str]:
    """Which leads go from where to where."""
    start, goal = rule.from_, rule.to
    goes = f" goes from {start.side} to {place_words(goal.side)}, and to {stage_title(goal.stage)} once accepted"
    return following(f"A lead in {stage_title(start.stage)}", rule.criteria, goes)


def place_words(side: str) -> str:
    return "a partner" if side == "partner" else side


def _receivers(rule: HandoffRule, names: Names) -> list[str]:
    steps = [step_words(step, names) for step in rule.routing]
    if len(steps) == 1:
        return [f"It is offered to {steps[0]}."]
    return [
        "It is offered to the first who can take it of:",
        *(f"{n}. {_first_big(step)}." for n, step in enumerate(steps, 1)),
    ]


def step_words(step: Routing, names: Names) -> str:
    """One way to find a receiver: "by turns in proportion to capacity, somebody of Inside Sales"."""
    match step:
        case CompanyOwner():
            return "whoever holds the company's latest lead with sales, or its latest open deal"
        case NamedAccount():
            return f"whoever looks after the account: {'; '.join(_accounts(step, names))}"
        case Table():
            return f"who is in charge by {field_words(step.field)}: {'; '.join(_rows(step, names))}"
        case RoundRobin():
            return f"{pool_words(step.pool, names)}, everybody in turn"
        case Weighted():
            return f"{pool_words(step.pool, names)}, in turn and weighted by capacity"
        case LeastLoaded():
            return f"{pool_words(step.pool, names)}: who has the fewest leads in hand for their capacity"
        case Queue():
            return f"{names.team(step.team)} as a queue, from which anybody of the team may take it"


def _accounts(step: NamedAccount, names: Names) -> Iterator[str]:
    by_person: dict[int, list[str]] = {}
    for account in step.accounts:
        by_person.setdefault(account.person, []).append(quote(account.company))
    return (f"{joined(found, 'and')} → {names.person(person)}" for person, found in by_person.items())


def _rows(step: Table, names: Names) -> Iterator[str]:
    return (f"{joined([quote(one) for one in row.values], 'or')} → {pool_words(row.to, names)}" for row in step.rows)


def pool_words(pool: Pool, names: Names) -> str:
    """ "somebody of Inside Sales who has the lead's territory among their skills"."""
    who = f"somebody of {names.team(pool.team)}"
    if pool.people is not None:
        who = f"{joined([names.person(one) for one in pool.people], 'or')} ({names.team(pool.team)})"
    return f"{who} who has its {field_words(pool.skill)} among their skills" if pool.skill else who


def field_words(name: str) -> str:
    """What a field is called; as it is written where there is none."""
    field = find_field(name)
    return field.title if field else quote(name)


def clocks(rule: HandoffRule) -> str:
    accept, contact = span_words(rule.accept_within), span_words(rule.contact_within)
    return f"It is to be accepted within {accept}, and first contacted within {contact}, both from the offer on."


def span_words(span: Span) -> str:
    """ "4 hours of working time", "24 hours"."""
    return f"{hours_words(span.hours)}{' of working time' if span.business else ' by the clock'}"


def hours_words(count: float) -> str:
    return f"{number(count)} hour{'' if count == 1 else 's'}"


def _reminders(rule: HandoffRule) -> list[str]:
    if rule.remind_at is None:
        return ["Nobody is reminded before a deadline."]
    spans = (rule.accept_within, rule.contact_within)
    accept, contact = (f"{_clocked(rule.remind_at * span.hours)} of {hours_words(span.hours)}" for span in spans)
    return [f"The receiver is reminded after {accept} to accept it, and after {contact} to make contact."]


def _clocked(hours: float) -> str:
    """ "3", "4 h 12 min", "45 min"."""
    whole, minutes = divmod(round(hours * 60), 60)
    if not minutes:
        return number(whole)
    return f"{whole} h {minutes} min" if whole else f"{minutes} min"


def escalation_words(one: Escalation) -> str:
    """ "1 hour of working time after a missed deadline the receiver's team lead is told"."""
    told = "the receiver's team lead is told" if one.to == "receiver_lead" else "the leads of both teams are told"
    return f"{span_words(one.after)} after a missed deadline {told}"


def expiry(rule: HandoffRule) -> str:
    if rule.expire_after is None:
        return "An offer that nobody decides on stays open."
    after = span_words(rule.expire_after)
    return f"An offer not decided on {after} after its deadline is taken back, and goes to the next."


NEXT = {
    "recycle": "back to marketing",
    "disqualify": "not pursued any further",
    "reroute": "offered to the next",
}


def reason_words(reason: Reason, names: Names) -> str:
    """ "“Not ready yet”: back to marketing, into the campaign “Nurture”, not offered again for 30 days; a note is asked for"."""
    parts = [NEXT[reason.next]]
    if reason.campaign is not None:
        parts.append(f"into the campaign {quote(names.campaign(reason.campaign))}")
    if reason.cool_off_days:
        parts.append(f"not offered again for {days(reason.cool_off_days)}")
    return f"{quote(reason.title)}: {', '.join(parts)}{'; a note is asked for' if reason.note else ''}"


def _holds(holds: Sequence[HoldReason]) -> list[str]:
    if not holds:
        return ["Its clocks never stand still."]
    return [f"Its clocks stand still for: {joined([hold_words(hold) for hold in holds], 'or')}."]


def hold_words(hold: HoldReason) -> str:
    return f"{quote(hold.title)} (at most {hours_words(hold.most_hours)} by the clock)"


def coming_back(rule: HandoffRule) -> str:
    limit = f"After {rule.bounce_limit} return{'' if rule.bounce_limit == 1 else 's'} in one pass it is offered by no rule any more"
    again = {
        "as_it_is": "a lead that came back may be offered again as it is",
        "something_new": "a lead that came back is offered again only after it did something new",
    }[rule.re_entry]
    return f"{limit}, and the leads of both teams are told; before that, {again}."


def _first_big(text: str) -> str:
    return text[:1].upper() + text[1:]
