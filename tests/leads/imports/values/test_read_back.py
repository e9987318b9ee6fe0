"""What is written in any form that the page about profiles promises is read back equal, or asked; never read otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import assume, example, given
from hypothesis import strategies as st

from leads.imports.profiles.decisions import AMOUNTS, COUNTS, DATES, NUMBERS, Column, Dialect
from leads.imports.profiles.questions import Question
from leads.imports.values.dates import ORDERS, read_as_written
from leads.imports.values.numbers import read_amount

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
}
MOMENTS = st.datetimes(datetime(1930, 1, 1), datetime(2170, 1, 1)).map(lambda moment: moment.replace(microsecond=0))
CLOCKS = {
    "24": lambda m: f"{m:%H:%M:%S}",
    "24h": lambda m: f"{m.hour}h{m:%M}" if not m.second else f"{m:%H:%M:%S}",
    "12": lambda m: f"{m.hour % 12 or 12}:{m:%M:%S} {'PM' if m.hour >= 12 else 'AM'}",
    "dotted": lambda m: f"{m.hour % 12 or 12}:{m:%M:%S}{'p.m.' if m.hour >= 12 else 'a.m.'}",
}


def in_words(moment: datetime, language: str, form: int) -> str:
    """The day as somebody writes it in a language."""
    month = MONTHS[language].split()[moment.month - 1]
    weekday = WEEKDAYS[language].split()[moment.weekday()]
    forms = (
        f"{moment.day} {month} {moment.year}",
        f"{moment.day}. {month} {moment.year}",
        f"{month} {moment.day}, {moment.year}",
        f"{moment.day} de {month} de {moment.year}",
        f"{weekday}, {moment.day} {month} {moment.year}",
        f"{moment.day}-{month[:3]}-{moment.year}"
        if month[:3] not in ("jui", "Jui")
        else f"{moment.year} {month} {moment.day}",
        f"{weekday} {month} {moment.day} {moment.year}",
    )
    return forms[form]


def in_numbers(moment: datetime, order: str, separator: str, two_digits: bool) -> str:
    """The day in numbers, in one of the orders."""
    year = f"{moment.year % 100:02}" if two_digits else f"{moment.year:04}"
    parts = {
        "iso": (year, f"{moment.month:02}", f"{moment.day:02}"),
        "day-first": (str(moment.day), str(moment.month), year),
        "month-first": (f"{moment.month:02}", f"{moment.day:02}", year),
    }
    return separator.join(parts[order])


def reading_of(dialect: Dialect, texts: list[str]) -> str | Question:
    column = Column("field", "Column", dialect)
    for line, text in enumerate(texts, start=2):
        column.see(text, line)
    return column.decide()


@given(MOMENTS, st.sampled_from(sorted(MONTHS)), st.integers(0, 6), st.sampled_from(["", *CLOCKS]))
@example(datetime(2024, 3, 5), "fr", 4, "")
@example(datetime(2024, 5, 31, 12), "nl", 6, "12")
def test_dates_with_the_name_of_their_month(moment: datetime, language: str, form: int, clock: str) -> None:
    moment = moment if clock else datetime(moment.year, moment.month, moment.day)
    text = f"{in_words(moment, language, form)} {CLOCKS[clock](moment)}" if clock else in_words(moment, language, form)
    assert {read_as_written(text, order) for order in ORDERS} == {moment}, text


@given(
    st.lists(MOMENTS, min_size=1, max_size=4),
    st.sampled_from(["iso", "day-first", "month-first"]),
    st.sampled_from("/.-"),
    st.booleans(),
    st.sampled_from(sorted(CLOCKS)),
)
def test_dates_in_numbers_are_read_back_or_asked(
    moments: list[datetime], order: str, separator: str, two_digits: bool, clock: str
) -> None:
    assume(not two_digits or all(1969 <= moment.year <= 2068 for moment in moments))
    texts = [f"{in_numbers(m, order, separator, two_digits)} {CLOCKS[clock](m)}" for m in moments]
    reading = reading_of(DATES, texts)
    if isinstance(reading, Question):
        readings = {read_as_written(reading.value, choice.answer) for choice in reading.choices}
        assert moments[texts.index(reading.value)] in readings
        assert len(readings) > 1
    else:
        assert [read_as_written(text, reading) for text in texts] == moments


@given(MOMENTS, st.sampled_from([-720, -300, -210, 0, 60, 120, 330, 840]), st.integers(0, 5))
def test_moments_with_their_zone(moment: datetime, minutes: int, form: int) -> None:
    there = moment + timedelta(minutes=minutes)
    sign, ahead = "-" if minutes < 0 else "+", abs(minutes)
    offset = f"{sign}{ahead // 60:02}{ahead % 60:02}"
    weekday, month = (WEEKDAYS["en"].split()[there.weekday()][:3], MONTHS["en"].split()[there.month - 1][:3])
    forms = (
        f"{there:%Y-%m-%dT%H:%M:%S}{offset}",
        f"{there:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:]}",
        f"{weekday}, {there.day:02} {month} {there:%Y %H:%M:%S} {offset}",
        f"{weekday} {month} {there:%d %Y %H:%M:%S} GMT{offset} (Somewhere)",
        f"{moment:%Y%m%dT%H%M%S}Z",
        str(int(moment.replace(tzinfo=UTC).timestamp() * 1000)),
    )
    assume(form < 5 or (forms[5].isdecimal() and len(forms[5]) == 13))
    read = read_as_written(forms[form], "day-first")
    assert read is not None
    assert read.astimezone(UTC) == moment.replace(tzinfo=UTC), forms[form]


@given(st.dates(date(1930, 1, 1), date(2170, 1, 1)), st.integers(0, 86_399))
def test_serial_numbers_of_spreadsheets(day: date, second: int) -> None:
    serial = (day - date(1899, 12, 30)).days + Decimal(second) / 86_400
    read = read_as_written(f"{serial:.10f}", "iso")
    assert read == datetime(day.year, day.month, day.day) + timedelta(seconds=second)


AMOUNTS_WRITTEN = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=2)
GROUPINGS = {
    ".": [",", " ", "\u00a0", "\u202f", "\u2009", "'", "’", ""],
    ",": [".", " ", "\u00a0", "\u202f", "'", "’", ""],
}
AROUND = ["{}", "€ {}", "{} €", "USD {}", "R$ {}", "$\u00a0{}", "{} kr"]


def written(amount: Decimal, sign: str, grouping: str, around: str, minus: int) -> str:
    """The amount as somebody writes it."""
    digits = f"{abs(amount):,.2f}".replace(",", "\x00").replace(".", sign).replace("\x00", grouping)
    if amount >= 0:
        return around.format(digits)
    return (f"-{around}", f"({around})", around.replace("{}", "-{}"), around.replace("{}", "−{}"))[minus].format(digits)


@given(
    st.lists(AMOUNTS_WRITTEN, min_size=1, max_size=4),
    st.sampled_from(".,"),
    st.integers(0, 6),
    st.sampled_from(AROUND),
    st.integers(0, 3),
)
def test_amounts_are_read_back(amounts: list[Decimal], sign: str, grouping: int, around: str, minus: int) -> None:
    texts = [written(amount, sign, GROUPINGS[sign][grouping], around, minus) for amount in amounts]
    reading = reading_of(AMOUNTS, texts)
    assert reading == sign, texts
    assert [read.value for text in texts if (read := read_amount(text, sign))] == amounts


@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=4),
    st.sampled_from([",", ".", " ", "'"]),
    st.sampled_from([NUMBERS, COUNTS]),
)
def test_whole_numbers_in_groups_are_read_back_or_asked(numbers: list[int], grouping: str, dialect: Dialect) -> None:
    texts = [f"{number:,}".replace(",", grouping) for number in numbers]
    reading = reading_of(dialect, texts)
    if isinstance(reading, Question):
        place = texts.index(reading.value)
        assert Decimal(numbers[place]) in {
            read.value for choice in reading.choices if (read := read_amount(reading.value, choice.answer))
        }
    else:
        assert [read.value for text in texts if (read := read_amount(text, reading))] == numbers


@given(
    st.integers(1, 10**9), st.sampled_from([("K", 3), ("M", 6), ("Mio.", 6), ("bn", 9), ("Mrd.", 9)]), st.integers(0, 3)
)
def test_thousands_and_more_are_read_back(number: int, scale: tuple[str, int], places: int) -> None:
    amount = Decimal(number).scaleb(-places)
    for sign in ".,":
        text = f"{amount:f} {scale[0]}".replace(".", sign, 1) if places else f"{amount:f}{scale[0]}"
        read = read_amount(text, sign)
        assert read is not None, text
        assert read.value == amount * 10 ** scale[1]


LIKE_VALUES = st.text(alphabet="0123456789/.-,: TZapmPM+()'$€%KeEMar", max_size=24)


@given(LIKE_VALUES | st.text(max_size=40))
def test_nothing_makes_the_readers_fail(text: str) -> None:
    for order in ORDERS:
        read_as_written(text, order)
    for sign in ".,":
        read_amount(text, sign)
    for dialect in (DATES, NUMBERS, AMOUNTS, COUNTS):
        reading_of(dialect, [text])
