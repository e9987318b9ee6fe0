"""Is a process log read as the stage history that it is: a few lines by hand, then the real ones?"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

from tests.oracles.facts import World
from tests.oracles.flow import flow
from tests.oracles.funnel import funnel
from tests.oracles.log import read_log
from tests.oracles.makers import ask
from tests.oracles.process_log import HELPDESK, RUNNING_EXAMPLE, Event, process_world, read_events
from tests.oracles.stage_set import StageDef, StageSet, stage_set_from_json
from tests.oracles.velocity import velocity

RECORDED = datetime(2025, 1, 1, tzinfo=UTC)
STAGES = stage_set_from_json(
    """[
    {"key": "register", "title": "Register", "position": 1, "side": "marketing"},
    {"key": "check", "title": "Check", "position": 2, "side": "sales"},
    {"key": "pay", "title": "Pay", "position": 3, "category": "won", "side": "sales"},
    {"key": "again", "title": "Again", "position": null, "category": "recycled", "side": "marketing"},
    {"key": "reject", "title": "Reject", "position": null, "category": "lost", "side": "sales",
     "requires_owner": false}
    ]"""
)
KEYS = {key: key for key in ("register", "check", "pay", "again", "reject")}
LOG = """case:concept:name,concept:name,org:resource,time:timestamp
2,register,Ann,2024-03-01T08:00:00+01:00
1,register,Ann,2024-03-01T09:00:00+01:00
1,check,Bob,2024-03-01T09:00:00+01:00
1,check,Cleo,2024-03-02T09:00:00+01:00
1,again,Bob,2024-03-03T09:00:00+01:00
1,check,Bob,2024-03-04T09:00:00+01:00
1,pay,,2024-03-05T08:00:00+00:00
2,reject,Ann,2024-03-01T12:00:00+01:00
"""


def read_small(folder: Path) -> World:
    file = folder / "log.csv"
    file.write_text(LOG)
    return process_world(read_events(file), RECORDED, KEYS)


def test_the_stage_set_file_has_its_defaults() -> None:
    assert STAGES.find("check") == StageDef("check", 2, "open", "sales", requires_owner=True)
    assert STAGES.find("register") == StageDef("register", 1, "open", "marketing", requires_owner=False)
    assert STAGES.find("reject") == StageDef("reject", None, "lost", "sales", requires_owner=False)


def test_events_become_rows_in_the_order_of_the_file(tmp_path: Path) -> None:
    world = read_small(tmp_path)
    assert [(lead.id, lead.created_at.hour) for lead in world.leads] == [("2", 8), ("1", 9)]
    history = read_log(world, STAGES, ask(as_of=RECORDED).clock)["1"]
    assert [(r.to.key, r.standing, r.pass_number, r.row.owner) for r in history.readings] == [
        ("register", "change", 1, "Ann"),
        ("check", "change", 1, "Bob"),
        ("check", "repeat", 1, "Cleo"),
        ("again", "change", 1, "Bob"),
        ("check", "change", 2, "Bob"),
        ("pay", "change", 2, None),
    ]


def test_the_small_log_by_hand(tmp_path: Path) -> None:
    world = read_small(tmp_path)
    question = ask(date(2024, 3, 1), date(2024, 4, 1), as_of=datetime(2024, 4, 1, tzinfo=UTC), known_at=RECORDED)
    stages = funnel(world, STAGES, question)["groups"][0]["stages"]
    assert [(s["stage"], s["reached"], s["step_n"], s["step_p50_seconds"]) for s in stages] == [
        ("register", 2, None, None),
        ("check", 1, 1, 0),
        ("pay", 1, 1, 4 * 86400),
    ]
    moves = flow(world, STAGES, question)["groups"][0]["stages"]
    assert [(s["stage"], s["in"], s["out_to"]) for s in moves] == [
        ("register", 2, {"check": 1, "reject": 1}),
        ("check", 2, {"again": 1, "pay": 1}),
        ("pay", 1, {}),
        ("again", 1, {"check": 1}),
        ("reject", 1, {}),
    ]
    steps = velocity(world, STAGES, question)["groups"][0]["steps"]
    assert [(s["from"], s["to"], s["km_n"], s["km_events"], s["km_median_seconds"]) for s in steps] == [
        ("register", "check", 2, 1, 0),
        ("check", "pay", 1, 1, 4 * 86400),
    ]


def hold_against_pairs(events: tuple[Event, ...]) -> None:
    """With every activity a stage of its own, the flow must be the pairs of unlike neighbours."""
    names = list(dict.fromkeys(event.activity for event in events))
    stages = StageSet(
        tuple(StageDef(name, number, "open", "sales", requires_owner=False) for number, name in enumerate(names))
    )
    world = process_world(events, RECORDED, {name: name for name in names})
    question = ask(date(2000, 1, 1), date(2024, 1, 1), as_of=RECORDED)
    told = {
        (row["stage"], to): n
        for row in flow(world, stages, question)["groups"][0]["stages"]
        for to, n in row["out_to"].items()
    }
    traces: dict[str, list[Event]] = {}
    for event in events:
        traces.setdefault(event.case, []).append(event)
    pairs: Counter[tuple[str, str]] = Counter()
    for trace in traces.values():
        ordered = [event.activity for event in sorted(trace, key=lambda event: event.at)]
        pairs.update((a, b) for a, b in pairwise(ordered) if a != b)
    assert told == pairs


def test_the_real_running_example(real_data: Path) -> None:
    events = read_events(real_data / RUNNING_EXAMPLE)
    assert (len(events), len({event.case for event in events})) == (42, 6)
    hold_against_pairs(events)


def test_the_real_helpdesk(real_data: Path) -> None:
    events = read_events(real_data / HELPDESK)
    assert (len(events), len({event.case for event in events})) == (21348, 4580)
    hold_against_pairs(events)
