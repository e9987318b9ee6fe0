"""Does the funnel oracle give the figures of small cohorts that were counted by hand?"""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.oracles.facts import StageRow, ValueRow, World
from tests.oracles.funnel import FunnelGroup, FunnelStage, funnel
from tests.oracles.makers import a_lead, ask, moved, on, story
from tests.oracles.question import Question
from tests.oracles.shares import wilson
from tests.oracles.stage_set import DEFAULT_STAGES, StageDef, StageSet
from tests.oracles.zones import start_of_day

DAY = 86400
SHORT = StageSet(
    (
        StageDef("mql", 1, "open", "marketing", requires_owner=False),
        StageDef("sal", 2, "open", "sales", requires_owner=True),
        StageDef("won", 3, "won", "sales", requires_owner=True),
        StageDef("recycled", None, "recycled", "marketing", requires_owner=False),
    )
)


def only_group(world: World, question: Question, stages: StageSet = SHORT) -> FunnelGroup:
    groups = funnel(world, stages, question)["groups"]
    assert len(groups) == 1
    return groups[0]


def stage_named(group: FunnelGroup, key: str) -> FunnelStage:
    return next(stage for stage in group["stages"] if stage["stage"] == key)


def world_of(*rows: StageRow) -> World:
    return World(leads=tuple(a_lead(lead) for lead in dict.fromkeys(r.lead for r in rows)), stages=rows)


def test_an_empty_company_has_one_group_of_nothing() -> None:
    answer = funnel(World(), SHORT, ask(as_of=on(200)))
    assert answer["groups"] == [
        {
            "group": {},
            "entered": 0,
            "mature": 0,
            "stages": [
                {
                    "stage": key,
                    "position": position,
                    "reached": 0,
                    "reached_in_window": 0,
                    "mature_in_window": 0,
                    "conversion_from_start": None,
                    "conversion_from_previous": None,
                    "wilson_low": None,
                    "wilson_high": None,
                    "from_start_p50_seconds": None,
                    "from_start_p75_seconds": None,
                    "from_start_p90_seconds": None,
                    "step_n": None if position == 1 else 0,
                    "step_skipped": None if position == 1 else 0,
                    "step_p50_seconds": None,
                    "step_p75_seconds": None,
                    "step_p90_seconds": None,
                }
                for key, position in (("mql", 1), ("sal", 2), ("won", 3))
            ],
        }
    ]
    assert {name: value for name, value in answer.items() if name != "groups"} == {
        "start": "2024-01-01",
        "end": "2025-01-01",
        "timezone": "UTC",
        "start_stage": "mql",
        "window_days": 90,
        "as_of": "2024-07-19T00:00:00Z",
        "known_at": "2024-07-19T00:00:00Z",
        "funnel_version": None,
    }


# Five leads, W = 10 days, seen on day 30:
#   1  mql 0, sal 4, won 10          won at exactly W: in the window
#   2  mql 0, sal 8, won 12          won outside the window
#   3  mql 5, won 7                  skips sal
#   4  mql 20, sal 22, recycled 23   mature at exactly as_of
#   5  mql 21, sal 23                not mature
FIVE = world_of(
    *story(1, 10, ("mql", 0), ("sal", 4), ("won", 10)),
    *story(2, 20, ("mql", 0), ("sal", 8), ("won", 12)),
    *story(3, 30, ("mql", 5), ("won", 7)),
    *story(4, 40, ("mql", 20), ("sal", 22), ("recycled", 23)),
    *story(5, 50, ("mql", 21), ("sal", 23)),
)


