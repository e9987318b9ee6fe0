"""Who is told what, when a lead changes hands? Rows for the outbox, in the transaction of what happened.

Messages name no person that a lead is: they would outlive an erasure. What concerns one recipient in one go is one message.
Partners are told only of what is offered to their own team; who did something is not told what they did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alignment.outbox.posting import Message, Recipient, post_all
from alignment.people.models import Role, Side, User
from alignment.people.naming import name_to
from leads.handoffs.discretion import decided_words, leads_among, moment, sentence
from leads.handoffs.models import Handoff
from leads.handoffs.queries.receiving import Receiving, members

INBOX = "/inbox/"
HANDOFFS = "handoffs"
"""The topic of messages, and the group of mails."""

MORE = "The page of the handoff says more."


@dataclass(frozen=True)
class Line:
    """What one recipient is told of one handoff, or of `n` with this one first: `one` where it is all there is to say, `many` of
    several, with {n}.

    `occasion` is never the same twice: by it nobody is told twice.
    """

    handoff_id: int
    occasion: str
    one: str
    many: str
    text: str
    n: int = 1


@dataclass(frozen=True, slots=True)
class Offered:
    """A new offer: the handoff, who receives it, by when it is to be accepted, and who offered it by hand."""

    handoff_id: int
    to: Receiving
    accept_by: datetime
    offered_by_id: int | None


def offered(offers: Sequence[Offered], *, now: datetime, zone: ZoneInfo) -> None:
    """Tell the receivers that these wait for them."""
    alike: dict[tuple[int | None, int, int | None], list[Offered]] = defaultdict(list)
    for one in offers:
        alike[one.to.user_id, one.to.team_id, one.offered_by_id].append(one)
    teams = members({team_id for user_id, team_id, _by in alike if user_id is None})
    lines: dict[int, list[Line]] = defaultdict(list)
    addresses: dict[int, str | None] = {}
    for (user_id, team_id, by_id), some in alike.items():
        line = _offer_line(some, zone)
        person = [(user_id, some[0].to.address)] if user_id is not None and some[0].to.active else []
        for one_id, address in teams[team_id] if user_id is None else person:
            if one_id != by_id:
                lines[one_id].append(line)
                addresses[one_id] = address
    _tell(lines, addresses, now)


def _offer_line(offers: Sequence[Offered], zone: ZoneInfo) -> Line:
    """Of several offers to the same."""
    first = offers[0]
    target = "you" if first.to.user_id is not None else first.to.team
    return Line(
        first.handoff_id,
        f"offered:{first.handoff_id}",
        f"A lead is offered to {target}",
        f"{{n}} leads are offered to {target}",
        f"Take it, or say why not, by {moment(first.accept_by, zone)}.",
        len(offers),
    )


def people_of(team_ids: Iterable[int]) -> Mapping[int, list[int]]:
    """The ids of everybody active in each of these teams."""
    found: dict[int, list[int]] = defaultdict(list)
    people = User.objects.filter(team_id__in=set(team_ids), is_active=True).exclude(role=Role.MANAGER)
    for user_id, team_id in people.order_by("pk").values_list("pk", "team_id"):
        if team_id is not None:
            found[team_id].append(user_id)
    return found


def decided(handoff: Handoff, *, by: User, did: str, now: datetime) -> None:
    """Tell who handed the lead over what `by` did with it: the person, else the leads of their team, else of their side."""
    name = f"returned:{handoff.pk}" if handoff.returned_at is not None else f"{handoff.state}:{handoff.pk}"
    told: dict[Message, list[Recipient]] = defaultdict(list)
    for one in hander_over(handoff):
        if one.pk != by.pk:
            title, text = sentence(f"{name_to(one, by)} {did}"), f"{decided_words(one, handoff)} {MORE}"
            message = said(f"handoff-{name}", title, text, f"/handoffs/{handoff.pk}/")
            told[message].append(Recipient(one.pk, one.email))
    if told:
        post_all(list(told.items()), now=now)


def withdrawn(handoffs: Sequence[Handoff], *, why: str | None, by: User | None, now: datetime) -> None:
    """Tell the receivers that these offers need no decision any more; `why` in words of ours, never in what somebody typed."""
    people = people_of({row.to_team_id for row in handoffs if row.to_user_id is None})
    lines: dict[int, list[Line]] = defaultdict(list)
    text = f"Nothing to decide any more: {why}." if why else "Nothing to decide any more."
    for row in handoffs:
        line = Line(row.pk, f"withdrawn:{row.pk}", "An offer was taken back", "{n} offers were taken back", text)
        for user_id in [row.to_user_id] if row.to_user_id is not None else people[row.to_team_id]:
            if by is None or user_id != by.pk:
                lines[user_id].append(line)
    tell(lines, now=now)


def tell(lines: Mapping[int, Sequence[Line]], *, now: datetime) -> None:
    """One message a recipient; the same words go to all of them at once. The key is that of the first handoff of the go."""
    people = User.objects.filter(pk__in=set(lines), is_active=True)
    _tell(lines, dict(people.values_list("pk", "email")) if lines else {}, now)


def _tell(lines: Mapping[int, Sequence[Line]], addresses: Mapping[int, str | None], now: datetime) -> None:
    """The same; nobody without an entry among the addresses is told."""
    messages: dict[Message, list[int]] = defaultdict(list)
    for user_id, theirs in lines.items():
        messages[message_of(theirs)].append(user_id)
    told = [
        (message, [Recipient(user_id, addresses[user_id]) for user_id in user_ids if user_id in addresses])
        for message, user_ids in messages.items()
    ]
    if told:
        post_all(told, now=now)


def message_of(lines: Sequence[Line]) -> Message:
    """What is said of these handoffs in one go; sentences that are the same are said once, with how many they are about."""
    first, n = lines[0], sum(line.n for line in lines)
    key = f"handoff-{first.occasion}"
    if n == 1:
        return said(key, first.one, first.text, f"/handoffs/{first.handoff_id}/")
    counts: dict[str, int] = defaultdict(int)
    ones: dict[str, str] = {}
    for line in lines:
        counts[line.many] += line.n
        ones[line.many] = line.one
    sentences = [ones[many] if count == 1 else many.format(n=count) for many, count in counts.items()]
    text = ". ".join(sentences) + "."
    title = sentences[0] if len(sentences) == 1 else f"{n} handoffs need a look"
    return said(f"{key}+{n}", title, text, INBOX)


def said(key: str, title: str, text: str, path: str) -> Message:
    """A message about handoffs: for chats that want them, and for one mail with others that are due then."""
    return Message(key, title, text, path, topic=HANDOFFS, group=HANDOFFS)


def hander_over(handoff: Handoff) -> list[User]:
    """Whom to tell on the side that handed over; of partners only the team that receives the lead."""
    giver = User.objects.select_related("team").filter(pk=handoff.from_user_id or 0, is_active=True).first()
    if giver is not None and (giver.side != Side.PARTNER or giver.team_id == handoff.to_team_id):
        return [giver]
    return leads_among(team_leads(), handoff.from_team_id, handoff.from_side, receiving=handoff.to_team_id)


def team_leads() -> list[User]:
    """The active leads of all teams."""
    return list(User.objects.filter(role=Role.LEAD, is_active=True).select_related("team").order_by("pk"))
