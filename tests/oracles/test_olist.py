"""Is the marketplace's file read right: a few lines by hand, then the real one where it is there?"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.oracles.deals import caused_rows
from tests.oracles.flow import flow
from tests.oracles.funnel import funnel
from tests.oracles.makers import ask
from tests.oracles.olist import (
    DEALS,
    FOLDER,
    LEADS,
    ZONE,
    Prospect,
    TimeToWin,
    leads_by_source,
    olist_deals,
    olist_world,
    read_prospects,
    time_to_win,
    wins_by_month,
    wins_by_source,
)
from tests.oracles.stage_set import DEFAULT_STAGES

RECORDED = datetime(2024, 1, 1, tzinfo=UTC)
IN_UTC = ZoneInfo("UTC")
DAY = 86400


def write_files(folder: Path) -> None:
    """Five made-up prospects in the two files' own form."""
    folder.joinpath(LEADS).write_text(
        "mql_id,first_contact_date,landing_page_id,origin\n"
        "a,2017-10-15,p1,social\n"
        "b,2018-02-01,p1,\n"
        "c,2018-03-08,p2,unknown\n"
        "d,2018-01-31,p2,social\n"
        "e,2018-04-01,,social\n"
    )
    folder.joinpath(DEALS).write_text(
        "mql_id,seller_id,won_date\na,s1,2017-10-20 23:30:00\nc,s2,2018-03-06 19:38:55\nd,s3,2018-02-28 22:00:00\n"
    )


@pytest.fixture
def five(tmp_path: Path) -> tuple[Prospect, ...]:
    write_files(tmp_path)
    return read_prospects(tmp_path)


def test_lines_become_instants(five: tuple[Prospect, ...]) -> None:
    # The 15th of October 2017 has no midnight; summer time (-2) ended on 18 February 2018.
    assert five == (
        Prospect(
            "a",
            datetime(2017, 10, 15, 3, tzinfo=UTC),
            "p1",
            "social",
            datetime(2017, 10, 21, 1, 30, tzinfo=UTC),
        ),
        Prospect("b", datetime(2018, 2, 1, 2, tzinfo=UTC), "p1", None, None),
        Prospect(
            "c",
            datetime(2018, 3, 8, 3, tzinfo=UTC),
            "p2",
            "unknown",
            datetime(2018, 3, 6, 22, 38, 55, tzinfo=UTC),
        ),
        Prospect(
            "d",
            datetime(2018, 1, 31, 2, tzinfo=UTC),
            "p2",
            "social",
            datetime(2018, 3, 1, 1, tzinfo=UTC),
        ),
        Prospect("e", datetime(2018, 4, 1, 3, tzinfo=UTC), None, "social", None),
    )
    assert [p.mql_id for p in five if p.won_before_contact] == ["c"]


def test_a_blank_origin_is_not_unknown(five: tuple[Prospect, ...]) -> None:
    assert leads_by_source(five) == {"social": 3, None: 1, "unknown": 1}
    assert wins_by_source(five) == {"social": 2, "unknown": 1}


def test_a_win_changes_its_month_between_the_zones(five: tuple[Prospect, ...]) -> None:
    assert wins_by_month(five, IN_UTC) == {"2017-10": 1, "2018-03": 2}
    assert wins_by_month(five, ZONE) == {"2017-10": 1, "2018-02": 1, "2018-03": 1}


def test_the_time_to_win_of_a_win_before_the_contact_is_nothing(five: tuple[Prospect, ...]) -> None:
    # a: 5 d 22 h 30 min; c: 0; d: 28 d 23 h. Rank 1.5 of 0, 142.5 h, 695 h is 418.75 h, rank 1.8 is 584.5 h.
    expected = TimeToWin(3, 142 * 3600 + 1800, 418 * 3600 + 2700, 584 * 3600 + 1800)
    assert time_to_win(five) == expected
    assert time_to_win((five[2],)) == TimeToWin(1, 0, 0, 0)


def test_the_won_deals_cause_the_same_rows(five: tuple[Prospect, ...]) -> None:
    caused = {(row.lead, row.to, row.at) for row in caused_rows(olist_deals(five, RECORDED))}
    world = olist_world(five, RECORDED)
    assert caused == {(row.lead, row.to, row.at) for row in world.stages if row.cause == "deal"}


def hold_against_the_oracles(prospects: tuple[Prospect, ...]) -> None:
    """Funnel and flow must say what counting the lines says."""
    world = olist_world(prospects, RECORDED)
    years = (date(2017, 1, 1), date(2019, 1, 1))
    by_source = funnel(world, DEFAULT_STAGES, ask(*years, by=("source",), start_stage="mql"))["groups"]
    assert {g["group"]["source"]: g["entered"] for g in by_source} == leads_by_source(prospects)
    won = {g["group"]["source"]: s["reached"] for g in by_source for s in g["stages"] if s["stage"] == "won"}
    assert Counter(won) == wins_by_source(prospects)
    for zone in ("UTC", "America/Sao_Paulo"):
        months = flow(world, DEFAULT_STAGES, ask(*years, by=("month",), timezone=zone))["groups"]
        came = {g["group"]["month"]: s["in"] for g in months for s in g["stages"] if s["stage"] == "won" and s["in"]}
        assert came == wins_by_month(prospects, ZoneInfo(zone))
    whole = funnel(world, DEFAULT_STAGES, ask(*years, start_stage="mql"))["groups"][0]["stages"]
    last = next(stage for stage in whole if stage["stage"] == "won")
    quantiles = [last[f"from_start_{p}_seconds"] for p in ("p50", "p75", "p90")]  # type: ignore[literal-required]
    assert TimeToWin(last["reached"], *quantiles) == time_to_win(prospects)


def test_counting_lines_and_reading_the_log_agree(five: tuple[Prospect, ...]) -> None:
    hold_against_the_oracles(five)


def test_the_real_file(real_data: Path) -> None:
    prospects = read_prospects(real_data / FOLDER)
    sources = leads_by_source(prospects)
    assert (len(prospects), sources[None], sources["unknown"]) == (8000, 60, 1099)
    assert sum(p.won_at is not None for p in prospects) == 842
    assert len([p for p in prospects if p.won_before_contact]) == 1
    assert wins_by_month(prospects, IN_UTC) != wins_by_month(prospects, ZONE)
    hold_against_the_oracles(prospects)
