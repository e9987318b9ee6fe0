"""Which order of day and month, which decimal sign does a column use: decided by all of its values, or asked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from leads.imports.decimals import number_reader, read_number, signs_that_fit
from leads.imports.decisions import DATES, NUMBERS, Column, Dialect, Question
from leads.imports.values import BadValue


def decide(dialect: Dialect, *values: str) -> str | Question:
    column = Column("field", "Column", dialect)
    for line, value in enumerate(values, start=2):
        column.see(value, line)
    return column.decide()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((), "iso"),
        (("2024-03-04", "2024-12-31"), "iso"),
        (("25/06/2024",), "day-first"),
        (("03/04/2024", "25/06/2024"), "day-first"),
        (("03/04/2024", "06/25/2024"), "month-first"),
        (("2024-03-04", "25/06/2024"), "day-first"),
        (("05/05/2024",), "day-first"),
        (("soon", "25/06/2024", "13/13/2024"), "day-first"),
    ],
)
def test_one_reading_that_fits_all_values_decides(values: tuple[str, ...], expected: str) -> None:
    assert decide(DATES, *values) == expected


def test_several_readings_are_a_question_about_the_first_open_value() -> None:
    question = decide(DATES, "05/05/2024", "03/04/2024", "06/07/2024")
    assert isinstance(question, Question)
    assert (question.code, question.column, question.value, question.line) == (
        "ambiguous_dates",
        "Column",
        "03/04/2024",
        3,
    )
    assert [(choice.answer, choice.reads) for choice in question.choices] == [
        ("day-first", "3 April 2024"),
        ("month-first", "4 March 2024"),
    ]
    assert "3 April 2024 (day-first) or 4 March 2024 (month-first)" in question.detail


def test_a_column_that_contradicts_itself_is_a_question() -> None:
    question = decide(DATES, "25/06/2024", "06/25/2024")
    assert isinstance(question, Question)
    assert "“25/06/2024” (line 2) can only be day-first" in question.detail
    assert "“06/25/2024” (line 3) can only be month-first" in question.detail
    assert [choice.answer for choice in question.choices] == ["day-first", "month-first"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("1234", "5"), "."),
        (("12.50",), "."),
        (("12,50",), ","),
        (("1.234", "12,5"), ","),
        (("1,234", "12.5"), "."),
        (("1.234.567",), ","),
        (("0.125",), "."),
        (("1 234",), "."),
    ],
)
def test_the_decimal_sign_of_a_column(values: tuple[str, ...], expected: str) -> None:
    assert decide(NUMBERS, *values) == expected


def test_a_thousand_or_one_and_a_bit_is_a_question() -> None:
    question = decide(NUMBERS, "1234", "1.234")
    assert isinstance(question, Question)
    assert (question.code, question.value, question.line) == ("ambiguous_decimal", "1.234", 3)
    assert [(choice.answer, choice.reads) for choice in question.choices] == [(".", "1.234"), (",", "1234")]


@pytest.mark.parametrize(
    ("text", "fitting"),
    [("1,23,456", ()), ("1e5", ()), ("€ 5", ()), ("", ()), ("٣", ()), ("1.234,56", (",",)), ("-1'234.5", (".",))],
)
def test_which_signs_fit(text: str, fitting: tuple[str, ...]) -> None:
    assert signs_that_fit(text) == fitting


def test_numbers_are_exact() -> None:
    assert read_number("1.234.567,89", ",") == Decimal("1234567.89")
    assert number_reader(".")("-0.10") == Decimal("-0.10")
    with pytest.raises(BadValue, match="not a number"):
        number_reader(".")("12,50")
