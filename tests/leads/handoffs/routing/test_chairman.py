"""Does everybody get their exact share of the leads, in every order in which things can happen?"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.handoffs.routing.chairman import Nobody, Turns, choose, resume

Weights = Mapping[int, int]


def play(sets: Iterable[Weights], turns: Turns | None = None) -> list[tuple[Weights, int]]:
    """Who was chosen at each step, the weights of that step beside them."""
    turns, found = turns or Turns(), []
    for weights in sets:
        chosen, turns = choose(turns, weights)
        found.append((weights, chosen))
    return found


def furthest(played: Iterable[tuple[Weights, int]]) -> Fraction:
    """How far a count ever was from its exact share, counted anew whenever the weights change."""
    most, before, counts, steps = Fraction(0), None, Counter[int](), 0
    for weights, chosen in played:
        if weights != before:
            before, counts, steps = weights, Counter(), 0
        counts[chosen] += 1
        steps += 1
        whole = sum(weights.values())
        most = max(most, *(abs(counts[one] - Fraction(steps * weight, whole)) for one, weight in weights.items()))
    return most


@pytest.mark.parametrize("receivers", [1, 2, 3, 4])
def test_all_small_weights_keep_everybody_within_one_lead_at_every_step(receivers: int) -> None:
    for weights in itertools.product(range(1, 7), repeat=receivers):
        given_weights = dict(enumerate(weights, start=1))
        bound = 1 - Fraction(1, 2 * receivers - 2) if receivers > 1 else Fraction(0)
        assert furthest(play([given_weights] * (2 * sum(weights)))) <= bound, weights


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(1, 5_000), min_size=1, max_size=40), st.integers(1, 400))
def test_any_weights_keep_everybody_within_one_lead_at_every_step(weights: list[int], steps: int) -> None:
    assert furthest(play([dict(enumerate(weights))] * steps)) < 1


def test_after_a_whole_round_everybody_has_exactly_their_share() -> None:
    weights = {1: 10, 2: 25, 3: 1, 4: 4}
    counts = Counter(chosen for _weights, chosen in play([weights] * 40))
    assert counts == weights


SETS = st.lists(
    st.tuples(st.dictionaries(st.integers(1, 9), st.integers(1, 60), min_size=1, max_size=9), st.integers(1, 40)),
    min_size=1,
    max_size=14,
)


@settings(max_examples=300, deadline=None)
@given(SETS)
def test_whoever_comes_and_goes_everybody_stays_within_two_leads(sets: list[tuple[Weights, int]]) -> None:
    assert furthest(play(weights for weights, steps in sets for _ in range(steps))) < 2


@pytest.mark.parametrize("steps", range(1, 6))
def test_all_changes_among_three_keep_everybody_within_two_leads(steps: int) -> None:
    people = {1: 1, 2: 3, 3: 7}
    groups = [dict(group) for size in (1, 2, 3) for group in itertools.combinations(people.items(), size)]
    for sets in itertools.product(groups, repeat=3):
        assert furthest(play(one for one in sets for _ in range(steps))) < 2


@settings(max_examples=150, deadline=None)
@given(SETS)
def test_what_is_owed_adds_up_to_nothing_among_those_who_are_there(sets: list[tuple[Weights, int]]) -> None:
    turns = Turns()
    for weights, steps in sets:
        for _ in range(steps):
            _chosen, turns = choose(turns, weights)
            assert sum(turns.owed_in_all(one) for one in turns.weights) == 0


def test_who_was_passed_over_comes_first_when_back() -> None:
    turns = Turns()
    both, alone = {1: 1, 2: 1}, {1: 1, 3: 1}
    first, turns = choose(turns, both)
    assert first == 1
    second, turns = choose(turns, alone)
    assert second == 3
    third, turns = choose(turns, both)
    assert third == 2


def test_who_comes_and_goes_at_every_step_gets_a_fair_share_in_the_long_run() -> None:
    played = play([{1: 1, 2: 1}, {1: 1, 3: 1}] * 600)
    counts = Counter(chosen for _weights, chosen in played)
    assert counts[1] + counts[2] + counts[3] == 1200
    assert abs(counts[1] - 600) <= 6
    assert abs(counts[2] - 300) <= 4
    assert abs(counts[3] - 300) <= 4


@settings(max_examples=60, deadline=None)
@given(SETS)
def test_the_same_history_always_chooses_the_same(sets: list[tuple[Weights, int]]) -> None:
    steps = [weights for weights, times in sets for _ in range(times)]
    backwards = [dict(reversed(list(weights.items()))) for weights in steps]
    assert [chosen for _w, chosen in play(steps)] == [chosen for _w, chosen in play(backwards)]


def test_equals_come_in_order_of_their_ids() -> None:
    assert [chosen for _weights, chosen in play([{7: 1, 5: 1, 6: 1}] * 6)] == [5, 6, 7, 5, 6, 7]


def test_weights_that_say_the_same_shares_change_nothing() -> None:
    _chosen, turns = choose(Turns(), {1: 1, 2: 2})
    assert resume(turns, {1: 50, 2: 100}) == turns


def test_nobody_is_chosen_where_nobody_is_there() -> None:
    with pytest.raises(Nobody):
        choose(Turns(), {})
