"""Rows that are not what they seem: totals with notes below, names once more, numbers that begin as comments do."""

from __future__ import annotations

from pathlib import Path

import pytest

from leads.imports.reading import Wishes
from tests.leads.imports.reading.files import read, write

ROWS = "name,city,amount\nAnna,Berlin,1\nBoris,Köln,2\n"


def test_a_total_with_notes_below_is_set_aside_with_them(tmp_path: Path) -> None:
    end = '\n"Grand Totals (2 records)","",""\n"Confidential Information - Do Not Distribute"\n"Copyright (c) 2024"\n'
    found = read(write(tmp_path, ROWS + end))
    assert found.faults == [(5, "totals_row"), (6, "note_row"), (7, "note_row")]
    assert len(found.rows) == 3


@pytest.mark.parametrize("end", ['\n"Created 2024-03-04","",""\n', "Total,,3\nCreated 2024-03-04,,\n"])
def test_notes_padded_with_empty_cells_are_set_aside(tmp_path: Path, end: str) -> None:
    found = read(write(tmp_path, ROWS + end))
    assert found.faults[-1] == (5, "note_row")
    assert len(found.rows) == 3


@pytest.mark.parametrize("end", ["Zoë,,\n", "\nZoë,Bonn,\n", "Total,Bonn,7\n"])
def test_a_row_at_the_end_stays_a_row(tmp_path: Path, end: str) -> None:
    assert read(write(tmp_path, ROWS + end)).faults == []


@pytest.mark.parametrize(
    ("content", "line"),
    [("id,amt\n1,5\nid,amt\n2,6\n", 3), ("id,amt\nid,amt\n1,5\n2,6\n", 2)],
)
def test_the_names_once_more_are_set_aside(tmp_path: Path, content: str, line: int) -> None:
    for wanted in (None, {"id", "amt"}.issubset):
        found = read(write(tmp_path, content), wanted=wanted)
        assert found.faults == [(line, "repeated_header")]
        assert found.rows == [["id", "amt"], ["1", "5"], ["2", "6"]]


def test_numbers_with_the_sign_of_comments_are_rows(tmp_path: Path) -> None:
    found = read(write(tmp_path, "id,amt\n#1001,5\n#1002,6\n#1003\n"))
    assert [record.cells[0] for record in found.records] == ["#1001", "#1002", "#1003"]
    assert found.told == []
    narrow = read(write(tmp_path, "id\n#1\n#2\n"), wanted={"id"}.issubset)
    assert narrow.rows == [["id"], ["#1"], ["#2"]]


def test_the_delimiter_is_the_one_with_which_rows_are_whole(tmp_path: Path) -> None:
    found = read(write(tmp_path, "id\na;b\nc;d\n"), Wishes(), {"id"}.issubset)
    assert found.look.question is None
    assert found.rows == [["id"], ["a;b"], ["c;d"]]
