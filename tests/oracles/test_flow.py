"""Does the flow oracle count changes as by hand, and does stock plus in minus out always add up?"""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.oracles.facts import ValueRow, VoidRow, World
from tests.oracles.flow import FlowGroup, FlowStage, flow, stock
from tests.oracles.makers import a_lead, ask, moved, on, story
from tests.oracles.question import Question
from tests.oracles.stage_set import DEFAULT_STAGES
from tests.oracles.zones import start_of_day

Table = dict[str, tuple[int, int, dict[str, int]]]


def moving(world: World, question: Question) -> Table:
    """Stages that anything came into or went out of."""
    groups = flow(world, DEFAULT_STAGES, question)["groups"]
    assert [g["group"] for g in groups] == [{}]
    rows = {s["stage"]: (s["in"], s["out"], s["out_to"]) for s in groups[0]["stages"]}
    return {stage: row for stage, row in rows.items() if row != (0, 0, {})}


def test_every_stage_is_listed_with_zeros_in_an_empty_company() -> None:
    groups = flow(World(), DEFAULT_STAGES, ask())["groups"]
    path = ["inquiry", "mql", "sal", "sql", "opportunity", "won", "loyal", "recycled", "disqualified", "lost"]
    stages: list[FlowStage] = [{"stage": key, "in": 0, "out": 0, "out_to": {}} for key in path]
    expected: list[FlowGroup] = [{"group": {}, "stages": stages}]
    assert groups == expected


def test_every_pass_counts_and_repeats_do_not() -> None:
    steps = (("mql", 0), ("mql", 1), ("sal", 2), ("recycled", 3), ("mql", 4), ("sal", 5))
    world = World(leads=(a_lead(1),), stages=story(1, 1, *steps))
    assert moving(world, ask()) == {
        "mql": (2, 2, {"sal": 2}),
        "sal": (2, 1, {"recycled": 1}),
        "recycled": (1, 1, {"mql": 1}),
    }


def test_a_held_row_is_in_no_flow() -> None:
    world = World(leads=(a_lead(1),), stages=story(1, 1, ("won", 0), ("mql", 1), ("lost", 2)))
    assert moving(world, ask()) == {"won": (1, 1, {"lost": 1}), "lost": (1, 0, {})}


def test_the_period_is_half_open() -> None:
    world = World(leads=(a_lead(1),), stages=story(1, 1, ("mql", 0), ("sal", 31), ("sql", 60)))
    february = ask(date(2024, 2, 1), date(2024, 3, 1))
    assert moving(world, february) == {"mql": (0, 1, {"sal": 1}), "sal": (1, 0, {})}


def test_a_change_before_the_period_is_still_the_predecessor() -> None:
    world = World(leads=(a_lead(1),), stages=story(1, 1, ("mql", 0), ("mql", 35)))
    assert moving(world, ask(date(2024, 2, 1), date(2024, 3, 1))) == {}


def test_a_void_row_flows_for_those_who_did_not_know() -> None:
    world = World(
        leads=(a_lead(1),), stages=story(1, 1, ("mql", 0), ("lost", 2)), voids=(VoidRow(2, recorded_at=on(10)),)
    )
    assert moving(world, ask(as_of=on(20), known_at=on(9))) == {"mql": (1, 1, {"lost": 1}), "lost": (1, 0, {})}
    assert moving(world, ask(as_of=on(20), known_at=on(10))) == {"mql": (1, 0, {})}


def test_a_flow_is_cut_at_the_change() -> None:
    world = World(
        leads=(a_lead(1), a_lead(2)),
        stages=story(1, 1, ("mql", 0), ("sal", 10)),
        values=(
            ValueRow(1, 1, "owner", "ann", on(0), on(0)),
            ValueRow(2, 1, "owner", "bob", on(10), on(10)),
            ValueRow(3, 2, "owner", "cleo", on(3), on(3)),
        ),
    )
    groups = flow(world, DEFAULT_STAGES, ask(by=("owner",)))["groups"]
    told = {
        g["group"]["owner"]: {s["stage"]: (s["in"], s["out"]) for s in g["stages"] if (s["in"], s["out"]) != (0, 0)}
        for g in groups
    }
    assert told == {"ann": {"mql": (1, 0)}, "bob": {"mql": (0, 1), "sal": (1, 0)}, "cleo": {}}


def test_months_are_those_of_each_change() -> None:
    world = World(
        leads=(a_lead(1), a_lead(2)),
        stages=story(
            1,
            1,
            ("mql", 0),
            (
                "sal",
                31,
            ),
        ),
    )
    groups = flow(world, DEFAULT_STAGES, ask(by=("month",)))["groups"]
    came = [(g["group"]["month"], sum(s["in"] for s in g["stages"])) for g in groups]
    assert came == [("2024-01", 1), ("2024-02", 1)]


steps = st.tuples(
    st.integers(1, 4),
    st.sampled_from([stage.key for stage in DEFAULT_STAGES.definitions]),
    st.integers(0, 12),
    st.integers(0, 3),
    st.sampled_from(["manual", "reopen"]),
)


@given(st.lists(steps, max_size=25), st.integers(0, 12), st.integers(0, 12))
def test_stock_plus_in_minus_out_is_stock(told: list[tuple[int, str, int, int, str]], one: int, other: int) -> None:
    rows = tuple(
        moved(seq, lead, to, on(day), recorded=on(day + late), cause=cause)
        for seq, (lead, to, day, late, cause) in enumerate(told)
    )
    world = World(leads=tuple(a_lead(n) for n in (1, 2, 3, 4)), stages=rows)
    first, last = sorted((one, other))
    question = ask(date(2024, 1, 1 + first), date(2024, 1, 1 + last), as_of=on(20), known_at=on(12))
    before = stock(world, DEFAULT_STAGES, question, start_of_day(question.start, question.zone))
    after = stock(world, DEFAULT_STAGES, question, start_of_day(question.end, question.zone))
    for row in flow(world, DEFAULT_STAGES, question)["groups"][0]["stages"]:
        assert before[row["stage"]] + row["in"] - row["out"] == after[row["stage"]]