def test_five_leads_by_hand() -> None:
    group = only_group(FIVE, ask(as_of=on(30), window_days=10))
    of_four, of_previous = wilson(4, 4), wilson(2, 4)
    assert of_four is not None
    assert of_previous is not None
    assert group == {
        "group": {},
        "entered": 5,
        "mature": 4,
        "stages": [
            {
                "stage": "mql",
                "position": 1,
                "reached": 5,
                "reached_in_window": 5,
                "mature_in_window": 4,
                "conversion_from_start": 1.0,
                "conversion_from_previous": None,
                "wilson_low": None,
                "wilson_high": None,
                "from_start_p50_seconds": 0,
                "from_start_p75_seconds": 0,
                "from_start_p90_seconds": 0,
                "step_n": None,
                "step_skipped": None,
                "step_p50_seconds": None,
                "step_p75_seconds": None,
                "step_p90_seconds": None,
            },
            {
                "stage": "sal",
                "position": 2,
                "reached": 5,
                "reached_in_window": 5,
                "mature_in_window": 4,
                "conversion_from_start": 1.0,
                "conversion_from_previous": 1.0,
                "wilson_low": of_four.low,
                "wilson_high": 1.0,
                # from start 2 2 2 4 8 days (lead 3 reaches sal with its win); steps 2 2 4 8
                "from_start_p50_seconds": 2 * DAY,
                "from_start_p75_seconds": 4 * DAY,
                "from_start_p90_seconds": round(6.4 * DAY),
                "step_n": 4,
                "step_skipped": 1,
                "step_p50_seconds": 3 * DAY,
                "step_p75_seconds": 5 * DAY,
                "step_p90_seconds": round(6.8 * DAY),
            },
            {
                "stage": "won",
                "position": 3,
                "reached": 3,
                "reached_in_window": 2,
                "mature_in_window": 2,
                "conversion_from_start": 0.5,
                "conversion_from_previous": 0.5,
                "wilson_low": of_previous.low,
                "wilson_high": of_previous.high,
                # from start 2 10 12 days; steps 6 and 4
                "from_start_p50_seconds": 10 * DAY,
                "from_start_p75_seconds": 11 * DAY,
                "from_start_p90_seconds": round(11.6 * DAY),
                "step_n": 2,
                "step_skipped": 1,
                "step_p50_seconds": 5 * DAY,
                "step_p75_seconds": round(5.5 * DAY),
                "step_p90_seconds": round(5.8 * DAY),
            },
        ],
    }


def test_the_window_ends_with_its_last_microsecond() -> None:
    world = world_of(
        moved(1, 1, "mql", on(0)),
        moved(2, 1, "sal", on(10)),
        moved(3, 2, "mql", on(0)),
        moved(4, 2, "sal", on(10, microseconds=1)),
    )
    sal = stage_named(only_group(world, ask(as_of=on(30), window_days=10)), "sal")
    assert (sal["reached"], sal["reached_in_window"], sal["mature_in_window"]) == (2, 1, 1)


def test_a_lead_is_mature_at_the_instant_its_window_ends() -> None:
    world = world_of(moved(1, 1, "mql", on(0)))
    mature = [only_group(world, ask(as_of=t, window_days=10))["mature"] for t in (on(10, microseconds=-1), on(10))]
    assert mature == [0, 1]


def test_the_window_counts_24_hours_a_day_whatever_the_clocks_do() -> None:
    # The last two days of March 2024 have 47 hours in Berlin; the window of two days has 48.
    berlin = ZoneInfo("Europe/Berlin")
    night = start_of_day(date(2024, 3, 30), berlin)
    after_two_days = start_of_day(date(2024, 4, 1), berlin) + timedelta(hours=1)
    world = world_of(moved(1, 1, "mql", night), moved(2, 1, "sal", after_two_days))
    question = ask(as_of=on(200), window_days=2, timezone="Europe/Berlin")
    sal = stage_named(only_group(world, question), "sal")
    assert sal["from_start_p50_seconds"] == 48 * 3600
    assert sal["reached_in_window"] == 1


def test_as_of_at_the_change_counts_it_and_before_does_not() -> None:
    world = world_of(*story(1, 1, ("mql", 0), ("sal", 5)))
    reached = [stage_named(only_group(world, ask(as_of=t)), "sal")["reached"] for t in (on(5, microseconds=-1), on(5))]
    assert reached == [0, 1]


def test_a_late_arrival_counts_only_for_who_knew_it() -> None:
    world = world_of(moved(1, 1, "mql", on(0)), moved(2, 1, "sal", on(3), recorded=on(40)))
    counts = [
        stage_named(only_group(world, ask(as_of=on(60), known_at=known_at)), "sal")["reached"]
        for known_at in (on(39), on(40))
    ]
    assert counts == [0, 1]


