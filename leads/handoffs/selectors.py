"""Who waits for this person's decision or call, and how long still? The inbox: what to do now, the most urgent first.

Asked by the inbox, its signs elsewhere and the page of one handoff, which shows the same card.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Case, Exists, F, OrderBy, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.lookups import Exact

from alignment.people.models import Role, Side, User
from leads.activities.models import Activity
from leads.funnel.models import Category
from leads.funnel.stage_sets import StageSet, StageTerms
from leads.handoffs.models import Handoff, Hold, State
from leads.handoffs.queries.touches import Touch, latest_touches
from leads.handoffs.reading import seen_by, with_everybody
from leads.handoffs.rules import rule_of
from leads.handoffs.terms import HandoffRule
from leads.records.ids import any_of
from leads.records.models import Lead

SHOWN = 10
"""Cards on a page of a section; the others move up as these are done."""

MOST = 50
"""Looked for up to here; beyond, a section has more than that."""

TOUCHES = 3
FIRST_PAGES: Mapping[str, int] = {}

RECEIVING = Case(
    When(Exact(OuterRef("to_side"), Value(Side.MARKETING)), then=Value(Side.MARKETING)), default=Value(Side.SALES)
)
"""The side by which activities of the receivers are logged."""

Whose = Literal["mine", "team", "all"]


@dataclass(frozen=True)
class Card:
    """One handoff as the inbox shows it. `hold` is the one that runs; `rule` what was agreed when it was offered."""

    handoff: Handoff
    lead: Lead
    stage: StageTerms | None
    rule: HandoffRule | None
    hold: Hold | None
    touches: Sequence[Touch]


@dataclass(frozen=True)
class Section:
    """Handoffs with which the same is to be done: the cards of one page, and how many there are in all; `is_over`: more than that."""

    key: str
    title: str
    cards: Sequence[Card]
    total: int
    is_over: bool = False
    page: int = 1

    @property
    def pages(self) -> int:
        """How many can be turned."""
        return max(1, -(-self.total // SHOWN))


def inbox(
    user: User, whose: Whose, stages: StageSet, *, now: datetime, pages: Mapping[str, int] = FIRST_PAGES
) -> list[Section]:
    """To decide, to contact, on hold: each by the time that is left, from its page in `pages` on. Empty sections are left out."""
    sections = sections_of(user, whose, stages, now=now)
    found = [(key, title, list(rows.values_list("pk", flat=True)[: MOST + 1])) for key, title, rows in sections]
    shown = {key: _page(pages.get(key, 1), ids[:MOST]) for key, _title, ids in found}
    here = [pk for _number, ids in shown.values() for pk in ids]
    cards = {
        card.handoff.pk: card for card in cards_of(with_people(Handoff.objects.filter(pk__in=here)), stages, now=now)
    }
    return [
        Section(
            key,
            title,
            [cards[pk] for pk in shown[key][1] if pk in cards],
            min(len(ids), MOST),
            is_over=len(ids) > MOST,
            page=shown[key][0],
        )
        for key, title, ids in found
        if ids
    ]


def _page(number: int, ids: Sequence[int]) -> tuple[int, Sequence[int]]:
    """Those of that page, or of the last one, with its number."""
    number = max(1, min(number, -(-len(ids) // SHOWN)))
    return number, ids[(number - 1) * SHOWN : number * SHOWN]


def sections_of(
    user: User, whose: Whose, stages: StageSet, *, now: datetime
) -> tuple[tuple[str, str, QuerySet[Handoff]], ...]:
    """Every section with its heading and all of its handoffs, the most urgent first."""
    return (
        ("decide", "To decide", _to_decide(user, whose, now).order_by(*_due("accept_by"))),
        ("contact", "To contact", _to_contact(user, whose, stages).filter(~_on_hold()).order_by(*_due("contact_by"))),
        ("hold", "Waiting", _held(user, whose, stages, now)),
    )


def cards_of(handoffs: Iterable[Handoff], stages: StageSet, *, now: datetime) -> list[Card]:
    """Handoffs as cards, in their order, each with what its person engaged with."""
    handoffs = list(handoffs)
    touches = latest_touches([row.lead_id for row in handoffs], now=now, each=TOUCHES)
    return [
        Card(
            handoff=row,
            lead=row.lead,
            stage=stages.by_key.get(row.lead.stage_id or ""),
            rule=rule_of(row),
            hold=running_hold(row),
            touches=touches.get(row.lead_id, ()),
        )
        for row in handoffs
    ]


def running_hold(handoff: Handoff) -> Hold | None:
    """The wait that lasts, if one does."""
    return next((hold for hold in handoff.hold_log.all() if hold.ended_at is None), None)


def with_people(handoffs: QuerySet[Handoff]) -> QuerySet[Handoff]:
    """With everybody and everything that a card or a page names."""
    holds = Prefetch("hold_log", Hold.objects.select_related("by", "ended_by"))
    return with_everybody(handoffs).select_related("lead__company", "lead__owner").prefetch_related(holds)


def _offered(user: User, whose: Whose) -> QuerySet[Handoff]:
    return _visible(user).filter(_is_offered(user, whose))


def _to_decide(user: User, whose: Whose, now: datetime) -> QuerySet[Handoff]:
    """A wait hides no offer that is overdue."""
    return _offered(user, whose).filter(~_on_hold() | Q(accept_by__lte=now))


def _to_contact(user: User, whose: Whose, stages: StageSet) -> QuerySet[Handoff]:
    """In the order of the indexes handoff_in_hand and handoff_in_hand_of_team, so that the first of very many are found without looking
    at all of them.
    """
    return _visible(user).filter(_is_to_contact(user, whose, stages))


def _held(user: User, whose: Whose, stages: StageSet, now: datetime) -> QuerySet[Handoff]:
    """Of both those that wait for somebody outside, by when the wait ends."""
    ours = _is_offered(user, whose) | _is_to_contact(user, whose, stages)
    on_hold = _visible(user).filter(ours, hold_log__isnull=False, hold_log__ended_at=None)
    return on_hold.exclude(state=State.OFFERED, accept_by__lte=now).order_by("hold_log__ends_by", "pk")


def _is_offered(user: User, whose: Whose) -> Q:
    mine = Q(to_user=user) | Q(to_user=None, to_team=user.team_id or 0)
    return _whose(user, whose, mine) & Q(state=State.OFFERED)


def _is_to_contact(user: User, whose: Whose, stages: StageSet) -> Q:
    """Accepted, not come back, not gone on to the next, the lead still open and not erased, and nobody of the receiving side has spoken
    to it."""
    keys = [terms.key for terms in stages.stages if terms.category == Category.OPEN]
    spoken = Activity.objects.filter(
        lead=OuterRef("lead"), at__gte=OuterRef("offered_at"), direction="outbound", automated=False, side=RECEIVING
    )
    later = Handoff.objects.filter(lead=OuterRef("lead"), state=State.ACCEPTED, offered_at__gt=OuterRef("offered_at"))
    accepted = _whose(user, whose, _of_open(user, keys)) & Q(state=State.ACCEPTED, returned_at=None)
    return accepted & ~Q(Exists(spoken)) & ~Q(Exists(later)) & Q(lead__stage__in=keys, lead__erased_at=None)


def _of_open(user: User, keys: Sequence[str]) -> Q:
    """Of the open leads of somebody, whose ids lead_in_hand tells: all of them looked up in one walk along handoff_of_in_hand."""
    owned = Lead.objects.filter(owner=user, stage__in=keys, is_test=False, merged_into=None, erased_at=None)
    return any_of("lead_id", owned)


def _whose(user: User, whose: Whose, mine: Q) -> Q:
    if whose == "all":
        return Q()
    return mine if whose == "mine" else Q(to_team=user.team_id or 0)


def _visible(user: User) -> QuerySet[Handoff]:
    """Of handoffs whose lead counts and that this person may see."""
    return seen_by(user).filter(lead__is_test=False, lead__merged_into=None)


def _on_hold() -> Exists:
    return Exists(Hold.objects.filter(handoff=OuterRef("pk"), ended_at=None))


def _due(column: str) -> tuple[str | OrderBy, ...]:
    return F(column).asc(nulls_last=True), "offered_at", "pk"


def may_look_at(user: User) -> list[tuple[Whose, str]]:
    """Whose handoffs this person works with: their own; a lead's whole team; everybody's for operators."""
    found: list[tuple[Whose, str]] = [("mine", "For me")] if user.team_id and user.role != Role.MANAGER else []
    if user.team and user.role == Role.LEAD:
        found.append(("team", f"All of {user.team.name}"))
    if user.role in (Role.OPERATOR, Role.MANAGER):
        found.append(("all", "Everybody’s"))
    return found
