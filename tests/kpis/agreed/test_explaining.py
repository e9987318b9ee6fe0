"""The parts of a change add up to the change, exactly, whatever groups come, go or have nothing to be divided by."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from kpis.agreed.explaining import Effect, Explanation, Parts, explain_ratio, explain_sum

numbers = st.fractions(min_value=-1000, max_value=1000, max_denominator=97)
sizes = st.one_of(st.just(Fraction(0)), st.fractions(min_value=0, max_value=1000, max_denominator=97))
groups = st.dictionaries(st.sampled_from(["a", "b", "c", "d", None]), st.builds(Parts, numbers, sizes), max_size=5)


def parts(over: int, under: int = 0) -> Parts:
    return Parts(Fraction(over), Fraction(under))


def rate(of: dict[str | None, Parts]) -> Fraction:
    return sum((one.over for one in of.values()), Fraction(0)) / sum((one.under for one in of.values()), Fraction(0))


@given(groups, groups)
def test_mix_and_rate_of_all_groups_are_the_whole_change(
    before: dict[str | None, Parts], after: dict[str | None, Parts]
) -> None:
    found = explain_ratio(before, after)
    if not all(sum(one.under for one in of.values()) for of in (before, after)):
        assert found is None
        return
    assert found is not None
    assert (found.before, found.after) == (rate(before), rate(after))
    assert sum((effect.total for effect in found.effects), Fraction(0)) == found.after - found.before
    assert 0 <= found.dominance <= 1


@given(groups, groups)
def test_the_differences_of_all_groups_are_the_whole_change(
    before: dict[str | None, Parts], after: dict[str | None, Parts]
) -> None:
    found = explain_sum(before, after)
    assert sum((effect.total for effect in found.effects), Fraction(0)) == found.change


def test_a_pure_shift_between_groups_is_all_mix() -> None:
    before: dict[str | None, Parts] = {"good": parts(50, 100), "poor": parts(10, 100)}
    after: dict[str | None, Parts] = {"good": parts(25, 50), "poor": parts(15, 150)}
    found = explain_ratio(before, after)
    assert found is not None
    assert {effect.group: effect.rate for effect in found.effects} == {"good": 0, "poor": 0}
    assert found.change == Fraction(-1, 10)


def test_a_better_rate_at_the_same_weights_is_all_rate() -> None:
    before: dict[str | None, Parts] = {"a": parts(10, 100), "b": parts(10, 100)}
    after: dict[str | None, Parts] = {"a": parts(30, 100), "b": parts(10, 100)}
    assert explain_ratio(before, after) == Explanation(
        Fraction(1, 10), Fraction(1, 5), (Effect("a", Fraction(0), Fraction(1, 10)),)
    )


def test_a_group_that_comes_anew_has_no_rate_effect() -> None:
    found = explain_ratio({"a": parts(10, 100)}, {"a": parts(10, 100), "b": parts(60, 100)})
    assert found is not None
    assert {effect.group: effect.rate for effect in found.effects} == {"b": 0, "a": 0}
    assert {effect.group: effect.mix for effect in found.effects} == {"b": Fraction(3, 10), "a": Fraction(-1, 20)}


def test_spend_that_brings_no_lead_raises_the_cost_by_itself() -> None:
    found = explain_ratio({"a": parts(100, 10)}, {"a": parts(100, 10), "idle": parts(50, 0)})
    assert found is not None
    assert found.effects == (Effect("idle", Fraction(0), Fraction(5)),)


def test_one_group_that_did_everything_dominates() -> None:
    assert explain_sum({"a": parts(5), "b": parts(7)}, {"a": parts(9), "b": parts(7)}).dominance == 1
    assert explain_sum({"a": parts(5), "b": parts(7)}, {"a": parts(9), "b": parts(3)}).dominance == 0