def test_the_period_is_half_open_in_the_reporting_zone() -> None:
    # In São Paulo 15 October 2017 begins at 03:00 UTC (it has no midnight), the 16th at 02:00 UTC.
    zone = ZoneInfo("America/Sao_Paulo")
    first, end = start_of_day(date(2017, 10, 15), zone), start_of_day(date(2017, 10, 16), zone)
    rows = [moved(n, n, "mql", first.replace(hour=hour, minute=minute)) for n, hour, minute in ((1, 2, 59), (2, 3, 0))]
    rows += [moved(3, 3, "mql", end.replace(hour=1, minute=59)), moved(4, 4, "mql", end)]
    question = ask(date(2017, 10, 15), date(2017, 10, 16), timezone="America/Sao_Paulo")
    world = World(leads=tuple(a_lead(n, created=rows[0].at) for n in (1, 2, 3, 4)), stages=tuple(rows))
    assert only_group(world, question)["entered"] == 2


def test_a_step_against_the_order_is_skipped() -> None:
    # Won first, then seen as mql: held, entered after the win, reached with it.
    world = world_of(*story(1, 1, ("won", 5), ("mql", 7)))
    group = only_group(world, ask(as_of=on(300)))
    won, sal = stage_named(group, "won"), stage_named(group, "sal")
    assert group["entered"] == 1
    assert (sal["reached"], sal["step_n"], sal["step_skipped"]) == (1, 0, 1)
    assert (won["reached"], won["from_start_p50_seconds"], won["step_n"], won["step_skipped"]) == (1, 0, 0, 1)


def test_a_returned_lead_belongs_to_the_cohort_of_its_first_time() -> None:
    steps = (("mql", 0), ("recycled", 10), ("mql", 40), ("sal", 45))
    world = world_of(*story(1, 1, *steps))
    groups = funnel(world, SHORT, ask(as_of=on(300), by=("month",)))["groups"]
    assert [(g["group"], g["entered"]) for g in groups] == [({"month": "2024-01"}, 1)]
    sal = stage_named(groups[0], "sal")
    assert (sal["from_start_p50_seconds"], sal["step_p50_seconds"]) == (45 * DAY, 45 * DAY)


def test_a_later_start_stage_has_its_own_cohort() -> None:
    world = world_of(*story(1, 1, ("mql", 0), ("sal", 40)), *story(2, 5, ("mql", 40)), *story(3, 7, ("won", 41)))
    group = only_group(world, ask(date(2024, 2, 1), date(2024, 3, 1), as_of=on(300), start_stage="sal"))
    assert [(s["stage"], s["reached"]) for s in group["stages"]] == [("sal", 2), ("won", 1)]


def test_months_are_there_only_with_leads_and_in_the_reporting_zone() -> None:
    world = world_of(moved(1, 1, "mql", on(31, hours=2)), moved(2, 2, "mql", on(60, hours=2)))
    by_zone = {
        zone: [
            (g["group"]["month"], g["entered"])
            for g in funnel(world, SHORT, ask(as_of=on(300), by=("month",), timezone=zone))["groups"]
        ]
        for zone in ("UTC", "America/Sao_Paulo")
    }
    assert by_zone == {
        "UTC": [("2024-02", 1), ("2024-03", 1)],
        "America/Sao_Paulo": [("2024-01", 1), ("2024-02", 1)],
    }


def test_weeks_run_from_monday() -> None:
    world = world_of(moved(1, 1, "mql", on(6, hours=23)), moved(2, 2, "mql", on(7)))
    groups = funnel(world, SHORT, ask(as_of=on(300), by=("week",)))["groups"]
    assert [g["group"] for g in groups] == [{"week": "2024-W01"}, {"week": "2024-W02"}]


def test_a_source_is_there_with_nothing_in_it_once_such_a_lead_exists() -> None:
    world = World(
        leads=(
            a_lead(1, source="social"),
            a_lead(2, source="referral"),
            a_lead(3),
            a_lead(4, source="later", created=on(50)),
        ),
        stages=(moved(1, 1, "mql", on(0)), moved(2, 3, "mql", on(1)), moved(3, 4, "mql", on(50))),
    )
    groups = funnel(world, SHORT, ask(as_of=on(20), by=("source",)))["groups"]
    assert [(g["group"]["source"], g["entered"]) for g in groups] == [("referral", 0), ("social", 1), (None, 1)]


