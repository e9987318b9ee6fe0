"""Which known profile begins the mapping of a file? Own ones, vendors' by columns that tell; never one by ordinary names."""

from __future__ import annotations

from leads.imports.mapping.recognising import Known, fitting_profiles, recognised


def known(name: str, columns: str, *, is_own: bool = False, is_vendor: bool = False) -> Known:
    return Known(name, "leads", name, {}, frozenset(columns.split()), is_own, is_vendor)


def begun(profiles: list[Known], columns: str) -> list[str]:
    """The names of those that may be taken without asking, the best first."""
    names = columns.split()
    return [fit.known.name for fit in recognised(fitting_profiles(profiles, names), names)]


def test_the_one_that_uses_the_most_columns_goes_first_and_of_two_alike_the_own_one() -> None:
    profiles = [
        known("large", "a b c d"),
        known("own", "a b c", is_own=True),
        known("small", "a b c"),
        known("else", "x y"),
    ]
    assert [fit.known.name for fit in fitting_profiles(profiles, "abcde")] == ["large", "own", "small"]


def test_ordinary_names_do_not_tell_whose_export_it_is() -> None:
    vendor = known("vendor", "email firstname lastname company country", is_vendor=True)
    assert begun([vendor], "email firstname lastname company country") == []
    telling = known("vendor", "email firstname lastname company points", is_vendor=True)
    assert begun([telling], "email firstname lastname company points country") == ["vendor"]


def test_a_part_of_a_vendors_columns_is_enough_if_one_of_them_tells() -> None:
    vendor = known(
        "vendor", "id email name LeadSource OwnerId IsConverted Rating CreatedDate Extra__c More__c", is_vendor=True
    )
    assert begun([vendor], "id email LeadSource OwnerId Rating CreatedDate odd") == ["vendor"]
    assert begun([vendor], "id email LeadSource OwnerId Rating odd") == []
    assert begun([known("example", "a b c d e f g h i j")], "a b c d e f g h") == []


def test_two_examples_of_the_same_columns_are_not_chosen_between() -> None:
    assert begun([known("one", "case step"), known("other", "case step")], "case step") == []
    assert begun([known("one", "case step")], "case step") == ["one"]


def test_an_example_that_uses_little_of_the_file_is_not_taken_by_itself() -> None:
    assert begun([known("narrow", "date tv_s")], "date tv_s print_s ooh_s search_s events") == []
