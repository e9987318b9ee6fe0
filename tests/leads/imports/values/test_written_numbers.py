"""Numbers, amounts and counts as programs, spreadsheets and people of many countries write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from leads.imports.reading import Plain
from leads.imports.values.faults import BadValue
from leads.imports.values.numbers import Amount, amount_reader, count_reader, number_reader, signs_that_fit


@pytest.mark.parametrize(
    ("text", "sign", "expected"),
    [
        ("1,234.50", ".", "1234.50"),
        ("1.234,50", ",", "1234.50"),
        ("1 234,50", ",", "1234.50"),
        ("1\u202f234\u202f567,5", ",", "1234567.5"),
        ("1\u2009234.5", ".", "1234.5"),
        ("1'234.50", ".", "1234.50"),
        ("1’234’567.50", ".", "1234567.50"),
        ("1,00,000", ".", "100000"),
        ("12,34,567.89", ".", "1234567.89"),
        ("(1,234.50)", ".", "-1234.50"),
        ("1.234,50-", ",", "-1234.50"),
        ("−5", ".", "-5"),
        ("–5,5", ",", "-5.5"),
        ("+5", ".", "5"),
        (".5", ".", "0.5"),
        ("5.", ".", "5"),
        ("1.5E+05", ".", "150000"),
        ("2e-3", ".", "0.002"),
        ("1.2M", ".", "1200000"),
        ("115.00K", ".", "115000"),
        ("3bn", ".", "3000000000"),
        ("1,5 Mio.", ",", "1500000"),
        ("250 Tsd.", ",", "250000"),
        ("2 Mrd.", ",", "2000000000"),
        ("1.5 crore", ".", "15000000"),
        ("12%", ".", "0.12"),
        ("12,5 %", ",", "0.125"),
        ("(5%)", ".", "-0.05"),
        ("2 ‰", ".", "0.002"),
        ("1.234,-", ",", "1234"),
        ("--5", ".", None),
        ("(-5)", ".", None),
        ("-5-", ".", None),
        ("5,5,5", ".", None),
        ("12 34", ".", None),
        ("nan", ".", None),
        ("inf", ".", None),
        ("1e400", ".", None),
        ("9" * 41, ".", None),
        ("9" * 30, ".", None),
        ("1e30", ".", None),
        ("٣", ".", None),
        ("5 x", ".", None),
        ("0x10", ".", None),
        ("1_000", ".", None),
    ],
)
def test_numbers(text: str, sign: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(BadValue):
            number_reader(sign)(text)
    else:
        assert number_reader(sign)(text) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "sign", "value", "mark", "currency"),
    [
        ("$115.00K", ".", "115000", "$", None),
        ("R$ 100.000", ",", "100000", "R$", "BRL"),
        ("USD 1,000", ".", "1000", "USD", "USD"),
        ("1.363,90 €", ",", "1363.90", "€", "EUR"),
        ("1,5 Mio. €", ",", "1500000", "€", "EUR"),
        ("2M€", ".", "2000000", "€", "EUR"),
        ("5 k EUR", ".", "5000", "EUR", "EUR"),
        ("100 kr", ".", "100", "kr", None),
        ("kr. 100", ".", "100", "kr.", None),
        ("¥5,000", ".", "5000", "¥", None),
        ("-£5", ".", "-5", "£", "GBP"),
        ("£-5", ".", "-5", "£", "GBP"),
        ("(£5)", ".", "-5", "£", "GBP"),
        ("CHF 1'000.00", ".", "1000", "CHF", "CHF"),
        ("US$5", ".", "5", "US$", "USD"),
        ("$5 USD", ".", "5", "$ USD", "USD"),
        ("€ .50", ".", "0.50", "€", "EUR"),
        ("₹1,00,000", ".", "100000", "₹", "INR"),
        ("250 zł", ".", "250", "zł", "PLN"),
    ],
)
def test_amounts_with_their_mark(text: str, sign: str, value: str, mark: str, currency: str | None) -> None:
    amount = amount_reader(sign)(text)
    assert isinstance(amount, Amount)
    assert (amount.value, amount.mark) == (Decimal(value), mark)
    assert (len(amount.currencies) == 1) is (currency is not None)
    assert currency is None or amount.currencies == {currency}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("12%", "is a part of something"),
        ("$ 5 EUR", "is not a number"),
        ("ABC 5", "is not a number"),
        ("€", "is not a number"),
        ("50-100", "is a range or a guess"),
        ("50 – 100", "is a range or a guess"),
        ("10+", "is a range or a guess"),
        ("> 5", "is a range or a guess"),
        ("#REF!", "a formula that failed"),
        ("1" + "0" * 25, "larger than any number"),
    ],
)
def test_what_is_no_amount_is_set_aside_with_a_sentence(text: str, words: str) -> None:
    with pytest.raises(BadValue, match=words):
        amount_reader(".")(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1,234", 1234), ("2822.0", 2822), ("1.2K", 1200), ("0", 0), ("1e3", 1000), ("1 234", 1234)],
)
def test_counts_are_whole(text: str, expected: int) -> None:
    assert count_reader(".")(text) == expected


@pytest.mark.parametrize("text", ["1.5", "50-100", "-5", "5%", "$5", "many", "10,000+", "~50"])
def test_what_is_no_count_is_set_aside(text: str) -> None:
    with pytest.raises(BadValue) as bad:
        count_reader(".")(text)
    assert bad.value.code == "invalid_number"


def test_numbers_are_multiplied_to_the_last_digit() -> None:
    assert number_reader(".", Decimal(1_000_000))("1100.04") == Decimal(1_100_040_000)
    assert number_reader(",", Decimal("0.01"))("1.234.567.890.123.456,78") == Decimal("12345678901234.5678")
    assert count_reader(".", Decimal(1000))("2.5") == 2500


def test_typed_numbers_of_a_workbook_have_one_reading() -> None:
    assert signs_that_fit(Plain("1.234")) == (".", ",")
    assert number_reader(",")(Plain("1.234")) == Decimal("1.234")
    assert number_reader(",")("1.234") == Decimal(1234)


def test_a_typed_date_in_the_place_of_an_amount_is_called_one() -> None:
    with pytest.raises(BadValue, match="“2024-05-01” is a date"):
        amount_reader(".")(Plain("2024-05-01"))
