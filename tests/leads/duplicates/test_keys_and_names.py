"""By what leads are found alike: addresses as providers read them, numbers as they are dialled, names as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.duplicates.criteria import CERTAIN, CRITERIA, LEAST, evidence, score
from leads.duplicates.histories import Step, last_counting, overtaken
from leads.duplicates.keys import Known, keys_of, normal_address, normal_number, normal_person
from leads.duplicates.likeness import ALIKE, likeness
from tests.world import day


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna.Meier@Acme.example", "anna.meier@acme.example"),
        ("a.n.n.a+news@gmail.com", "anna@googlemail.com"),
        ("anna+x@outlook.com", "anna@outlook.com"),
    ],
)
def test_addresses_that_reach_one_box_are_one(one: str, other: str) -> None:
    assert normal_address(one) == normal_address(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna.meier@acme.example", "annameier@acme.example"),
        ("anna+x@acme.example", "anna@acme.example"),
        ("an.na@outlook.com", "anna@outlook.com"),
    ],
)
def test_dots_and_plus_count_where_the_provider_does_not_ignore_them(one: str, other: str) -> None:
    assert normal_address(one) != normal_address(other)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("+49 30 123456", "+4930123456"), ("030/123456", "030123456"), ("12345", ""), ("0000000", ""), ("n/a", "")],
)
def test_numbers_are_read_as_they_are_dialled(written: str, kept: str) -> None:
    assert normal_number(written) == kept


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dr. Anna Müller", "müller, anna"),
        ("Jon Smith", "John Smith"),
        ("A. Meier", "Anna Meier"),
        ("José García", "Jose Garcia"),
    ],
)
def test_names_written_otherwise_are_alike(one: str, other: str) -> None:
    alike = likeness([normal_person(one)], [normal_person(other)])
    assert alike is not None
    assert alike >= ALIKE


@pytest.mark.parametrize(("one", "other"), [("Anna Meier", "Paul Schulz"), ("A. B.", "Anna Braun"), ("Ng", "Wu")])
def test_other_names_are_not(one: str, other: str) -> None:
    alike = likeness([normal_person(one)], [normal_person(other)])
    assert alike is not None
    assert alike < ALIKE


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_the_same_both_ways_and_between_nothing_and_all(one: str, other: str) -> None:
    here, there = [normal_person(one)], [normal_person(other)]
    assert likeness(here, there) == likeness(there, here)
    assert 0 <= (likeness(here, there) or 0) <= 1


def test_public_mail_makes_no_company_and_an_office_box_no_person() -> None:
    kinds = {kind for kind, _key in keys_of(Known(1, "anna@gmail.com", None, "Anna", "Meier", None, None, None))}
    assert kinds == {"email", "name"}
    kinds = {kind for kind, _key in keys_of(Known(1, "info@acme.example", None, None, None, None, None, None))}
    assert kinds == {"shared"}


def test_every_criterion_says_why_in_a_sentence_and_all_together_never_make_certain() -> None:
    found = evidence([one.kind for one in CRITERIA], 1.0)
    assert [piece.criterion for piece in found] == [one.key for one in CRITERIA if not one.unless]
    assert all(piece.says.endswith(".") and LEAST <= piece.score <= 1 for piece in found)
    assert score(found) == CERTAIN


def test_a_name_alone_is_nothing() -> None:
    assert evidence(["name"], 1.0) == []
    assert evidence(["domain", "company"], 0.5) == []


def a_step(
    id_: int, lead: int, at: float, position: int | None, cause: str = "manual", *, closes: bool = False
) -> Step:
    return Step(id_, lead, day(at), position, closes, cause)


def test_a_second_inquiry_does_not_throw_back_who_is_with_sales() -> None:
    steps = [a_step(1, 1, 0, 1), a_step(2, 1, 1, 3), a_step(3, 2, 2, 1), a_step(4, 2, 3, 2), a_step(5, 2, 4, None)]
    assert overtaken(steps) == [3, 4, 5]
    assert last_counting(steps, [3, 4, 5]) == 2


def test_what_a_lead_did_by_itself_counts_as_ever() -> None:
    back_by_itself = [a_step(1, 1, 0, 3), a_step(2, 2, 1, 3), a_step(3, 1, 2, 2)]
    assert overtaken(back_by_itself) == []
    came_again = [a_step(1, 1, 0, 2), a_step(2, 1, 1, None), a_step(3, 2, 2, 1), a_step(4, 2, 3, 2)]
    assert overtaken(came_again) == []
    assert last_counting(came_again, []) == 4


def test_what_deals_say_is_left_to_deals_and_a_won_lead_stays_won() -> None:
    steps = [a_step(1, 1, 0, 6, closes=True), a_step(2, 2, 1, 5, "deal"), a_step(3, 2, 2, None, "deal")]
    assert overtaken(steps) == []
    assert last_counting(steps[:2], []) == 1


def test_one_history_alone_is_left_as_it_is() -> None:
    steps = [a_step(1, 1, 0, 1), a_step(2, 1, 1, 4), a_step(3, 1, 2, 1), a_step(4, 1, 3, None), a_step(5, 1, 4, 2)]
    assert overtaken(steps) == []
