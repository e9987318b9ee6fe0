"""Which order of day and month, which decimal sign does a column use: decided by all of its values, or asked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from leads.imports.profiles.decisions import AMOUNTS, COUNTS, DATES, NUMBERS, Column, Dialect
from leads.imports.profiles.questions import Question
from leads.imports.reading import Plain
from leads.imports.values.decimals import read_number
from leads.imports.values.faults import BadValue
from leads.imports.values.numbers import number_reader, signs_that_fit


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
        (("03/04/2024", "15 Apr, 2021 00:03:00", "45292", "25/06/2024"), "day-first"),
        (("03/04/21", "25/06/2024"), "day-first"),
        (("03/04/21", "12/31/99"), "month-first"),
        (("3/4/21", "3/25/21"), "month-first"),
        (("21-03-04", "99-12-31"), "%y-%m-%d"),
        (("04/04/99",), "day-first"),
        (("03/03/21", "04/04/99"), "day-first"),
        ((Plain("2024-03-04"), Plain("45292")), "iso"),
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
        (("$1.234", "€ 1.363,90"), ","),
        (("R$ 100.000", "R$ 1.000.000"), ","),
        (("1.234K", "115.00K"), "."),
        (("1,23,456",), "."),
        ((Plain("1.234"), "1,5"), ","),
        (("1 234",), "."),
    ],
)
def test_the_decimal_sign_of_a_column(values: tuple[str, ...], expected: str) -> None:
    assert decide(NUMBERS, *values) == expected


def test_a_thousand_or_one_and_a_bit_is_a_question() -> None:
    question = decide(NUMBERS, "1234", "1.234")
    assert isinstance(question, Question)
    assert (question.code, question.value, question.line) == ("ambiguous_decimal", "1.234", 3)
    assert [(choice.answer, choice.reads) for choice in question.choices] == [(".", "1.2340"), (",", "1,234.00")]


@pytest.mark.parametrize(
    ("text", "fitting"),
    [("12,3,456", ()), ("1e5", (".", ",")), ("", ()), ("٣", ()), ("1.234,56", (",",)), ("-1'234.5", (".",))],
)
def test_which_signs_fit(text: str, fitting: tuple[str, ...]) -> None:
    assert signs_that_fit(text) == fitting


def test_numbers_are_exact() -> None:
    assert read_number("1.234.567,89", ",") == Decimal("1234567.89")
    assert number_reader(".")("-0.10") == Decimal("-0.10")
    with pytest.raises(BadValue, match="not a number"):
        number_reader(".")("12,50")


def test_two_digit_years_are_a_question_with_all_three_readings() -> None:
    question = decide(DATES, "03/04/05")
    assert isinstance(question, Question)
    assert [(choice.answer, choice.reads) for choice in question.choices] == [
        ("day-first", "3 April 2005"),
        ("month-first", "4 March 2005"),
        ("%y/%m/%d", "5 April 2003"),
    ]


def test_the_quoted_value_is_one_that_the_readings_left_tell_apart() -> None:
    question = decide(DATES, "03/03/21", "04/04/99", "05/06/21")
    assert isinstance(question, Question)
    assert (question.value, question.line) == ("05/06/21", 4)
    assert [choice.answer for choice in question.choices] == ["day-first", "month-first"]


@pytest.mark.parametrize("value", ["R$ 100.000", "$1.234M", "(1,234)", "1.234-", "1.234 %", "USD 1,000"])
def test_what_stands_around_digits_does_not_hide_that_they_have_two_readings(value: str) -> None:
    question = decide(NUMBERS, value)
    assert isinstance(question, Question)
    assert question.value == value
    assert len({choice.reads for choice in question.choices}) == 2


def test_a_count_is_whole_and_so_has_one_reading() -> None:
    assert decide(COUNTS, "1,234") == "."
    assert decide(COUNTS, "1.234") == ","
    assert isinstance(decide(COUNTS, "2.000"), Question)


def test_per_cent_says_nothing_of_how_amounts_are_written() -> None:
    assert decide(AMOUNTS, "12,5 %", "1.50") == "."
    assert isinstance(decide(NUMBERS, "12,5 %", "1.50"), Question)
