"""Do the oracles read the stage log as the definitions say? Every expected value is worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.oracles.facts import LeadId, StageRow, VoidRow, World
from tests.oracles.log import CHANGE, HELD, REPEAT, History, read_log
from tests.oracles.makers import a_lead, known, moved, on, story
from tests.oracles.stage_set import DEFAULT_STAGES, StageDef, StageSet


def read(*rows: StageRow, lead: LeadId = 1) -> History:
    return read_log(World(leads=(a_lead(lead),), stages=rows), DEFAULT_STAGES, known())[lead]


def told(history: History) -> list[tuple[str | None, str, str, int]]:
    """From, to, standing and pass of every row."""
    return [(r.previous.key if r.previous else None, r.to.key, r.standing, r.pass_number) for r in history.readings]


def test_a_lead_without_rows_has_an_empty_history() -> None:
    history = read()
    assert history.readings == ()
    assert history.present_stage() is None
    assert history.stays() == ()
    assert history.reached(DEFAULT_STAGES.find("inquiry")) is None


def test_from_is_the_predecessors_to() -> None:
    assert told(read(*story(1, 1, ("inquiry", 0), ("mql", 1), ("sal", 2)))) == [
        (None, "inquiry", CHANGE, 1),
        ("inquiry", "mql", CHANGE, 1),
        ("mql", "sal", CHANGE, 1),
    ]


def test_rows_at_the_same_instant_are_ordered_by_seq() -> None:
    history = read(moved(2, 1, "sal", on(1)), moved(1, 1, "mql", on(1)), moved(3, 1, "inquiry", on(0)))
    assert [r.to.key for r in history.readings] == ["inquiry", "mql", "sal"]


def test_a_repeat_is_no_change_and_leaves_the_stay_open() -> None:
    history = read(*story(1, 1, ("mql", 0), ("mql", 3), ("sal", 5)))
    assert told(history) == [(None, "mql", CHANGE, 1), ("mql", "mql", REPEAT, 1), ("mql", "sal", CHANGE, 1)]
    assert [(s.stage.key, s.start, s.end, len(s.readings)) for s in history.stays()] == [
        ("mql", on(0), on(5), 2),
        ("sal", on(5), None, 1),
    ]


def test_a_late_row_in_between_makes_a_change_of_what_was_a_repeat() -> None:
    late = moved(9, 1, "sal", on(2), recorded=on(50))
    world = World(leads=(a_lead(1),), stages=(*story(1, 1, ("mql", 0), ("mql", 3)), late))
    before = read_log(world, DEFAULT_STAGES, known(on(100), known_at=on(49)))[1]
    after = read_log(world, DEFAULT_STAGES, known(on(100), known_at=on(50)))[1]
    assert [r.standing for r in before.readings] == [CHANGE, REPEAT]
    assert [(r.to.key, r.standing) for r in after.readings] == [("mql", CHANGE), ("sal", CHANGE), ("mql", CHANGE)]
    assert after.reached(DEFAULT_STAGES.find("sal")) == on(2)


def test_a_void_counts_from_its_own_recording_on() -> None:
    world = World(
        leads=(a_lead(1),),
        stages=story(1, 1, ("mql", 0), ("disqualified", 2), ("sal", 4)),
        voids=(VoidRow(change=2, recorded_at=on(10)),),
    )
    before = read_log(world, DEFAULT_STAGES, known(on(30), known_at=on(10, microseconds=-1)))[1]
    after = read_log(world, DEFAULT_STAGES, known(on(30), known_at=on(10)))[1]
    assert [(r.to.key, r.pass_number) for r in before.readings] == [("mql", 1), ("disqualified", 1), ("sal", 2)]
    assert [(r.to.key, r.pass_number) for r in after.readings] == [("mql", 1), ("sal", 1)]


def test_a_row_at_as_of_and_known_at_counts_and_one_microsecond_later_does_not() -> None:
    world = World(leads=(a_lead(1),), stages=(moved(1, 1, "mql", on(5), recorded=on(6)),))
    counts = [
        bool(read_log(world, DEFAULT_STAGES, known(as_of, known_at))[1].readings)
        for as_of, known_at in (
            (on(5), on(6)),
            (on(5, microseconds=-1), on(6)),
            (on(5), on(6, microseconds=-1)),
        )
    ]
    assert counts == [True, False, False]


def test_a_skipped_stage_is_reached_with_the_later_one_and_never_entered() -> None:
    history = read(*story(1, 1, ("inquiry", 0), ("sql", 4)))
    assert history.reached(DEFAULT_STAGES.find("mql")) == on(4)
    assert history.reached(DEFAULT_STAGES.find("sal")) == on(4)
    assert history.entered(DEFAULT_STAGES.find("sal")) is None
    assert history.reached(DEFAULT_STAGES.find("opportunity")) is None


def test_going_back_does_not_unreach_and_the_first_entry_stays() -> None:
    history = read(*story(1, 1, ("mql", 0), ("sal", 2), ("mql", 3), ("sal", 8)))
    assert history.reached(DEFAULT_STAGES.find("sal")) == on(2)
    assert history.entered(DEFAULT_STAGES.find("mql")) == on(0)
    assert [r.standing for r in history.readings] == [CHANGE] * 4


def test_each_return_from_off_the_path_opens_a_pass() -> None:
    steps = (("mql", 0), ("recycled", 1), ("disqualified", 2), ("mql", 3), ("lost", 4), ("sal", 5))
    assert [r.pass_number for r in read(*story(1, 1, *steps)).readings] == [1, 1, 1, 2, 2, 3]


def test_a_lead_that_starts_off_the_path_comes_back_in_its_second_pass() -> None:
    assert [r.pass_number for r in read(*story(1, 1, ("recycled", 0), ("mql", 1))).readings] == [1, 2]


def test_going_back_out_of_a_win_is_held_and_nobodys_predecessor() -> None:
    history = read(*story(1, 1, ("won", 0), ("mql", 2), ("lost", 9)))
    assert told(history) == [(None, "won", CHANGE, 1), ("won", "mql", HELD, 1), ("won", "lost", CHANGE, 1)]
    assert history.entered(DEFAULT_STAGES.find("mql")) == on(2)
    assert history.reached(DEFAULT_STAGES.find("mql")) == on(0)
    assert [(s.stage.key, s.end) for s in history.stays()] == [("won", on(9)), ("lost", None)]


def test_a_held_row_leaves_the_present_stage_as_it_was() -> None:
    present = read(*story(1, 1, ("won", 0), ("mql", 2))).present_stage()
    assert present is not None
    assert present.key == "won"


@pytest.mark.parametrize(
    ("first", "then", "cause", "standing"),
    [
        ("won", "mql", "reopen", CHANGE),
        ("won", "opportunity", "deal", HELD),
        ("loyal", "won", "deal", HELD),
        ("won", "loyal", "deal", CHANGE),
        ("won", "recycled", "manual", CHANGE),
        ("lost", "mql", "manual", CHANGE),
    ],
)
def test_only_an_unreopened_step_back_out_of_a_win_is_held(first: str, then: str, cause: str, standing: str) -> None:
    history = read(moved(1, 1, first, on(0)), moved(2, 1, then, on(1), cause=cause))
    assert history.readings[1].standing == standing


def test_an_old_key_reads_as_what_it_counts_as() -> None:
    retired = StageDef("warm", None, "open", "marketing", False, counts_as="mql")
    stages = StageSet((*DEFAULT_STAGES.definitions, retired))
    world = World(leads=(a_lead(1),), stages=story(1, 1, ("warm", 0), ("mql", 1), ("sal", 2)))
    history = read_log(world, stages, known())[1]
    assert told(history) == [(None, "mql", CHANGE, 1), ("mql", "mql", REPEAT, 1), ("mql", "sal", CHANGE, 1)]


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        read(moved(1, 1, "nowhere", on(0)))


def test_test_leads_and_merged_leads_are_not_read() -> None:
    tester = replace(a_lead(1), is_test=True)
    merged = replace(a_lead(2), merged=True)
    world = World(leads=(tester, merged, a_lead(3, erased=True)), stages=story(1, 1, ("mql", 0)))
    assert list(read_log(world, DEFAULT_STAGES, known())) == [3]
