"""Who has had one lead, for how long, and why did it change hands? For the picture on the lead's page.

Read from the log of owners and teams, without rows of changes taken back, and explained by the handoffs of the lead. A partner
sees its own handoffs only; what it may not see explains nothing, and others are named as it may know them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from alignment.people.models import Side, Team, User
from alignment.people.naming import knows, name_to
from leads.handoffs.models import Handoff, State
from leads.handoffs.reading import seen_by
from leads.handoffs.rules import rule_of
from leads.records.models import Lead, LeadValue
from leads.selectors.happenings import CAUSES

NOBODY = "nobody"


@dataclass(frozen=True)
class Holding:
    """One holder of a lead, [since, until), None: still. `back`: they had had it just before the one before them.

    `side` colours it; `offset` and `width` are its part of the picture, in thousandths of the whole time.
    """

    who: str
    team: str | None
    side: str | None
    since: datetime
    until: datetime | None
    seconds: float
    why: str
    back: bool
    offset: int = 0
    width: int = 0


@dataclass(frozen=True)
class _Turn:
    """From `at` on these hold it; `row` is the row of the log that said so."""

    at: datetime
    owner_id: int | None
    team_id: int | None
    row: LeadValue

    @property
    def holder(self) -> tuple[str, int | None]:
        return ("owner", self.owner_id) if self.owner_id is not None else ("team", self.team_id)


def holdings_of(lead: Lead, user: User, now: datetime) -> list[Holding]:
    """In order of time; empty where nobody ever held the lead."""
    turns = list(_turns(lead, now))
    if not any(turn.owner_id or turn.team_id for turn in turns):
        return []
    people = User.objects.in_bulk({turn.owner_id for turn in turns if turn.owner_id})
    teams = Team.objects.in_bulk({turn.team_id for turn in turns if turn.team_id})
    handoffs = list(seen_by(user).filter(lead=lead).select_related("rule__agreement", "decided_by"))
    whole = max((now - turns[0].at).total_seconds(), 1.0)
    found = []
    for place, turn in enumerate(turns):
        until = turns[place + 1].at if place + 1 < len(turns) else None
        seconds = ((until or now) - turn.at).total_seconds()
        team = teams.get(turn.team_id or 0)
        person = people.get(turn.owner_id or 0)
        found.append(
            Holding(
                who=name_to(user, person) or NOBODY,
                team=name_to(user, team) or None,
                side=_side(user, team),
                since=turn.at,
                until=until,
                seconds=seconds,
                why=_why(turn.row, handoffs, user),
                back=place > 1 and turns[place - 2].holder == turn.holder,
                offset=round(1000 * (turn.at - turns[0].at).total_seconds() / whole),
                width=max(4, round(1000 * seconds / whole)),
            )
        )
    return found


def _turns(lead: Lead, now: datetime) -> Iterator[_Turn]:
    """The instants at which the holder changed; what was said for the same instant is one turn."""
    rows = LeadValue.objects.filter(lead=lead, field__in=("owner", "team"), at__lte=now).exclude(
        change__void__isnull=False
    )
    holders: dict[str, int | None] = {"owner": None, "team": None}
    before: tuple[str, int | None] | None = None
    for at, told in groupby(rows.select_related("change__by", "actor").order_by("at", "pk"), key=lambda row: row.at):
        rows_then = list(told)
        holders |= {row.field: row.ref for row in rows_then}
        said = next((row for row in reversed(rows_then) if row.field == "owner"), rows_then[-1])
        turn = _Turn(at, holders["owner"], holders["team"], said)
        if turn.holder != before:
            before = turn.holder
            yield turn


def _side(reader: User, team: Team | None) -> str | None:
    """That of another partner is sales, as a partner is in every figure."""
    hidden = team is not None and team.side == Side.PARTNER and not knows(reader, team)
    return Side.SALES.value if hidden else team.side if team else None


def _why(row: LeadValue, handoffs: Sequence[Handoff], reader: User) -> str:
    """In a few words; nothing where nobody said."""
    for handoff in handoffs:
        if handoff.state == State.ACCEPTED and handoff.decided_at == row.at:
            by = f" by {name_to(reader, handoff.decided_by)}" if handoff.decided_by else ""
            return f"handoff “{_rule_title(handoff)}” accepted{by}"
        if (handoff.state == State.REJECTED and handoff.decided_at == row.at) or handoff.returned_at == row.at:
            how = "given back" if handoff.returned_at == row.at else "turned down"
            return f"{how}: {_reason(handoff)}"
    change = row.change
    if change is None:
        return f"changed by {name_to(reader, row.actor)}" if row.actor else ""
    told: Mapping[str, str] = {**CAUSES, "history": "as another system kept it"}
    who = change.by or row.actor
    return told.get(change.cause, f"with a change of stage by {name_to(reader, who)}" if who else "")


def _rule_title(handoff: Handoff) -> str:
    rule = rule_of(handoff)
    return rule.title if rule else handoff.rule_key


def _reason(handoff: Handoff) -> str:
    rule = rule_of(handoff)
    reason = rule.reason(handoff.reason) if rule else None
    return reason.title if reason else handoff.reason or "no reason given"
