"""What is found in the columns of a file: samples, counts, how they look, how their dates and numbers read."""

from __future__ import annotations

import json

import pytest

from leads.imports.mapping.contents import Looks
from leads.imports.mapping.studying import DIFFERENT, LISTED, kept_study
from tests.leads.imports.mapping.columns import study_of, table

LOOKS = {
    Looks.EMAIL: ("ada@ferrous.example", "bo@zinc.example"),
    Looks.URL: ("https://ferrous.example/", "www.zinc.de"),
    Looks.DATE: ("15 Apr, 2021 00:03:00", "16 Apr, 2021 00:03:00"),
    Looks.MONEY: ("$115.00K", "€ 80"),
    Looks.PHONE: ("+49 30 901820", "805-247-8982"),
    Looks.COUNTRY: ("DE", "Frankreich"),
    Looks.YES_NO: ("Yes", "no"),
    Looks.NUMBER: ("12.5", "80"),
    Looks.FEW: ("hot", "hot", "cold", "cold"),
    Looks.TEXT: ("A quiet street", "Another one"),
    Looks.NOTHING: ("", ""),
}


@pytest.mark.parametrize("looks", LOOKS, ids=lambda looks: looks.name)
def test_a_column_is_known_by_how_its_values_look(looks: Looks) -> None:
    study = study_of(table({"x": LOOKS[looks], "filled": LOOKS[Looks.EMAIL][:1] * len(LOOKS[looks])}))
    assert study.columns[0].looks is looks


def test_values_are_counted_over_the_whole_file_the_most_frequent_first() -> None:
    study = study_of("s,k\n" + "web,1\n" * 3 + "fair,2\n" * 5 + ",3\n")
    column = study.columns[0]
    assert (column.values, column.filled, column.distinct, column.samples) == (
        (("fair", 5), ("web", 3)),
        8,
        2,
        ("web", "fair"),
    )
    assert (study.rows, study.whole) == (9, True)


def test_a_part_of_a_big_file_is_said_to_be_one() -> None:
    text = "k\n" + "".join(f"{n}\n" for n in range(30))
    assert (study_of(text, 20).rows, study_of(text, 20).whole) == (20, False)
    assert (study_of(text, 30).rows, study_of(text, 30).whole) == (30, True)


def test_a_column_of_many_values_lists_none_and_one_of_some_lists_the_most_frequent() -> None:
    many = study_of("k,j\n" + "".join(f"{n},x\n" for n in range(DIFFERENT + 50))).columns[0]
    assert (many.values, many.has_few, many.is_unique) == ((), False, True)
    some = study_of("k,j\n" + "".join(f"v{n},x\n" for n in range(LISTED + 50))).columns[0]
    assert (len(some.values), some.has_few) == (LISTED, True)


def test_dates_and_numbers_are_decided_over_the_whole_column_or_asked() -> None:
    study = study_of(table({"d": ("01.02.2024",) * 500 + ("31.02.2024", "31.01.2024"), "n": ("1.000",) * 502}))
    assert study.columns[0].way == "day-first"
    question = study.columns[1].question
    assert question is not None
    assert (question.code, question.value, question.line) == ("ambiguous_decimal", "1.000", 2)


def test_a_study_is_kept_as_json_and_comes_back_the_same() -> None:
    study = study_of(table({"d": ("01.02.2024", "02.02.2024"), "e": ("a@b.example", "\x00odd")}) + "one,two,three\n")
    kept = kept_study(json.loads(json.dumps(study.as_json())))
    assert kept.columns == study.columns
    assert [record.cells for record in kept.first[:1]] == [["01.02.2024", "a@b.example"]]
    assert "\x00" not in json.dumps(study.as_json()).replace("\\u0000", "\x00")
