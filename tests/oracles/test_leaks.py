"""Do the leak oracles open and close each kind at the instants worked out by hand?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracles.facts import (
    ActivityRow,
    ConsentRow,
    ContactRow,
    LeadFact,
    PersonRow,
    StageRow,
    ValueRow,
    VoidRow,
    World,
)
from tests.oracles.leaks import Flag, Limits, flags, open_flags
from tests.oracles.makers import a_lead, known, moved, on, story
from tests.oracles.stage_set import DEFAULT_STAGES

DAY = 86400
SEEN = on(365)
REPLIES = frozenset({"reply"})
Told = tuple[datetime, datetime | None, str, int]


def raised(world: World, kind: str, *, as_of: datetime = SEEN, known_at: datetime | None = None) -> list[Told]:
    """Since, until, side and pass of the flags of one kind, in order of time."""
    found = flags(world, DEFAULT_STAGES, known(as_of, known_at), Limits(), REPLIES)
    return [(f.since, f.until, f.side, f.pass_number) for f in found if f.kind == kind]


def one_lead(*rows: StageRow, activities: tuple[ActivityRow, ...] = ()) -> World:
    return World(leads=(a_lead(1),), stages=rows, activities=activities)


def touched(
    days: float,
    side: str = "sales",
    *,
    kind: str = "call",
    direction: str = "outbound",
    automated: bool = False,
    recorded: float | None = None,
) -> ActivityRow:
    learnt = on(days if recorded is None else recorded)
    return ActivityRow(1, kind, direction, side, automated, on(days), learnt)


# Stalled: age 30 days, quiet 14 days.


def test_stalled_opens_at_the_age_when_nothing_was_ever_done() -> None:
    world = one_lead(*story(1, 1, ("sal", 0)))
    assert raised(world, "stalled") == [(on(30), None, "sales", 1)]
    assert raised(world, "stalled", as_of=on(30)) == [(on(30), None, "sales", 1)]
    assert raised(world, "stalled", as_of=on(30, microseconds=-1)) == []


def test_stalled_waits_for_the_quiet_time_after_the_last_outreach() -> None:
    world = one_lead(*story(1, 1, ("sal", 0)), activities=(touched(5), touched(20)))
    assert raised(world, "stalled") == [(on(34), None, "sales", 1)]


def test_stalled_closes_with_outreach_and_opens_again_after_the_quiet_time() -> None:
    world = one_lead(*story(1, 1, ("sal", 0)), activities=(touched(40), touched(50)))
    assert raised(world, "stalled") == [(on(30), on(40), "sales", 1), (on(64), None, "sales", 1)]


def test_outreach_at_the_very_instant_keeps_the_flag_from_opening() -> None:
    world = one_lead(*story(1, 1, ("sal", 0)), activities=(touched(30),))
    assert raised(world, "stalled") == [(on(44), None, "sales", 1)]


@pytest.mark.parametrize(
    ("activity", "counts"),
    [
        (touched(40), True),
        (touched(40, "partner"), True),
        (touched(40, automated=True), False),
        (touched(40, "marketing"), False),
        (touched(40, direction="inbound"), False),
        (touched(40, "marketing", kind="reply", direction="inbound"), True),
        (touched(40, kind="reply"), True),
    ],
)
def test_only_the_stages_side_and_replies_break_the_quiet(activity: ActivityRow, counts: bool) -> None:
    world = one_lead(*story(1, 1, ("sal", 0)), activities=(activity,))
    until = on(40) if counts else None
    assert raised(world, "stalled")[0] == (on(30), until, "sales", 1)


def test_marketings_own_automated_mail_breaks_the_quiet_of_its_stage() -> None:
    world = one_lead(*story(1, 1, ("mql", 0)), activities=(touched(40, "marketing", automated=True),))
    assert raised(world, "stalled") == [(on(30), on(40), "marketing", 1), (on(54), None, "marketing", 1)]


def test_stalled_ends_with_the_stay_and_the_next_stay_has_its_own_age() -> None:
    world = one_lead(*story(1, 1, ("sal", 0), ("sal", 20), ("sql", 35)))
    assert raised(world, "stalled") == [(on(30), on(35), "sales", 1), (on(65), None, "sales", 1)]


def test_leaving_at_the_very_instant_raises_nothing() -> None:
    assert raised(one_lead(*story(1, 1, ("sal", 0), ("lost", 30))), "stalled") == []


def test_won_loyal_and_off_path_stages_never_stall() -> None:
    for stage in ("won", "loyal", "recycled", "disqualified", "lost"):
        assert raised(one_lead(*story(1, 1, (stage, 0))), "stalled") == []


def test_a_new_pass_has_its_own_flag() -> None:
    world = one_lead(*story(1, 1, ("sal", 0), ("recycled", 31), ("sal", 40)))
    assert raised(world, "stalled") == [(on(30), on(31), "sales", 1), (on(70), None, "sales", 2)]


def test_a_held_row_does_not_end_a_stay() -> None:
    world = one_lead(*story(1, 1, ("won", 0), ("mql", 10)))
    assert raised(world, "dropped_customer") == [(on(60), None, "marketing", 1)]
    assert raised(world, "stalled") == []


def test_outreach_that_was_learnt_late_counts_only_from_then_on() -> None:
    world = one_lead(*story(1, 1, ("sal", 0)), activities=(touched(25, recorded=100),))
    assert raised(world, "stalled", known_at=on(99)) == [(on(30), None, "sales", 1)]
    assert raised(world, "stalled", known_at=on(100)) == [(on(39), None, "sales", 1)]


def test_a_void_takes_the_end_of_a_stay_away() -> None:
    world = World(leads=(a_lead(1),), stages=story(1, 1, ("sal", 0), ("lost", 40)), voids=(VoidRow(2, on(50)),))
    assert raised(world, "stalled", known_at=on(49)) == [(on(30), on(40), "sales", 1)]
    assert raised(world, "stalled", known_at=on(50)) == [(on(30), None, "sales", 1)]


# Unexplained


def test_lost_without_a_reason_is_unexplained_until_one_is_given() -> None:
    world = one_lead(moved(1, 1, "lost", on(2)), moved(2, 1, "lost", on(6), reason="price"))
    assert raised(world, "unexplained") == [(on(2), on(6), "sales", 1)]


def test_a_reason_from_the_start_leaves_nothing_to_explain() -> None:
    assert raised(one_lead(moved(1, 1, "disqualified", on(2), reason="student")), "unexplained") == []
    same_instant = one_lead(moved(1, 1, "lost", on(2)), moved(2, 1, "lost", on(2), reason="price"))
    assert raised(same_instant, "unexplained") == []


def test_a_blank_reason_explains_nothing() -> None:
    world = one_lead(moved(1, 1, "disqualified", on(2), reason="  "))
    assert raised(world, "unexplained") == [(on(2), None, "marketing", 1)]


def test_unexplained_ends_with_the_stay_and_recycled_needs_no_reason() -> None:
    world = one_lead(*story(1, 1, ("lost", 2), ("recycled", 5)))
    assert raised(world, "unexplained") == [(on(2), on(5), "sales", 1)]


def test_each_stay_is_explained_on_its_own() -> None:
    world = one_lead(
        moved(1, 1, "disqualified", on(1), reason="student"),
        moved(2, 1, "lost", on(3)),
    )
    assert raised(world, "unexplained") == [(on(3), None, "sales", 1)]


# Forgotten (30 days) and dropped customer (60 days)


def test_forgotten_opens_after_its_limit_and_closes_with_a_marketing_touch() -> None:
    world = one_lead(*story(1, 1, ("recycled", 0)), activities=(touched(45, "marketing", automated=True),))
    assert raised(world, "forgotten") == [(on(30), on(45), "marketing", 1), (on(75), None, "marketing", 1)]


def test_only_outbound_marketing_touches_count_as_care() -> None:
    world = one_lead(
        *story(1, 1, ("recycled", 0)),
        activities=(touched(10), touched(11, "marketing", direction="inbound", kind="reply")),
    )
    assert raised(world, "forgotten") == [(on(30), None, "marketing", 1)]


def test_a_touch_from_before_the_return_does_not_move_the_limit() -> None:
    world = one_lead(*story(1, 1, ("recycled", 10)), activities=(touched(5, "marketing"),))
    assert raised(world, "forgotten") == [(on(40), None, "marketing", 1)]


def consent(seq: int, state: str, days: float, purpose: str = "marketing") -> ConsentRow:
    return ConsentRow(seq, 1, purpose, state, on(days), on(days))


def recycled_with(*consents: ConsentRow) -> World:
    return World(leads=(a_lead(1),), stages=story(1, 1, ("recycled", 0)), consents=consents)


def test_who_may_not_be_contacted_is_not_forgotten() -> None:
    assert raised(recycled_with(consent(1, "refused", 5)), "forgotten") == []
    assert raised(recycled_with(consent(1, "granted", 1), consent(2, "withdrawn", 29)), "forgotten") == []
    assert raised(recycled_with(consent(1, "refused", 5, "telephone")), "forgotten") == [(on(30), None, "marketing", 1)]


def test_a_withdrawal_closes_and_a_grant_opens_at_its_own_instant() -> None:
    world = recycled_with(consent(1, "withdrawn", 40), consent(2, "granted", 50))
    assert raised(world, "forgotten") == [(on(30), on(40), "marketing", 1), (on(50), None, "marketing", 1)]


def test_a_grant_before_the_limit_leaves_the_limit_alone() -> None:
    world = recycled_with(consent(1, "refused", 1), consent(2, "granted", 20))
    assert raised(world, "forgotten") == [(on(30), None, "marketing", 1)]


def test_the_later_of_two_consents_at_one_instant_holds() -> None:
    world = recycled_with(consent(2, "granted", 5), consent(1, "refused", 5))
    assert raised(world, "forgotten") == [(on(30), None, "marketing", 1)]


def test_a_customer_is_dropped_after_sixty_days_without_marketing() -> None:
    world = one_lead(*story(1, 1, ("won", 0)), activities=(touched(20, "marketing"), touched(70)))
    assert raised(world, "dropped_customer") == [(on(80), None, "marketing", 1)]


def test_a_loyal_customer_is_no_longer_in_the_won_stage() -> None:
    world = one_lead(*story(1, 1, ("won", 0), ("loyal", 70)))
    assert raised(world, "dropped_customer") == [(on(60), on(70), "marketing", 1)]


# Orphaned


def person(user: str, days: float, *sides: str, active: bool = True) -> PersonRow:
    return PersonRow(user, on(days), active, frozenset(sides))


def owner(seq: int, value: str | None, days: float) -> ValueRow:
    return ValueRow(seq, 1, "owner", value, on(days), on(days))


def owned(stages: tuple[StageRow, ...], values: tuple[ValueRow, ...], *people: PersonRow) -> World:
    return World(leads=(a_lead(1),), stages=stages, values=values, people=people)


def test_a_sales_stage_without_an_owner_is_orphaned_at_once() -> None:
    world = owned(story(1, 1, ("mql", 0), ("sal", 5)), (owner(1, "sam", 8),), person("sam", 0, "sales"))
    assert raised(world, "orphaned") == [(on(5), on(8), "sales", 1)]


def test_an_owner_who_leaves_or_changes_sides_orphans_the_lead() -> None:
    world = owned(
        story(1, 1, ("sal", 0)),
        (owner(1, "sam", 0),),
        person("sam", 0, "sales"),
        person("sam", 10, "sales", active=False),
        person("sam", 20, "sales", "marketing"),
        person("sam", 30, "marketing"),
        person("sam", 40, "partner"),
        person("sam", 50),
    )
    assert raised(world, "orphaned") == [
        (on(10), on(20), "sales", 1),
        (on(30), on(40), "sales", 1),
        (on(50), None, "sales", 1),
    ]


def test_orphaned_runs_on_from_stage_to_stage() -> None:
    world = owned(story(1, 1, ("sal", 5), ("sql", 9), ("opportunity", 12), ("recycled", 15), ("sal", 20)), ())
    assert raised(world, "orphaned") == [(on(5), on(15), "sales", 1), (on(20), None, "sales", 2)]


def test_a_stage_without_the_need_closes_the_flag() -> None:
    world = owned(story(1, 1, ("sal", 5), ("mql", 9), ("sal", 12)), ())
    assert raised(world, "orphaned") == [(on(5), on(9), "sales", 1), (on(12), None, "sales", 1)]


def test_taking_the_owner_away_orphans_and_a_stage_row_may_bring_the_next() -> None:
    rows = (moved(1, 1, "sal", on(0), owner="sam"), moved(2, 1, "sal", on(9), owner="sam"))
    world = owned(rows, (owner(3, None, 4),), person("sam", 0, "sales"))
    assert raised(world, "orphaned") == [(on(4), on(9), "sales", 1)]


def test_nobody_knows_this_owner() -> None:
    world = owned(story(1, 1, ("sal", 0)), (owner(1, "ghost", 0),))
    assert raised(world, "orphaned") == [(on(0), None, "sales", 1)]


def test_a_person_was_before_the_first_row_what_that_row_says() -> None:
    world = owned(story(1, 1, ("sal", 0)), (owner(1, "sam", 0),), person("sam", 100, "sales"))
    assert raised(world, "orphaned") == []


# Unreachable


def contact(days: float, *, email: bool = False, phone: bool = False) -> ContactRow:
    return ContactRow(1, on(days), on(days), email, phone)


def test_a_sales_stage_without_mail_or_telephone_is_unreachable() -> None:
    world = World(
        leads=(a_lead(1),),
        stages=story(1, 1, ("mql", 0), ("sal", 5), ("sql", 7)),
        contacts=(contact(6, email=True), contact(10), contact(12, phone=True)),
    )
    assert raised(world, "unreachable") == [(on(5), on(6), "sales", 1), (on(10), on(12), "sales", 1)]


def test_marketing_stages_are_never_unreachable() -> None:
    assert raised(one_lead(*story(1, 1, ("mql", 0))), "unreachable") == []


def test_unreachable_runs_on_and_ends_where_sales_ends() -> None:
    world = one_lead(*story(1, 1, ("sal", 1), ("sql", 2), ("recycled", 4)))
    assert raised(world, "unreachable") == [(on(1), on(4), "sales", 1)]


# All kinds


def test_erased_test_and_merged_leads_raise_nothing() -> None:
    leads = (
        a_lead(1, erased=True),
        LeadFact(2, on(0), on(0), is_test=True),
        LeadFact(3, on(0), on(0), merged=True),
        a_lead(4),
    )
    rows = tuple(moved(n, n, "lost", on(0)) for n in (1, 2, 3, 4))
    found = flags(World(leads=leads, stages=rows), DEFAULT_STAGES, known(on(1)), Limits(), REPLIES)
    assert [(f.lead, f.kind) for f in found] == [(4, "orphaned"), (4, "unexplained"), (4, "unreachable")]


def test_open_means_from_since_until_just_before_the_end() -> None:
    flag = Flag(1, "stalled", 1, on(3), on(5), "sales", "sal", 30 * DAY)
    instants = (on(3, microseconds=-1), on(3), on(5, microseconds=-1), on(5))
    assert [len(open_flags([flag], t)) for t in instants] == [0, 1, 1, 0]


def test_a_flag_names_its_stage_and_the_limit_it_breaks() -> None:
    world = one_lead(*story(1, 1, ("recycled", 0), ("sal", 40)))
    found = flags(world, DEFAULT_STAGES, known(on(200)), Limits(forgotten_seconds=7 * DAY), REPLIES)
    assert [(f.kind, f.stage, f.since, f.limit_seconds) for f in found] == [
        ("forgotten", "recycled", on(7), 7 * DAY),
        ("orphaned", "sal", on(40), 0),
        ("stalled", "sal", on(70), 30 * DAY),
        ("unreachable", "sal", on(40), 0),
    ]


day_numbers = st.integers(0, 120)
stage_keys = st.sampled_from([stage.key for stage in DEFAULT_STAGES.definitions])
touches = st.builds(
    touched, day_numbers, st.sampled_from(["sales", "marketing"]), direction=st.sampled_from(["outbound", "inbound"])
)
worlds = st.builds(
    lambda rows, acts, grants, holders, reach: World(
        leads=(a_lead(1),),
        stages=tuple(moved(n, 1, key, on(day)) for n, (key, day) in enumerate(rows)),
        activities=tuple(acts),
        consents=tuple(consent(n, state, day) for n, (state, day) in enumerate(grants)),
        values=tuple(owner(n, who, day) for n, (who, day) in enumerate(holders)),
        people=(person("sam", 0, "sales"), person("sam", 60, "sales", active=False)),
        contacts=tuple(contact(day, phone=phone) for day, phone in sorted(dict(reach).items())),
    ),
    st.lists(st.tuples(stage_keys, day_numbers), max_size=6),
    st.lists(touches, max_size=5),
    st.lists(st.tuples(st.sampled_from(["granted", "refused"]), day_numbers), max_size=3),
    st.lists(st.tuples(st.sampled_from(["sam", None]), day_numbers), max_size=3),
    st.lists(st.tuples(day_numbers, st.booleans()), max_size=3),
)


@settings(max_examples=200, deadline=None)
@given(worlds, day_numbers)
def test_looking_earlier_shows_the_same_flags_cut_off(world: World, early: int) -> None:
    """What was open at an instant does not depend on when one looks, if all was known."""
    then = flags(world, DEFAULT_STAGES, known(on(early), on(400)), Limits(), REPLIES)
    later = flags(world, DEFAULT_STAGES, known(on(400)), Limits(), REPLIES)
    began = [f for f in later if f.since <= on(early)]
    keys = [(f.kind, f.pass_number, f.since, f.stage) for f in began]
    assert [(f.kind, f.pass_number, f.since, f.stage) for f in then] == keys
    still = [f.until if f.until is not None and f.until <= on(early) else None for f in began]
    assert [f.until for f in then] == still


@settings(max_examples=200, deadline=None)
@given(worlds)
def test_at_most_one_flag_of_a_kind_and_pass_is_open(world: World) -> None:
    found = flags(world, DEFAULT_STAGES, known(on(400)), Limits(), REPLIES)
    for flag in found:
        assert flag.until is None or flag.since < flag.until
        for instant in (flag.since, flag.since + timedelta(hours=1)):
            kinds = [(f.lead, f.kind, f.pass_number) for f in open_flags(found, instant)]
            assert len(kinds) == len(set(kinds))
