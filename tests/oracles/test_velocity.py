"""Does the velocity oracle give the times of small cohorts that were worked out by hand?"""

from __future__ import annotations

from tests.oracles.facts import World
from tests.oracles.makers import a_lead, ask, on, story
from tests.oracles.stage_set import StageDef, StageSet
from tests.oracles.velocity import VelocityStep, velocity

DAY = 86400
STAGES = StageSet(
    (
        StageDef("mql", 1, "open", "marketing", requires_owner=False),
        StageDef("sal", 2, "open", "sales", requires_owner=True),
        StageDef("won", 3, "won", "sales", requires_owner=True),
        StageDef("lost", None, "lost", "sales", requires_owner=False),
    )
)
# Seen on day 100:
#   1  mql 0, sal 10, won 40      step 10, waits 10 made | step 30, waits 30 made
#   2  mql 0, sal 20, lost 25     step 20, waits 20 made | waits 80 cut off, though lost
#   3  mql 0, won 30              skips sal, waits 30 made | waits 0 made, skips
#   4  mql 50                     waits 50 cut off
FOUR = World(
    leads=tuple(a_lead(n) for n in (1, 2, 3, 4)),
    stages=(
        *story(1, 10, ("mql", 0), ("sal", 10), ("won", 40)),
        *story(2, 20, ("mql", 0), ("sal", 20), ("lost", 25)),
        *story(3, 30, ("mql", 0), ("won", 30)),
        *story(4, 40, ("mql", 50)),
    ),
)


def steps_of(world: World, as_of: float) -> list[VelocityStep]:
    groups = velocity(world, STAGES, ask(as_of=on(as_of)))["groups"]
    assert [g["group"] for g in groups] == [{}]
    return groups[0]["steps"]


def test_four_leads_by_hand() -> None:
    assert steps_of(FOUR, 100) == [
        {
            "from": "mql",
            "to": "sal",
            "n": 2,
            "skipped": 1,
            "p50_seconds": 15 * DAY,
            "p75_seconds": round(17.5 * DAY),
            "p90_seconds": 19 * DAY,
            # S: 3/4 at 10, 1/2 at 20, 1/4 at 30; then one waits on
            "km_n": 4,
            "km_events": 3,
            "km_median_seconds": 20 * DAY,
            "km_reached_30d": 0.75,
            "km_reached_90d": 0.75,
            "km_reached_180d": 0.75,
        },
        {
            "from": "sal",
            "to": "won",
            "n": 1,
            "skipped": 1,
            "p50_seconds": 30 * DAY,
            "p75_seconds": 30 * DAY,
            "p90_seconds": 30 * DAY,
            # S: 2/3 at 0, 1/3 at 30
            "km_n": 3,
            "km_events": 2,
            "km_median_seconds": 30 * DAY,
            "km_reached_30d": 2 / 3,
            "km_reached_90d": 2 / 3,
            "km_reached_180d": 2 / 3,
        },
    ]


def test_earlier_the_same_leads_still_wait() -> None:
    # On day 15 lead 1 made its step after 10 days; 2 and 3 are cut off at 15; 4 is not there yet.
    first, second = steps_of(FOUR, 15)
    assert (first["n"], first["km_n"], first["km_events"], first["km_median_seconds"]) == (1, 3, 1, None)
    assert first["km_reached_30d"] == 1 / 3
    assert (second["km_n"], second["km_events"], second["km_reached_30d"]) == (1, 0, 0.0)


def test_who_is_seen_at_the_very_start_is_cut_off_at_zero() -> None:
    world = World(leads=(a_lead(1),), stages=story(1, 1, ("mql", 0)))
    first, second = steps_of(world, 0)
    assert (first["km_n"], first["km_events"], first["km_reached_30d"]) == (1, 0, 0.0)
    assert (second["km_n"], second["km_reached_30d"], second["p50_seconds"]) == (0, None, None)


def test_a_return_is_measured_from_the_first_entry() -> None:
    world = World(leads=(a_lead(1),), stages=story(1, 1, ("mql", 0), ("lost", 2), ("mql", 10), ("sal", 12)))
    first = steps_of(world, 100)[0]
    assert (first["n"], first["p50_seconds"], first["km_median_seconds"]) == (1, 12 * DAY, 12 * DAY)


def test_a_held_entry_counts_for_the_step_and_not_for_the_wait() -> None:
    # mql at 0, won at 5, then sal at 7: held. The step mql -> sal took 7 days, the wait 5.
    world = World(leads=(a_lead(1),), stages=story(1, 1, ("mql", 0), ("won", 5), ("sal", 7)))
    first, second = steps_of(world, 100)
    assert (first["n"], first["skipped"], first["p50_seconds"], first["km_median_seconds"]) == (1, 0, 7 * DAY, 5 * DAY)
    assert (second["n"], second["skipped"], second["km_median_seconds"]) == (0, 1, 0)
