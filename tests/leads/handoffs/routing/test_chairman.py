"""Does everybody get their exact share of the leads, in every order in which things can happen?"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.handoffs.routing.chairman import WHOLE, Nobody, Turns, choose, shares

Weights = Mapping[int, int]


def play(sets: Iterable[Weights], turns: Turns | None = None) -> list[tuple[Weights, int]]:
    """Who was chosen at each step, the weights of that step beside them."""
    turns, found = turns or Turns(), []
    for weights in sets:
        chosen, turns = choose(turns, weights)
        found.append((weights, chosen))
    return found


def furthest(played: Iterable[tuple[Weights, int]]) -> Fraction:
    """How far a count ever was from its exact share, over the whole history, whoever came and went."""
    most, apart = Fraction(0), dict[int, Fraction]()
    for weights, chosen in played:
        whole = sum(weights.values())
        for one, weight in weights.items():
            apart[one] = apart.get(one, Fraction(0)) + Fraction(weight, whole) - (one == chosen)
            most = max(most, abs(apart[one]))
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


PEOPLE = {one: 1 + one * one % 7 for one in range(1, 10)}
SETS = st.lists(
    st.tuples(st.dictionaries(st.integers(1, 9), st.integers(1, 60), min_size=1, max_size=9), st.integers(1, 40)),
    min_size=1,
    max_size=14,
)


def some_at_random(people: Weights, leads: int, seed: int) -> Iterator[Weights]:
    """For each lead others are there, as many as it happens."""
    chance = random.Random(seed)
    for _ in range(leads):
        yield {one: people[one] for one in chance.sample(sorted(people), chance.randint(1, len(people)))}


def spells_at_random(people: Weights, leads: int, seed: int) -> Iterator[Weights]:
    """Others are there for days at a time, and what they weigh changes."""
    chance = random.Random(seed)
    while leads > 0:
        there = chance.sample(sorted(people), chance.randint(1, len(people)))
        weights, spell = {one: chance.randint(1, 9) for one in there}, chance.randint(1, 40)
        yield from [weights] * spell
        leads -= spell


def turned_down(people: Weights, chances: Mapping[int, float], leads: int, seed: int) -> list[tuple[Weights, int]]:
    """Each lead is offered to the next for as long as somebody turns it down, which each does with a chance of their own."""
    chance, turns = random.Random(seed), Turns()
    played: list[tuple[Weights, int]] = []
    for _ in range(leads):
        left = dict(people)
        while left:
            chosen, turns = choose(turns, left)
            played.append((dict(left), chosen))
            if chance.random() >= chances.get(chosen, 0):
                break
            del left[chosen]
    return played


@pytest.mark.parametrize("seed", range(6))
def test_whoever_is_there_for_a_lead_everybody_stays_within_two_leads_for_good(seed: int) -> None:
    assert furthest(play(some_at_random(PEOPLE, 1_500, seed))) < 2
    assert furthest(play(some_at_random({one: one for one in range(1, 6)}, 1_500, seed))) < 2


@pytest.mark.parametrize("seed", range(6))
def test_whoever_comes_and_goes_for_days_everybody_stays_within_two_leads_for_good(seed: int) -> None:
    assert furthest(play(spells_at_random(PEOPLE, 2_000, seed))) < 2


@pytest.mark.parametrize("rejecter", [1, 2, 3])
@pytest.mark.parametrize("people", [{1: 5, 2: 3, 3: 2}, {1: 1, 2: 1, 3: 1}, {1: 1, 2: 50, 3: 7}])
def test_who_turns_everything_down_gets_no_more_than_their_share(people: Weights, rejecter: int) -> None:
    played = turned_down(people, {rejecter: 1}, 3_000, 0)
    assert furthest(played) < 1
    first = Counter(chosen for weights, chosen in played if len(weights) == len(people))
    assert abs(first[rejecter] - Fraction(3_000 * people[rejecter], sum(people.values()))) < 1


@pytest.mark.parametrize("seed", range(6))
def test_however_many_turn_leads_down_everybody_stays_within_two_leads_for_good(seed: int) -> None:
    chance = random.Random(seed)
    assert furthest(turned_down(PEOPLE, {one: chance.random() for one in PEOPLE}, 1_000, seed)) < 2


@pytest.mark.parametrize("steps", range(1, 6))
def test_all_changes_among_three_keep_everybody_within_two_leads(steps: int) -> None:
    people = {1: 1, 2: 3, 3: 7}
    groups = [dict(group) for size in (1, 2, 3) for group in itertools.combinations(people.items(), size)]
    for sets in itertools.product(groups, repeat=3):
        assert furthest(play(one for one in sets for _ in range(steps))) < 2


@pytest.mark.parametrize("receivers", [3, 6, 12])
def test_who_arranges_every_choice_pushes_nobody_further_than_half_the_number_of_receivers(receivers: int) -> None:
    """Of two whose balances are closest, one is pushed up and one down, again and again."""
    chance, turns = random.Random(0), Turns()
    people = {one: chance.randint(1, 60) for one in range(receivers)}
    for _ in range(2_000):
        ranked = sorted(people, key=lambda one: turns.owed.get(one, 0))
        near = min(itertools.pairwise(ranked), key=lambda two: abs(_apart(turns, *two)))
        weights = {one: people[one] for one in near}
        _chosen, turns = choose(turns, weights)
    assert 2 * max(map(abs, turns.owed.values())) < receivers * WHOLE


def _apart(turns: Turns, one: int, other: int) -> int:
    return turns.owed.get(one, 0) - turns.owed.get(other, 0)


@settings(max_examples=150, deadline=None)
@given(SETS)
def test_balances_add_up_to_nothing_and_tell_how_far_everybody_is_from_their_share(
    sets: list[tuple[Weights, int]],
) -> None:
    turns, apart, choices = Turns(), dict[int, Fraction](), 0
    for weights in (weights for weights, steps in sets for _ in range(steps)):
        chosen, turns = choose(turns, weights)
        choices += 1
        for one, weight in weights.items():
            apart[one] = apart.get(one, Fraction(0)) + Fraction(weight, sum(weights.values())) - (one == chosen)
        assert sum(turns.owed.values()) == 0
    assert all(abs(Fraction(turns.owed[one], WHOLE) - part) <= Fraction(choices, WHOLE) for one, part in apart.items())


def test_who_is_away_keeps_what_they_are_owed() -> None:
    _first, turns = choose(Turns(), {1: 1, 2: 1, 3: 1})
    owed = turns.owed[3]
    for _ in range(500):
        _chosen, turns = choose(turns, {1: 1, 2: 2})
    assert turns.owed[3] == owed


@given(st.dictionaries(st.integers(1, 99), st.integers(1, 1_000_000), min_size=1, max_size=60))
def test_shares_of_a_choice_add_up_to_one_lead(weights: Weights) -> None:
    assert sum(shares(weights).values()) == WHOLE


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
    assert choose(Turns(), {1: 1, 2: 2}) == choose(Turns(), {1: 50, 2: 100})


def test_nobody_is_chosen_where_nobody_is_there() -> None:
    with pytest.raises(Nobody):
        choose(Turns(), {})
