"""Are chance, amount and total of a leaking lead those of the pencil?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from tests.oracles.facts import Clock, DealRow, LeadFact, RateRow, StageRow, ValueRow, World
from tests.oracles.makers import a_lead, moved
from tests.oracles.money import MissingRateError, Purse
from tests.oracles.stage_set import DEFAULT_STAGES
from tests.oracles.value_at_risk import Total, ValueAtRisk

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
NOW = Clock(AS_OF, AS_OF)
UTC_ZONE = ZoneInfo("UTC")
SAL = DEFAULT_STAGES.find("sal")


def ago(days: float, *, microseconds: int = 0) -> datetime:
    return AS_OF - timedelta(days=days) + timedelta(microseconds=microseconds)


def value_of(world: World, clock: Clock = NOW) -> ValueAtRisk:
    return ValueAtRisk(world, DEFAULT_STAGES, clock, Purse("EUR", UTC_ZONE, world.rates))


def lead(number: int, source: str | None = "social", **marks: bool) -> LeadFact:
    return replace(a_lead(number, source=source, created=ago(800)), **marks)  # type: ignore[arg-type]


def path(number: int, *steps: tuple[str, float]) -> tuple[StageRow, ...]:
    return tuple(moved(number * 10 + n, number, to, ago(days)) for n, (to, days) in enumerate(steps))


def deal(
    number: int,
    lead_number: int | None,
    amount: str | None,
    status: str,
    *,
    opened: float | None = None,
    closed: float | None = None,
    currency: str = "EUR",
) -> DealRow:
    return DealRow(
        number,
        lead_number,
        None,
        None if amount is None else Decimal(amount),
        currency,
        status,
        recorded_at=ago(900),
        opened_at=None if opened is None else ago(opened),
        closed_at=None if closed is None else ago(closed),
    )


# Seen from 1 March 2026: 24 months before is 1 March 2024 (730 days), a year is 365 days.
#   1 social    sal 400, won 100      300 days: won within the year
#   2 social    sal 400, won 30       370 days: not within it
#   3 social    sal 365               mature at this very instant, not won
#   4 social    sal 364               not mature
#   5 social    sal 731, won 700      before the 24 months
#   6 referral  sal 730, won 700      the first instant of the 24 months
HISTORY = World(
    leads=(lead(1), lead(2), lead(3), lead(4), lead(5), lead(6, "referral"), lead(7, None)),
    stages=(
        *path(1, ("sal", 400), ("won", 100)),
        *path(2, ("sal", 400), ("won", 30)),
        *path(3, ("sal", 365)),
        *path(4, ("sal", 364)),
        *path(5, ("sal", 731), ("won", 700)),
        *path(6, ("sal", 730), ("won", 700)),
        *path(7, ("sal", 10)),
    ),
)


def test_the_chance_by_hand() -> None:
    # Over all sources N = 4, W = 2: p = 2.5 / 5 = 1/2.
    values = value_of(HISTORY)
    assert values.chance(SAL, "social") == Fraction(1 + 10, 3 + 20)
    assert values.chance(SAL, "referral") == Fraction(1 + 10, 1 + 20)
    assert values.chance(SAL, None) == Fraction(1, 2)
    assert values.chance(SAL, "never seen") == Fraction(1, 2)


def test_without_any_history_the_chance_is_a_half() -> None:
    assert value_of(World(leads=(lead(1),))).chance(SAL, "social") == Fraction(1, 2)


def test_a_stage_off_the_path_looks_at_who_entered_it() -> None:
    # Two were recycled over a year ago, one of them won 20 days later; the third was won and never recycled.
    world = World(
        leads=(lead(1), lead(2), lead(3)),
        stages=(
            *path(1, ("sal", 500), ("recycled", 420), ("sal", 410), ("won", 400)),
            *path(2, ("recycled", 420)),
            *path(3, ("sal", 500), ("won", 490)),
        ),
    )
    # N = 2, W = 1: p = 1.5 / 3 = 1/2, so (1 + 10) / (2 + 20) = 1/2.
    assert value_of(world).chance(DEFAULT_STAGES.find("recycled"), "social") == Fraction(1, 2)


def test_twenty_four_months_are_calendar_months_in_the_reporting_zone() -> None:
    # 29 February 2024 23:30 UTC is 1 March in Berlin; seen from 1 March 2026 00:00 there.
    arrived = datetime(2024, 2, 29, 23, 30, tzinfo=UTC)
    seen = datetime(2026, 2, 28, 23, 0, tzinfo=UTC)
    world = World(leads=(lead(1),), stages=(moved(1, 1, "sal", arrived),))
    berlin = Purse("EUR", ZoneInfo("Europe/Berlin"), ())
    utc = Purse("EUR", UTC_ZONE, ())
    clock = Clock(seen, seen)
    n = [ValueAtRisk(world, DEFAULT_STAGES, clock, purse).tried(SAL, [1]).leads for purse in (berlin, utc)]
    assert n == [1, 1]
    earlier = World(leads=(lead(1),), stages=(moved(1, 1, "sal", datetime(2024, 2, 29, 22, 59, tzinfo=UTC)),))
    n = [ValueAtRisk(earlier, DEFAULT_STAGES, clock, purse).tried(SAL, [1]).leads for purse in (berlin, utc)]
    assert n == [0, 1]


def test_the_latest_open_deal_gives_the_amount() -> None:
    world = replace(
        HISTORY,
        deals=(
            deal(1, 7, "100", "open", opened=50),
            deal(2, 7, "300", "open", opened=20),
            deal(3, 7, "900", "open", opened=-1),
            deal(4, 7, "700", "lost", opened=10, closed=5),
            deal(5, 7, None, "open", opened=1),
            deal(6, 1, "50", "won", closed=10),
        ),
    )
    assert value_of(world).amount(7) == 300
    assert value_of(world).of(7) == Decimal("150.00")


def test_a_deal_was_open_before_it_was_lost() -> None:
    world = replace(
        HISTORY, deals=(deal(1, 7, "100", "open", opened=50), deal(4, 7, "700", "lost", opened=10, closed=5))
    )
    assert value_of(world, Clock(ago(6), AS_OF)).amount(7) == 700
    assert value_of(world, Clock(ago(5), AS_OF)).amount(7) == 100


def in_segment(number: int, segment: str) -> ValueRow:
    return ValueRow(number, number, "segment", segment, ago(500), ago(500))


def five_wins_in(segment_leads: tuple[int, ...]) -> World:
    wins = tuple(deal(n, n, str(n * 100), "won", closed=50) for n in (1, 2, 3, 4, 5))
    other = deal(9, None, "10000", "won", closed=40)
    return replace(
        HISTORY,
        deals=(*wins, other),
        values=tuple(in_segment(n, "retail") for n in (*segment_leads, 7)),
    )


def test_the_median_of_the_segment_counts_from_five_wins_on() -> None:
    # The segment won 100 ... 500; all wins are those and 10000: medians 300 and 350.
    assert value_of(five_wins_in((1, 2, 3, 4, 5))).amount(7) == 300
    assert value_of(five_wins_in((1, 2, 3, 4))).amount(7) == 350
    assert value_of(five_wins_in((1, 2, 3, 4, 5))).amount(6) == 350


def test_a_win_after_as_of_is_not_known_yet() -> None:
    world = replace(HISTORY, deals=(deal(1, 1, "100", "won", closed=10), deal(2, 2, "900", "won", closed=-1)))
    assert value_of(world).amount(7) == 100


def test_while_no_deal_was_won_an_open_one_has_no_value_either() -> None:
    world = replace(HISTORY, deals=(deal(1, 7, "300", "open", opened=20),))
    assert value_of(world).of(7) is None
    assert value_of(world).total({7, 4}) == Total(Decimal(0), 2)


def test_without_a_won_or_open_deal_there_is_no_value() -> None:
    world = replace(HISTORY, deals=(deal(1, 1, "100", "lost", opened=20, closed=10),))
    assert value_of(world).amount(7) is None
    assert value_of(world).of(7) is None
    assert value_of(world).total({7, 4}) == Total(Decimal(0), 2)


def test_a_total_adds_what_is_known_and_says_what_is_lacking() -> None:
    open_ones = (deal(1, 7, "300", "open", opened=20), deal(2, 4, "23", "open", opened=20))
    world = replace(HISTORY, deals=(*open_ones, deal(3, 1, "50", "won", closed=10)))
    # 300 / 2, and 23 x 11/23.
    assert value_of(world).total({7, 4}) == Total(Decimal("161.00"), 0)
    assert value_of(replace(HISTORY, deals=open_ones)).total({7, 4}) == Total(Decimal(0), 2)


def test_money_comes_at_the_last_rate_of_the_day_that_counts() -> None:
    rates = (
        RateRow(date(2026, 2, 20), "USD", Decimal("0.90")),
        RateRow(date(2026, 2, 28), "USD", Decimal("0.80")),
        RateRow(date(2026, 3, 2), "USD", Decimal("0.10")),
    )
    won = deal(1, 1, "100", "won", closed=2, currency="USD")
    open_one = deal(2, 7, "100", "open", opened=20, currency="USD")
    assert value_of(replace(HISTORY, deals=(won,), rates=rates)).amount(7) == 90
    assert value_of(replace(HISTORY, deals=(won, open_one), rates=rates)).amount(7) == 80


def test_a_rate_counts_on_its_own_day_in_the_reporting_zone() -> None:
    rates = (RateRow(date(2026, 3, 1), "USD", Decimal("0.90")), RateRow(date(2026, 3, 2), "USD", Decimal("0.80")))
    evening = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    zones = (UTC_ZONE, ZoneInfo("Europe/Berlin"))
    worth = [Purse("EUR", zone, rates).convert(Decimal(10), "USD", evening) for zone in zones]
    assert worth == [Decimal("9.00"), Decimal("8.00")]


def test_a_missing_rate_is_an_error() -> None:
    rates = (RateRow(date(2026, 3, 2), "USD", Decimal("0.90")),)
    world = replace(HISTORY, deals=(deal(2, 7, "100", "open", opened=20, currency="USD"),), rates=rates)
    with pytest.raises(MissingRateError, match="USD on or before 2026-03-01"):
        value_of(world).amount(7)


@pytest.mark.parametrize(
    ("amount", "rounded"), [("0.125", "0.12"), ("0.135", "0.14"), ("0.1250001", "0.13"), ("-0.125", "-0.12")]
)
def test_half_a_cent_goes_to_the_even_one(amount: str, rounded: str) -> None:
    assert Purse("EUR", UTC_ZONE, ()).rounded(Fraction(amount)) == Decimal(rounded)


def test_a_yen_has_no_cents() -> None:
    assert Purse("JPY", UTC_ZONE, ()).rounded(Fraction("12.5")) == Decimal(12)


def test_test_leads_teach_nothing() -> None:
    marked = replace(HISTORY, leads=(lead(1, is_test=True), *HISTORY.leads[1:]))
    # N = 3, W = 1: p = 1.5 / 4; social n = 2, w = 0.
    assert value_of(marked).chance(SAL, "social") == Fraction(20) * Fraction(3, 8) / 22
