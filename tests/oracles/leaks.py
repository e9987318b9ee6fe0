"""Which leads leaked, since when, until when, and which side should have acted?

Every kind is a condition that holds or does not hold at an instant; a flag is a longest span in
which it holds. Flags of a stay (stalled, unexplained, forgotten, dropped customer) end with it;
orphaned and unreachable run on from stage to stage while the condition holds, within one pass.
So do those of handoffs: each offer or need has a span of its own, and spans of a pass that overlap
are one flag, as the first of them says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from tests.oracles.contact import LeadContact
from tests.oracles.cuts import HeldValues
from tests.oracles.facts import Clock, LeadId, World
from tests.oracles.handed import NOTHING_HANDED, Handed, Pass, Piece, overlapping
from tests.oracles.log import History, Stay, read_log
from tests.oracles.spans import Span, joined, spans
from tests.oracles.stage_set import DAY_SECONDS, StageSet, same_side

NO_REPLIES: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Limits:
    """What the agreement allows; those of stalled belong to each stage."""

    forgotten_seconds: int = 30 * DAY_SECONDS
    dropped_customer_seconds: int = 60 * DAY_SECONDS
    unrouted_seconds: int = 60 * 60
    ping_pong_times: int = 3


@dataclass(frozen=True)
class Regime:
    """What was agreed in [since, until); `since` is None for the beginning."""

    since: datetime | None
    until: datetime | None
    stages: StageSet
    limits: Limits


@dataclass(frozen=True)
class Flag:
    """`stage` is where the lead was when it opened; `until` is None while it is open."""

    lead: LeadId
    kind: str
    pass_number: int
    since: datetime
    until: datetime | None
    side: str
    stage: str
    limit_seconds: int

    def open_at(self, instant: datetime) -> bool:
        return Span(self.since, self.until).covers(instant)


ALWAYS = Span(datetime.min.replace(tzinfo=UTC), None)


@dataclass(frozen=True)
class Scene:
    """One lead, all that leaks look at, and the time within which it is looked at."""

    history: History
    contact: LeadContact
    limits: Limits
    as_of: datetime
    within: Span = ALWAYS
    handed: Handed = NOTHING_HANDED


def flags(
    world: World,
    stages: StageSet,
    clock: Clock,
    limits: Limits,
    reply_kinds: frozenset[str] = NO_REPLIES,
) -> list[Flag]:
    """Every flag that opened by `as_of`, closed ones too, ordered by lead, kind and time."""
    return flags_under(world, [Regime(None, None, stages, limits)], clock, reply_kinds)


def flags_under(
    world: World, regimes: Sequence[Regime], clock: Clock, reply_kinds: frozenset[str] = NO_REPLIES
) -> list[Flag]:
    """The same where what is agreed changes: each instant is judged by what is in force then, over the whole log.

    A condition that holds up to a change and from there on is one flag, with what broke when it opened.
    """
    held = HeldValues(world, clock)
    contacts = {
        lead.id: LeadContact(world, lead.id, clock, held, reply_kinds)
        for lead in world.counted_leads()
        if not lead.erased
    }
    handed = {lead: Handed(world, lead, clock) for lead in contacts}
    found: list[Flag] = []
    for regime in regimes:
        if regime.since is None or regime.since <= clock.as_of:
            histories = read_log(world, regime.stages, clock)
            here = [
                flag
                for lead, contact in contacts.items()
                for flag in of_lead(histories[lead], contact, handed[lead], regime, clock.as_of)
            ]
            found = gone_on(found, here, regime.since)
    return sorted(found, key=lambda f: (str(f.lead), f.kind, f.since))


def of_lead(history: History, contact: LeadContact, handed: Handed, regime: Regime, as_of: datetime) -> list[Flag]:
    until = regime.until if regime.until is not None and regime.until <= as_of else None
    within = Span(regime.since or ALWAYS.since, until)
    scene = Scene(history, contact, regime.limits, as_of, within, handed)
    return [flag for find in KINDS for flag in find(scene)]


def gone_on(before: list[Flag], here: list[Flag], border: datetime | None) -> list[Flag]:
    """Flags that end at the border made one with those that begin there."""
    at_border = {(f.lead, f.kind, f.pass_number): f for f in here if f.since == border}
    ended = {(f.lead, f.kind, f.pass_number) for f in before if f.until is not None and f.until == border}
    stayed = [
        replace(f, until=at_border[f.lead, f.kind, f.pass_number].until)
        if f.until is not None and f.until == border and (f.lead, f.kind, f.pass_number) in at_border
        else f
        for f in before
    ]
    return stayed + [f for f in here if f.since != border or (f.lead, f.kind, f.pass_number) not in ended]


def open_flags(found: list[Flag], instant: datetime) -> list[Flag]:
    """At most one for each lead, kind and pass."""
    return [flag for flag in found if flag.open_at(instant)]


def stalled(scene: Scene) -> list[Flag]:
    """Over its age, and quiet: neither outreach by the stage's side nor a reply for so long."""
    found: list[Flag] = []
    for stay in scene.history.stays():
        if stay.stage.category != "open" or stay.stage.position is None:
            continue
        touches = scene.contact.outreach(same_side(stay.stage.side)) + scene.contact.inbound_replies()
        quiet = timedelta(seconds=stay.stage.quiet_seconds)
        ripe = stay.start + timedelta(seconds=stay.stage.age_seconds)
        holds = after_quiet(touches, quiet, ripe)
        parts = within_stay(scene, stay, holds, [ripe, *touches, *(t + quiet for t in touches)])
        found += raised("stalled", scene, stay, parts, limit=stay.stage.age_seconds)
    return found


