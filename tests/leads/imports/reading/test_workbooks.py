"""What comes out of a workbook: typed cells, sheets, and what is told about it."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from alignment.refusals import Refused
from leads.imports.reading import NONE, Plain, Wishes, keep_rows, look, read_records
from leads.imports.values.dates import read_as_written
from tests.leads.imports.reading.files import read, write


def saved(folder: Path, book: openpyxl.Workbook) -> Path:
    out = io.BytesIO()
    book.save(out)
    return write(folder, out.getvalue(), "book.xlsx")


def book_of(*rows: list[object]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def test_typed_cells_read_in_one_way_only(tmp_path: Path) -> None:
    moment = datetime(2024, 4, 3, 10, 30)
    values = [
        "x",
        date(2024, 4, 3),
        moment,
        time(8, 5),
        timedelta(hours=26),
        1234.5,
        12345678901234567,
        0.1 + 0.2,
        True,
    ]
    book = book_of([f"name {n}" for n in range(len(values))], values)
    (record,) = read(saved(tmp_path, book)).records
    said = ["x", "2024-04-03", "2024-04-03T10:30:00", "08:05:00", "26:00:00", "1234.5"]
    assert record.cells[:6] == said
    assert record.cells[7:] == ["0.3", "TRUE"]
    assert [type(cell) is Plain for cell in record.cells] == [False, *[True] * 3, False, *[True] * 3, False]


def test_zeros_that_a_number_is_shown_with_belong_to_it(tmp_path: Path) -> None:
    book = book_of(["name", "zip"], ["Anna", 1234])
    book.active["B2"].number_format = "00000"
    assert read(saved(tmp_path, book)).rows[1] == ["Anna", "01234"]


def test_a_workbook_of_the_other_epoch(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["name", "born"])
    book.active.append(["Anna", date(2024, 4, 3)])
    assert read(saved(tmp_path, book)).rows[1] == ["Anna", "2024-04-03"]


def test_errors_are_text_and_formulas_their_stored_value(tmp_path: Path) -> None:
    path = saved(tmp_path, book_of(["name", "amount"], ["#N/A", 1], ["x", "=1+1"]))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(
        b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert read(write(tmp_path, out.getvalue())).rows[1:] == [["#N/A", "1"], ["x", "2"]]


def test_signs_that_xml_cannot_hold_and_rich_text_are_read(tmp_path: Path) -> None:
    path = saved(tmp_path, book_of(["name", "note"], ["a_x000D_b", "line\nbreak & <tag>"]))
    assert read(path).rows[1] == ["a\rb", "line\nbreak & <tag>"]


def test_rows_are_as_wide_as_the_table_and_empty_ones_are_none(tmp_path: Path) -> None:
    book = book_of(["name", "city", "note"], ["Anna"], [None, "Köln"])
    book.active["A9"] = "Zoë"
    found = read(saved(tmp_path, book))
    assert [(r.line, r.cells) for r in found.records] == [
        (2, ["Anna", "", ""]),
        (3, ["", "Köln", ""]),
        (9, ["Zoë", "", ""]),
    ]


def test_names_below_a_title_merged_cells_and_hidden_rows_are_told(tmp_path: Path) -> None:
    book = book_of(["Leads of May"], [], ["name", "amount"], ["Anna", 1], [None, 2], ["Total", 3])
    book.active.merge_cells("A1:B1")
    book.active.merge_cells("A4:A5")
    book.active.row_dimensions[5].hidden = True
    found = read(saved(tmp_path, book))
    assert found.look.columns == ["name", "amount"]
    assert found.told == [("above_the_table", 1), ("merged_cells", 4), ("hidden_rows", 5)]
    assert found.faults == [(6, "totals_row")]


def test_sheets_that_may_all_be_meant_are_a_question(tmp_path: Path) -> None:
    book = book_of(["name", "email"], ["Anna", "a@example.com"])
    book.create_sheet("Old").append(["name", "email"])
    book["Old"].append(["Boris", "b@example.com"])
    hidden = book.create_sheet("Lists")
    hidden.append(["name", "email"])
    hidden.append(["x", "y"])
    hidden.sheet_state = "hidden"
    path = saved(tmp_path, book)
    asked = look(path, Wishes()).question
    assert asked is not None
    assert (asked.code, asked.field, [choice.answer for choice in asked.choices]) == (
        "ambiguous_sheet",
        "sheet",
        ["Sheet", "Old"],
    )
    found = read(path, Wishes(sheet="Old"))
    assert found.rows[1] == ["Boris", "b@example.com"]
    assert ("hidden_sheets", 1) in found.told
    assert read(path, Wishes(sheet="Lists", header=1)).rows[1] == ["x", "y"]
    with pytest.raises(Refused, match="it has “Sheet”, “Old”, “Lists”"):
        read(path, Wishes(sheet="New"))


def test_the_sheet_with_the_profile_s_columns_is_taken(tmp_path: Path) -> None:
    book = book_of(["Read me"], ["This is an export"])
    book.create_sheet("Data").append(["key", "email"])
    book["Data"].append([1, "a@example.com"])
    found = read(saved(tmp_path, book), wanted={"key", "email"}.issubset)
    assert (found.look.question, found.look.layout.sheet) == (None, "Data")
    assert ("other_sheets", 1) in found.told


def test_a_sheet_without_names(tmp_path: Path) -> None:
    found = read(saved(tmp_path, book_of(["Anna", 1], ["Boris"])), Wishes(header=NONE))
    assert found.rows == [["Column 1", "Column 2"], ["Anna", "1"], ["Boris", ""]]


def test_an_empty_workbook_and_a_damaged_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read(saved(tmp_path, openpyxl.Workbook()))
    assert refused.value.code == "empty_file"
    path = saved(tmp_path, book_of(["name", "n"], ["Anna", 1]))
    content = path.read_bytes()
    with pytest.raises(Refused) as damaged:
        read(write(tmp_path, content.replace(b"xl/workbook.xml", b"xl/workbook.xmm")))
    assert damaged.value.code == "damaged_file"


def test_rows_that_are_kept_are_the_rows_that_were_read(tmp_path: Path) -> None:
    path = saved(tmp_path, book_of(["name", "born"], *([f"n{n}", date(2024, 1, 1)] for n in range(3000))))
    layout = look(path, Wishes()).layout
    with keep_rows(path):
        first = list(read_records(path, layout))
        again = list(read_records(path, layout))
    assert first == again == list(read_records(path, layout))
    assert {type(record.cells[1]) for record in again} == {Plain}
    assert len(again) == 3000


def test_a_stray_cell_to_the_right_costs_no_other_row(tmp_path: Path) -> None:
    book = book_of(
        ["name", "city", "note"], ["Anna", "Köln", "x", None, " "], ["Boris"], ["Zoë", "Bonn", "y", None, "!"]
    )
    found = read(saved(tmp_path, book))
    assert found.look.columns == ["name", "city", "note"]
    assert [len(record.cells) for record in found.records] == [3, 3, 5]


def test_a_formula_without_a_value_is_its_text_and_a_per_cent_one(tmp_path: Path) -> None:
    book = book_of(["name", "amount", "rate"], ["Anna", "=5*2", 0.12], ["Boris", 1, 0.5])
    book.active["C2"].number_format = "0.00%"
    found = read(saved(tmp_path, book))
    assert found.rows[1:] == [["Anna", "=5*2", "12%"], ["Boris", "1", "0.5"]]
    assert type(found.records[0].cells[2]) is str


def test_a_bare_number_of_a_1904_workbook_is_a_day_of_that_epoch(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["name", "born"])
    book.active.append(["Anna", 43923])
    path = saved(tmp_path, book)
    layout = look(path, Wishes()).layout
    with keep_rows(path):
        for _time in range(2):
            (record,) = read_records(path, layout)
            assert record.cells == ["Anna", "43923"]
            assert read_as_written(record.cells[1], "iso") == datetime(2024, 4, 3)
