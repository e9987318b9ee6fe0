"""The paths: where leads of a period go, where they come back, and where they leak, as bands from place to place.

A picture of bands has no circles, so what goes back has places of its own: `again` (out of an off-path stage), `back` (to an earlier
stage), `came_back` (turned down or returned by the receiver). Leaks are signs on the way: a lead that leaks also goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from alignment.people.selectors import Somebody
from kpis.leaks.kinds import BY_KEY
from kpis.leaks.queries.flags import Flags, Only
from kpis.reports.behind import After
from kpis.reports.lines import Line, Listing, Which
from kpis.reports.params import ReportParams, not_cut
from kpis.reports.queries.paths import (
    Behind,
    Ending,
    Move,
    endings_behind,
    moves_behind,
    read_endings,
    read_ways,
)
from kpis.snapshot import one_snapshot
from leads.funnel.stage_sets import StageSet

NEW, CAME_BACK, EXPIRED = "new", "came_back", "expired"
MOVE, RETURN, HANDOFF, LEAK = "moves", "returns", "handoffs", "leaks"


@dataclass(frozen=True)
class Way:
    """So many from one place to another. `kind`: changes of stage (`returns`: that a returned handoff made), ends of offers, or leaks;
    with `left` and `entered` it finds the list behind it.
    """

    source: str
    target: str
    n: int
    kind: str
    left: str | None = None
    entered: str | None = None


def paths(params: ReportParams, user: Somebody | None = None) -> dict[str, Any]:
    """The paths report: `nodes` in the order of the funnel, and `links` in theirs with how many went that way."""
    not_cut(params, "Paths")
    with one_snapshot():
        moves = read_ways(params, user)
        endings = [] if _of_leads_only(params) else read_endings(params, user)
        leaks = Flags(params, user, Only()).by_stage()
    ways = _together(
        [
            *_moves(moves, params.stages),
            *_endings(endings),
            *(
                Way(f"stage:{params.stages.meaning(stage)}", f"leak:{kind}", n, LEAK, left=stage, entered=kind)
                for stage, kind, n in leaks
                if stage in params.stages.by_key and kind in BY_KEY
            ),
        ]
    )
    place = {node["key"]: at for at, node in enumerate(_nodes(params.stages))}
    ways.sort(key=lambda way: (place[way.source], place[way.target]))
    used = {end for way in ways for end in (way.source, way.target)}
    return {
        **params.heading(),
        "nodes": [node for node in _nodes(params.stages) if node["key"] in used],
        "links": [
            {
                "from": way.source,
                "to": way.target,
                "n": way.n,
                "kind": way.kind,
                "left": way.left,
                "entered": way.entered,
            }
            for way in ways
        ],
    }


def _of_leads_only(params: ReportParams) -> bool:
    """Owner and team of an offer are who was offered, those of a change who held the lead: asked for one of them, offers are left out."""
    return bool(dict(params.where).keys() & {"owner", "team"})


def _moves(moves: list[Move], stages: StageSet) -> Iterator[Way]:
    for move in moves:
        source, target = f"stage:{move.left}", f"stage:{move.entered}"
        left, entered = stages.by_key.get(move.left or ""), stages.by_key[move.entered]
        if move.left is None:
            source = NEW
        elif move.came_back:
            source = CAME_BACK
        elif left is not None and left.position is None:
            source = f"again:{move.left}"
        elif left is not None and entered.position is not None and entered.position < (left.position or 0):
            target = f"back:{move.entered}"
        if move.came_back and entered.position is not None:
            target = f"back:{move.entered}"
        kind = RETURN if move.came_back else MOVE
        yield Way(source, target, move.n, kind, left=None if move.came_back else move.left, entered=move.entered)


def _endings(endings: list[Ending]) -> Iterator[Way]:
    for one in endings:
        target = EXPIRED if one.how == "expired" else CAME_BACK
        yield Way(f"stage:{one.stage}", target, one.n, HANDOFF, left=one.stage, entered=target)


def _together(ways: Iterable[Way]) -> list[Way]:
    """One band between two places."""
    found: dict[tuple[str, str], Way] = {}
    for way in ways:
        there = found.get((way.source, way.target))
        found[way.source, way.target] = way if there is None else replace(there, n=there.n + way.n)
    return list(found.values())


def _nodes(stages: StageSet) -> Iterator[dict[str, Any]]:
    """Every place there may be, in the order of the picture: key, title, and the colour it has."""
    off_path = [terms for terms in stages.stages if terms.position is None]
    yield {"key": NEW, "title": "New", "tone": "marketing"}
    for terms in off_path:
        yield {"key": f"again:{terms.key}", "title": f"Again, from {terms.title}", "tone": terms.category}
    for terms in stages.forward:
        yield {
            "key": f"stage:{terms.key}",
            "title": terms.title,
            "tone": terms.side if terms.category == "open" else terms.category,
        }
    yield {"key": CAME_BACK, "title": "Came back", "tone": "recycled"}
    yield {"key": EXPIRED, "title": "Expired", "tone": "leak"}
    for terms in stages.forward:
        yield {"key": f"back:{terms.key}", "title": f"Back to {terms.title}", "tone": "recycled"}
    for terms in off_path:
        yield {"key": f"stage:{terms.key}", "title": terms.title, "tone": terms.category}
    for kind in BY_KEY.values():
        yield {"key": f"leak:{kind.key}", "title": f"Leak: {kind.title}", "tone": "leak"}


@one_snapshot()
def _lines(
    params: ReportParams, user: Somebody | None, measure: str, which: Which, after: After | None, limit: int
) -> list[Line]:
    not_cut(params, "Paths")
    left, entered = which.get("left") or None, which.get("entered") or None
    if measure == LEAK:
        flags = Flags(params, user, Only(kind=entered))
        found = flags.in_stage(left or "", limit, (after.at, after.id) if after else None)
        return [Line(lead_id, since, lead_id, ()) for lead_id, since in found]
    behind = Behind(left, entered, measure == RETURN, after, limit)
    read = endings_behind if measure == HANDOFF else moves_behind
    return [Line(lead_id, at, pk, ()) for lead_id, at, pk in read(params, user, behind)]


LISTING = Listing(
    titles={
        MOVE: "Changes of stage",
        RETURN: "Changes of stage of leads that came back",
        HANDOFF: "Offers that ended here",
        LEAK: "Leaks that opened here",
    },
    columns=(),
    which=("left", "entered"),
    lines=_lines,
)