def after_quiet(touches: list[datetime], quiet: timedelta, earliest: datetime) -> Callable[[datetime], bool]:
    """True from `earliest` on, where the last touch by then is `quiet` or longer ago."""

    def holds(t: datetime) -> bool:
        last = max((touch for touch in touches if touch <= t), default=None)
        return t >= earliest and (last is None or t >= last + quiet)

    return holds


def forgotten(scene: Scene) -> list[Flag]:
    return neglected(scene, "forgotten", "recycled", scene.limits.forgotten_seconds)


def dropped_customer(scene: Scene) -> list[Flag]:
    return neglected(scene, "dropped_customer", "won", scene.limits.dropped_customer_seconds)


def neglected(scene: Scene, kind: str, category: str, limit_seconds: int) -> list[Flag]:
    """In such a stage, contact allowed, and no outbound marketing touch within the limit."""
    limit = timedelta(seconds=limit_seconds)
    touches = scene.contact.outreach("marketing")
    found: list[Flag] = []
    for stay in scene.history.stays():
        if stay.stage.category == category:
            quiet = after_quiet(touches, limit, stay.start + limit)
            points = [stay.start + limit, *touches, *(t + limit for t in touches), *scene.contact.turning_points()]
            parts = within_stay(scene, stay, both(quiet, scene.contact.allowed), points)
            found += raised(kind, scene, stay, parts, limit=limit_seconds, side="marketing")
    return found


def both(one: Callable[[datetime], bool], other: Callable[[datetime], bool]) -> Callable[[datetime], bool]:
    return lambda t: one(t) and other(t)


def unexplained(scene: Scene) -> list[Flag]:
    """Disqualified or lost, and no row of this stay has brought a reason yet; or turned down without a reason."""
    found = scene.handed.unexplained(passes(scene), scene.as_of)
    everywhere = replace(scene, within=ALWAYS)
    for stay in scene.history.stays():
        if stay.stage.category in ("disqualified", "lost"):
            told = [r.at for r in stay.readings if (r.row.reason or "").strip()]
            for part in within_stay(everywhere, stay, before_all(told), told):
                found.append(Piece(stay.pass_number, part, same_side(stay.stage.side), 0))
    return of_pieces("unexplained", scene, found)


def unrouted(scene: Scene) -> list[Flag]:
    limit = scene.limits.unrouted_seconds
    return of_pieces("unrouted", scene, scene.handed.unrouted(passes(scene), scene.as_of, limit))


def unaccepted(scene: Scene) -> list[Flag]:
    """Not decided in time, in the stay in which it was offered: whoever moves the lead on, out or back waits for it no more."""
    stays = [Pass(stay.pass_number, Span(stay.start, stay.end)) for stay in scene.history.stays()]
    return of_pieces("unaccepted", scene, scene.handed.unaccepted(stays, scene.as_of))


def uncontacted(scene: Scene) -> list[Flag]:
    return of_pieces("uncontacted", scene, scene.handed.uncontacted(passes(scene), scene.as_of))


