"""Encoding, delimiter, names and rows of everyday files: found, asked about, or told."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignment.refusals import Refused
from leads.imports.reading import NONE, Wishes, forms
from tests.leads.imports.reading.files import Read, read, write

WESTERN = "key,name\n1,Müller\n2,François\n3,O’Brien\n4,Núñez\n5,Tromsø\n6,l’été\n7,5 m²\n8,€ 30\n"


def question_of(found: Read) -> tuple[str, str, list[str]]:
    """Code, quoted value and answers of what is asked."""
    asked = found.look.question
    assert asked is not None
    return asked.code, asked.value, [choice.answer for choice in asked.choices]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_an_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    found = read(write(tmp_path, WESTERN.encode(encoding)))
    assert found.look.question is None
    assert [row[1] for row in found.rows[1:]] == [line.split(",")[1] for line in WESTERN.splitlines()[1:]]


@pytest.mark.parametrize(
    ("word", "encoding"),
    [
        ("Müller", "mac-roman"),
        ("García", "mac-roman"),
        ("Köln", "cp850"),
        ("Paweł", "cp1250"),
        ("Dvořák", "cp1250"),
        ("Иванов", "cp1251"),
        ("Παππάς", "cp1253"),
        ("Yıldız", "cp1254"),
        ("田中太郎", "shift_jis"),
        ("王小明", "gb18030"),
        ("김철수", "euc-kr"),
    ],
)
def test_a_word_that_several_encodings_read_is_a_question(tmp_path: Path, word: str, encoding: str) -> None:
    path = write(tmp_path, f"key,name\n1,Anna\n2,{word}\n".encode(encoding))
    found = read(path)
    asked = found.look.question
    assert asked is not None
    assert (asked.code, asked.field, asked.line) == ("ambiguous_encoding", "encoding", 3)
    assert word in [choice.reads for choice in asked.choices]
    (answer,) = [choice.answer for choice in asked.choices if choice.reads == word]
    assert read(path, Wishes(encoding=answer)).rows[2] == ["2", word]


def test_an_encoding_in_which_only_the_profile_s_columns_read_is_no_question(tmp_path: Path) -> None:
    path = write(tmp_path, "key,Größe\n1,Müller\n".encode("mac-roman"))
    found = read(path, wanted={"Größe"}.issubset)
    assert found.look.question is None
    assert found.rows == [["key", "Größe"], ["1", "Müller"]]


def test_utf8_with_a_broken_byte_or_cut_off_is_refused(tmp_path: Path) -> None:
    for content, words in (
        ("key,name\n1,Müller\n2,ö".encode() + b"\xe9,\n", "Line 3 is not UTF-8"),
        ("key,name\n1,Müller\n2,ö".encode() + b"\xc3", "may be cut off"),
    ):
        with pytest.raises(Refused, match=words) as refused:
            read(write(tmp_path, content))
        assert refused.value.code == "invalid_encoding"


def test_the_profile_s_encoding_goes_before_all(tmp_path: Path) -> None:
    path = write(tmp_path, "key,name\n1,Müller\n".encode())
    assert read(path, Wishes(encoding="latin-1")).rows[1] == ["1", "MÃ¼ller"]
    with pytest.raises(Refused, match="Line 2 is not ASCII"):
        read(path, Wishes(encoding="ascii"))


def test_a_tab_separated_export_in_utf16(tmp_path: Path) -> None:
    found = read(write(tmp_path, "Month\tCampaign\tClicks\n2024-01\tFrühling, früh\t1.234\n".encode("utf-16")))
    assert found.rows == [["Month", "Campaign", "Clicks"], ["2024-01", "Frühling, früh", "1.234"]]
    assert forms(found.look.layout) == "UTF-16, tab-separated, names in line 1"


def test_semicolons_with_decimal_commas(tmp_path: Path) -> None:
    rows = "".join(f"{n};Kunde, {n};{n},50\n" for n in range(1, 40))
    found = read(write(tmp_path, f"Nr;Name;Betrag\n{rows}"))
    assert found.look.layout.delimiter == ";"
    assert found.rows[1] == ["1", "Kunde, 1", "1,50"]


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n', "sep=;\n"])
def test_a_spreadsheet_s_line_that_names_the_delimiter_is_followed(tmp_path: Path, first: str) -> None:
    found = read(write(tmp_path, f"{first}key;a,b\n1;x,y\n"))
    assert found.rows == [["key", "a,b"], ["1", "x,y"]]
    assert found.told == []


def test_two_delimiters_that_fit_equally_are_a_question(tmp_path: Path) -> None:
    path = write(tmp_path, "key,a;b\n1,2;3\n2,4;5\n")
    assert question_of(read(path)) == ("ambiguous_delimiter", "key,a;b", [",", ";"])
    assert read(path, Wishes(delimiter=";")).rows == [["key,a", "b"], ["1,2", "3"], ["2,4", "5"]]
    assert read(path, wanted={"key", "a;b"}.issubset).look.layout.delimiter == ","


def test_any_delimiter_and_quote_that_the_profile_names(tmp_path: Path) -> None:
    path = write(tmp_path, "key~name\n1~'a~b'\n2~O\n")
    assert read(path, Wishes(delimiter="~", quote="'")).rows == [["key", "name"], ["1", "a~b"], ["2", "O"]]


def test_backslashes_before_quotes_are_taken_where_only_so_all_rows_read(tmp_path: Path) -> None:
    found = read(write(tmp_path, 'key,says\n1,"a \\"big\\", old one"\n2,"C:\\\\dir"\n'))
    assert found.look.layout.escape == "backslash"
    assert found.rows[1:] == [["1", 'a "big", old one'], ["2", "C:\\dir"]]
    doubled = read(write(tmp_path, 'key,says\n1,"C:\\"\n2,"say ""so"""\n'))
    assert doubled.look.layout.escape == "double"
    assert doubled.rows[1:] == [["1", "C:\\"], ["2", 'say "so"']]


