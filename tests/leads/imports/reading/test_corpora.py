"""What comes out of files that were made to break parsers? Every file of three collections, none left out.

Where the right answer lies beside a file as JSON, the rows are held against it. For the others this says what must come:
so many rows, a question, a refusal, or rows set aside.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alignment.refusals import Refused
from leads.imports.reading import NONE, Wishes
from tests.leads.imports.reading.files import read

MISC = "csv-parsers-misc"
ANSWERED = {"csv-spectrum": "csvs", "csv-test-data": "csv"}

WITHOUT_ROWS = {
    "all-empty": "empty_file",  # two blank lines, which are no rows here
    "empty-one-column": "only_a_header",
    "header-no-rows": "only_a_header",
    "bad-header-no-header": "empty_file",
    "bad-header-wrong-header": "only_a_header",
}
SET_ASIDE = {
    "bad-header-less-fields": None,  # too short for its columns: the profile's reading sets it aside
    "bad-header-more-fields": None,
    "bad-missing-quote": "unreadable_row",
    "bad-quotes-with-unescaped-quote": "unreadable_row",
    "bad-unescaped-quote": "unreadable_row",
}

CONTRADICTED = {"location_coordinates": ("Contact Phone Number",)}
"""Columns in which an answer says something else than its file."""

OTHERS: dict[str, str | int] = {
    "papaparse/long-sample.csv": 8,
    "papaparse/malformed.tsv": 9,
    "papaparse/utf-8-bom-sample.csv": "ambiguous_header",
    "univocity/essential-dos.csv": 16,
    "univocity/essential-mac.csv": 16,
    "univocity/essential.csv": 16,
    "univocity/european.csv": 5,
    "univocity/uk-500.csv": 500,
}
VBA: dict[str, str | int] = {
    "Bad comments value specified": "ambiguous_header",
    "Comment with non-default character": "ambiguous_header",
    "Commented line at beginning": "only_a_header",
    "Commented line at end": "only_a_header",
    "Commented line in middle": "ambiguous_header",
    "Complex CSV syntax": "ambiguous_header",
    "Complex Unix CSV syntax": "ambiguous_header",
    "Entire file is comment lines": "empty_file",
    "FEC data - [clevercsv issue #15]": "ambiguous_delimiter",
    "File with multi-line field": "only_a_header",
    "Input is just a string (a single field)": "only_a_header",
    "Input is just empty fields": "empty_file",
    "Input is just the delimiter (2 empty fields)": "empty_file",
    "Input with only a commented line and blank line after": "empty_file",
    "Input with only a commented line, without comments enabled": "empty_file",
    "Input without comments with line starting with whitespace": "ambiguous_header",
    "Json data type - [clevercsv issue #37]": 8,
    "Line ends with quoted field": "ambiguous_header",
    "Line feed character is more frequent than the car return-line feed combination": 7,
    "Line starts with quoted field": "ambiguous_header",
    "Misplaced quotes in data, not as opening quotes": "unreadable_header",
    "Mixed comma and colon - [clevercsv issue #35]": 22,
    "Mixed comma and semicolon-B": 4,
    "Mixed comma and semicolon": "ambiguous_delimiter",
    "Multiple commas in fields": 5,
    "Multiple consecutive empty fields": "ambiguous_header",
    "Multiple rows, one column (no delimiter found)": "ambiguous_header",
    "One column input with empty fields": "ambiguous_header",
    "One row": "only_a_header",
    "Optional quoted fields": "only_a_header",
    "Pipe character is more frequent than the comma": "only_a_header",
    "Pipe character is more frequent than the semicolon": "only_a_header",
    "Pipe delimiter": "ambiguous_header",
    "Quoted field at end of row (but not at EOF) has quotes": "ambiguous_header",
    "Quoted field has no closing quote": "unreadable_header",
    "Quoted field with 5 quotes in a row and a delimiter": "only_a_header",
    "Quoted field with delimiter": "only_a_header",
    "Quoted field with escaped quotes at boundaries": "only_a_header",
    "Quoted field with escaped quotes": "only_a_header",
    "Quoted field with extra whitespace on edges": "only_a_header",
    "Quoted field with line break": "only_a_header",
    "Quoted field with quotes around delimiter": "only_a_header",
    "Quoted field with quotes on left side of delimiter": "only_a_header",
    "Quoted field with quotes on right side of delimiter": "only_a_header",
    "Quoted field with unix escaped quotes at boundaries": "only_a_header",
    "Quoted field with whitespace around quotes": "unreadable_header",
    "Quoted field": "only_a_header",
    "Quoted fields at end of row with delimiter and line break": "ambiguous_header",
    "Quoted fields with line breaks": "only_a_header",
    "Rainbow CSV [issue #92]": 1,
    "Row with enough fields but blank field at end": "ambiguous_header",
    "Row with too few fields": 1,
    "Row with too many fields": "ambiguous_header",
    "Short pipe separated table embedded": "ambiguous_delimiter",
    "Skip empty lines, with empty input": "empty_file",
    "Skip empty lines, with first line only whitespace": "only_a_header",
    "Skip empty lines, with newline at end of input": "ambiguous_header",
    "Tab delimiter": "ambiguous_header",
    "Table embedded in the last record": 3,
    "Table embedded in the second record": 3,
    "Three comment lines consecutively at beginning of file": "only_a_header",
    "Two comment lines consecutively at end of file": "only_a_header",
    "Two comment lines consecutively": "ambiguous_header",
    "Two rows": "ambiguous_header",
    "Uncommon char as field delimiter": "ambiguous_header",
    "Undefined field delimiter": "ambiguous_header",
    "Unquoted field with quotes at end of field": "only_a_header",
    "Whitespace at edges of unquoted field": "only_a_header",
    "Wrong delimiters have been added to guessing operation": "ambiguous_header",
}
OTHERS |= {f"vba-csv/{name}.csv": expected for name, expected in VBA.items()}


def outcome(path: Path) -> str | int:
    """The code of a refusal or a question, else how many records come out."""
    try:
        found = read(path)
    except Refused as refused:
        return refused.code
    return found.look.question.code if found.look.question else len(found.records)


def first_line_is_names(path: Path) -> list[list[str]]:
    return read(path, Wishes(header=1)).rows


@pytest.mark.parametrize(("folder", "inner"), ANSWERED.items())
def test_rows_are_those_of_the_answers_beside_the_files(real_data: Path, folder: str, inner: str) -> None:
    told: dict[str, str | None] = {}
    for path in sorted((real_data / folder / inner).glob("*.csv")):
        answer = real_data / folder / "json" / f"{path.stem}.json"
        if path.stem in WITHOUT_ROWS:
            assert outcome(path) == WITHOUT_ROWS[path.stem], path.name
        elif answer.exists():
            text = answer.read_text()
            if b"\r\n" not in path.read_bytes():  # somebody changed the line ends of the file, not of its answer
                text = text.replace("\\r\\n", "\\n")
            said = json.loads(text)
            expected = said if isinstance(said, list) else [said]
            names, *rows = first_line_is_names(path)
            for place in (names.index(name) for name in CONTRADICTED.get(path.stem, ())):
                rows = [[*row[:place], expected[0][names[place]], *row[place + 1 :]] for row in rows]
            named = [dict(zip(names, row, strict=True)) for row in rows]
            assert (named if isinstance(expected[0], dict) else [names, *rows]) == expected, path.name
        else:
            (record,) = read(path).records
            told[path.stem] = record.fault.code if record.fault else None
    assert told == {name: code for name, code in SET_ASIDE.items() if folder == "csv-test-data"}


def test_every_other_file_has_its_outcome(real_data: Path) -> None:
    folder = real_data / MISC
    found = {str(path.relative_to(folder)): outcome(path) for path in folder.rglob("*.*") if path.is_file()}
    assert found == OTHERS


def test_tables_below_a_title_with_comments_and_other_line_ends_are_one_table(real_data: Path) -> None:
    folder = real_data / MISC / "univocity"
    unix, dos, mac = (read(folder / f"essential{kind}.csv") for kind in ("", "-dos", "-mac"))
    assert unix.told == dos.told == mac.told == [("above_the_table", 1), ("comments", 7)]
    for other, end in ((dos, "\r\n"), (mac, "\r")):
        assert [[cell.replace(end, "\n") for cell in row] for row in other.rows] == unix.rows


def test_rows_in_pieces_are_set_aside(real_data: Path) -> None:
    name = "Line feed character is more frequent than the car return-line feed combination.csv"
    found = read(real_data / MISC / "vba-csv" / name)
    assert [row[0] for row in found.rows] == ["ID", "1", "2"]
    assert {code for _line, code in found.faults} == {"broken_row"}


def test_a_file_without_names_is_read_when_the_profile_says_so(real_data: Path) -> None:
    names, *rows = read(real_data / MISC / "vba-csv" / "Complex CSV syntax.csv", Wishes(header=NONE)).rows
    unix = read(real_data / MISC / "vba-csv" / "Complex Unix CSV syntax.csv", Wishes(header=NONE)).rows
    assert names == ["Column 1", "Column 2", "Column 3", "Column 4"]
    assert [names, *rows] == unix
    assert rows[0] == ["rec1, fld1", "", 'rec1","fld3.1\n",\nfld3.2', "rec1\nfld4"]