def ping_pong(scene: Scene) -> list[Flag]:
    """To and fro in a pass, since the lead got further in it than before."""
    found: list[Piece] = []
    for of_pass in passes(scene):
        highest, rises = -1, [of_pass.span.since]
        for change in scene.history.changes():
            if change.pass_number == of_pass.number and change.to.position is not None and change.to.position > highest:
                highest = change.to.position
                rises.append(change.at)
        ends = [*rises[1:], of_pass.span.until]
        for since, until in zip(rises, ends, strict=True):
            stretch = Pass(of_pass.number, Span(since, until))
            found += scene.handed.ping_pong(stretch, scene.as_of, scene.limits.ping_pong_times)
    return of_pieces("ping_pong", scene, found)


def passes(scene: Scene) -> list[Pass]:
    """From the first change of a pass up to the first of the next."""
    begins: dict[int, datetime] = {}
    for change in scene.history.changes():
        begins.setdefault(change.pass_number, change.at)
    ends = [*list(begins.values())[1:], None]
    return [Pass(n, Span(at, end)) for (n, at), end in zip(begins.items(), ends, strict=False)]


def of_pieces(kind: str, scene: Scene, pieces: list[Piece]) -> list[Flag]:
    """One flag for pieces of a pass that overlap, as far as it lies in the time looked at."""
    found: list[Flag] = []
    for piece in overlapping(pieces):
        since = max(piece.span.since, scene.within.since)
        ends = [end for end in (piece.span.until, scene.within.until) if end is not None]
        until = min(ends, default=None)
        if (until is None or since < until) and since <= scene.as_of:
            here = next(s for s in scene.history.stays() if Span(s.start, s.end).covers(since))
            side = piece.side or same_side(here.stage.side)
            found.append(
                Flag(
                    scene.history.lead, kind, piece.pass_number, since, until, side, here.stage.key, piece.limit_seconds
                )
            )
    return found


def before_all(instants: list[datetime]) -> Callable[[datetime], bool]:
    return lambda t: all(t < instant for instant in instants)


def orphaned(scene: Scene) -> list[Flag]:
    def parts(stay: Stay) -> list[Span]:
        side = same_side(stay.stage.side)
        if not stay.stage.requires_owner:
            return []
        return within_stay(scene, stay, lambda t: not scene.contact.well_owned(t, side), scene.contact.turning_points())

    return across_stays("orphaned", scene, parts)


def unreachable(scene: Scene) -> list[Flag]:
    def parts(stay: Stay) -> list[Span]:
        if same_side(stay.stage.side) != "sales":
            return []
        return within_stay(scene, stay, lambda t: not scene.contact.reachable(t), scene.contact.turning_points())

    return across_stays("unreachable", scene, parts)


def across_stays(kind: str, scene: Scene, parts: Callable[[Stay], list[Span]]) -> list[Flag]:
    """Spans that touch are one flag, from stage to stage, but not from pass to pass."""
    found: list[Flag] = []
    for _, stays in groupby(scene.history.stays(), key=lambda stay: stay.pass_number):
        of_pass = list(stays)
        for span in joined([part for stay in of_pass for part in parts(stay)]):
            opened_in = next(s for s in of_pass if Span(s.start, s.end).covers(span.since))
            found += raised(kind, scene, opened_in, [span], limit=0)
    return found


def within_stay(
    scene: Scene, stay: Stay, holds: Callable[[datetime], bool], turning_points: list[datetime]
) -> list[Span]:
    start = max(stay.start, scene.within.since)
    ends = [end for end in (stay.end, scene.within.until) if end is not None]
    if ends and min(ends) <= start:
        return []
    return spans(holds, turning_points, start=start, end=min(ends, default=None), as_of=scene.as_of)


def raised(
    kind: str, scene: Scene, stay: Stay, parts: list[Span], *, limit: int, side: str | None = None
) -> list[Flag]:
    to_act = side or same_side(stay.stage.side)
    return [
        Flag(scene.history.lead, kind, stay.pass_number, p.since, p.until, to_act, stay.stage.key, limit) for p in parts
    ]


KINDS: tuple[Callable[[Scene], list[Flag]], ...] = (
    unrouted,
    unaccepted,
    uncontacted,
    ping_pong,
    stalled,
    unexplained,
    forgotten,
    orphaned,
    unreachable,
    dropped_customer,
)