def test_a_lead_that_won_before_it_was_created_is_there_with_its_win() -> None:
    world = World(leads=(a_lead(1, source="social", created=on(10)),), stages=(moved(1, 1, "won", on(5)),))
    for as_of, expected in ((on(4), []), (on(5), [("social", 1)])):
        groups = funnel(world, SHORT, ask(as_of=as_of, known_at=on(20), by=("source",)))["groups"]
        assert [(g["group"]["source"], g["entered"]) for g in groups] == expected


def test_month_with_source_shows_only_pairs_that_have_leads() -> None:
    world = World(leads=(a_lead(1, source="social"), a_lead(2, source="referral")), stages=(moved(1, 1, "mql", on(0)),))
    groups = funnel(world, SHORT, ask(as_of=on(20), by=("month", "source")))["groups"]
    assert [g["group"] for g in groups] == [{"month": "2024-01", "source": "social"}]


def owned(seq: int, lead: int, owner: str | None, days: float, *, recorded: float | None = None) -> ValueRow:
    return ValueRow(seq, lead, "owner", owner, on(days), on(days if recorded is None else recorded))


def owners(world: World, as_of: float, known_at: float | None = None) -> list[tuple[str | None, int]]:
    question = ask(as_of=on(as_of), known_at=None if known_at is None else on(known_at), by=("owner",))
    return [(g["group"]["owner"], g["entered"]) for g in funnel(world, SHORT, question)["groups"]]


def test_an_owner_is_the_one_at_the_start_of_the_cohort() -> None:
    world = World(
        leads=(a_lead(1), a_lead(2)),
        stages=(moved(1, 1, "mql", on(5)),),
        values=(owned(1, 1, "ann", 5), owned(2, 1, "bob", 6), owned(3, 2, "ann", 1), owned(4, 2, "cleo", 7)),
    )
    # Lead 2 never started: its owner is the one at as_of.
    assert owners(world, 6) == [("ann", 1)]
    assert owners(world, 7) == [("ann", 1), ("cleo", 0)]


def test_an_owner_known_only_later_is_none_until_then() -> None:
    world = World(leads=(a_lead(1),), stages=(moved(1, 1, "mql", on(5)),), values=(owned(1, 1, "ann", 2, recorded=50),))
    assert owners(world, 60, 49) == [(None, 1)]
    assert owners(world, 60, 50) == [("ann", 1)]


def test_owners_come_from_stage_rows_too_from_repeats_as_well() -> None:
    world = World(
        leads=(a_lead(1), a_lead(2)),
        stages=(
            moved(1, 1, "mql", on(5), owner="ann"),
            moved(2, 2, "recycled", on(1), owner="bob"),
            moved(3, 2, "recycled", on(2), owner="cleo"),
        ),
    )
    assert owners(world, 10) == [("ann", 1), ("cleo", 0)]


def test_the_value_log_has_the_last_word_at_the_same_instant() -> None:
    world = World(
        leads=(a_lead(1),),
        stages=(moved(9, 1, "mql", on(5), owner="ann"),),
        values=(owned(1, 1, "bob", 5), owned(2, 1, None, 5)),
    )
    assert owners(world, 10) == [(None, 1)]


@pytest.mark.parametrize(("where", "entered"), [((("source", "social"),), 1), ((("source", None),), 2), ((), 3)])
def test_where_narrows_down_the_leads(where: tuple[tuple[str, str | None], ...], entered: int) -> None:
    world = World(
        leads=(a_lead(1, source="social"), a_lead(2), a_lead(3)),
        stages=tuple(moved(n, n, "mql", on(n)) for n in (1, 2, 3)),
    )
    assert only_group(world, ask(as_of=on(20), where=where))["entered"] == entered


def test_the_whole_default_path_is_listed_in_order() -> None:
    group = only_group(World(), ask(), DEFAULT_STAGES)
    assert [stage["stage"] for stage in group["stages"]] == [
        "inquiry",
        "mql",
        "sal",
        "sql",
        "opportunity",
        "won",
        "loyal",
    ]