def test_names_may_stand_below_a_title_and_what_is_above_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "Leads of May,,\nmade by Anna,,\n\n# internal\nkey,email,amount\n1,a@example.com,5\n")
    for found in (read(path), read(path, wanted={"key", "email"}.issubset)):
        assert found.rows == [["key", "email", "amount"], ["1", "a@example.com", "5"]]
        assert found.told == [("above_the_table", 1), ("above_the_table", 2), ("comments", 4)]
        assert found.look.layout.header == 5


def test_a_first_line_that_may_be_a_row_is_a_question(tmp_path: Path) -> None:
    path = write(tmp_path, "Anna,Berlin\nBoris,Köln\n")
    assert question_of(read(path)) == ("ambiguous_header", "Anna · Berlin", ["1", NONE])
    assert read(path, Wishes(header=NONE)).rows == [["Column 1", "Column 2"], ["Anna", "Berlin"], ["Boris", "Köln"]]
    assert read(path, Wishes(header=1)).rows == [["Anna", "Berlin"], ["Boris", "Köln"]]
    assert read(path, wanted={"Column 2"}.issubset).look.layout.header is None


def test_a_first_line_of_addresses_and_dates_is_a_row(tmp_path: Path) -> None:
    found = read(write(tmp_path, "Anna,a@example.com,2024-01-02\nBoris,b@example.com,2024-01-03\n"))
    assert found.look.question is None
    assert len(found.records) == 2


def test_a_line_without_a_row_cannot_hold_the_names(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="line 9, but no row begins there"):
        read(write(tmp_path, "a,b\n1,2\n"), Wishes(header=9))


def test_names_are_trimmed_numbered_and_never_empty(tmp_path: Path) -> None:
    found = read(write(tmp_path, "\ufeff id ,Email\u00a0,,\u200bEmail,Email (2)\n1,a@example.com,x,b@example.com,c\n"))
    assert found.look.columns == ["id", "Email", "Column 3", "Email (3)", "Email (2)"]
    assert found.look.repeated == (("Email", (1, 3)),)


def test_comments_are_left_out_and_told_unless_they_are_rows(tmp_path: Path) -> None:
    path = write(tmp_path, 'key,name,city\n# a comment, "with a quote\n1,x,y\n2,y,z\n"#3"\n# last\n')
    found = read(path)
    assert [(r.line, r.cells) for r in found.records] == [(3, ["1", "x", "y"]), (4, ["2", "y", "z"]), (5, ["#3"])]
    assert found.told == [("comments", 2), ("comments", 6)]
    assert len(read(path, Wishes(comment="")).records) == 5
    banged = read(write(tmp_path, "key,name\n! no row\n1,x\n"), Wishes(comment="!"))
    assert (banged.told, len(banged.records)) == ([("comments", 2)], 1)


def test_rows_too_long_by_empty_cells_are_fine_and_blank_lines_are_none(tmp_path: Path) -> None:
    found = read(write(tmp_path, "key,name\n1,x,,\n\n  \n2,y,z\n3\n"))
    assert [(r.line, r.cells) for r in found.records] == [(2, ["1", "x"]), (5, ["2", "y", "z"]), (6, ["3"])]


@pytest.mark.parametrize(
    "last",
    ["Total,,,30.50", "Grand Total: 2,,,30.50", "Gesamt,,,", ",Summe,,30.50", "Total,x,y,30.50", "TOTAL (2),,,1"],
)
def test_a_total_at_the_end_is_set_aside(tmp_path: Path, last: str) -> None:
    found = read(write(tmp_path, f"name,city,owner,amount\nAnna,Berlin,Ola,10.25\nBoris,Köln,Ola,20.25\n{last}\n"))
    assert found.faults == [(4, "totals_row")]
    assert len(found.rows) == 3


def test_several_totals_are_set_aside_and_notes_below_them_are_told(tmp_path: Path) -> None:
    found = read(write(tmp_path, "name,city,amount\nAnna,Berlin,1\nBoris,Köln,2\nSubtotal,,3\nTotal,,3\n"))
    assert found.faults == [(4, "totals_row"), (5, "totals_row")]


def test_a_company_named_total_is_a_row(tmp_path: Path) -> None:
    found = read(write(tmp_path, "name,city,owner,amount\nAnna,Berlin,Ola,10\nBoris,Köln,Ola,20\nTotal,Paris,Ola,7\n"))
    assert found.faults == []
    assert found.rows[-1] == ["Total", "Paris", "Ola", "7"]
