"""What are the rows of a file, and on which line does each begin?"""

from __future__ import annotations

from pathlib import Path

import pytest

from alignment.refusals import Refused
from leads.imports.reading import Record, Wishes, look
from leads.imports.reading.layout import Layout
from leads.imports.reading.rows import open_records


def records(folder: Path, content: bytes | str) -> list[Record]:
    path = folder / "file.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_lines(path)


def read_lines(path: Path) -> list[Record]:
    with open_records(path, Layout(encoding="utf-8-sig")) as found:
        return list(iter(found.one, None))


def told(folder: Path, content: bytes | str) -> list[tuple[int, list[str], str | None]]:
    return [(r.line, r.cells, r.fault.code if r.fault else None) for r in records(folder, content)]


def test_lines_are_physical_ones_and_the_header_is_the_first(tmp_path: Path) -> None:
    assert told(tmp_path, 'a,b\n1,"two\nlines"\n\n3,"with ""quotes"", and comma"\n') == [
        (1, ["a", "b"], None),
        (2, ["1", "two\nlines"], None),
        (5, ["3", 'with "quotes", and comma'], None),
    ]


def read_all(path: Path) -> list[Record]:
    assert look(path, Wishes()).columns
    return read_lines(path)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_newline_ends_a_line(tmp_path: Path, newline: str) -> None:
    content = newline.join(["a,b", "1,2", "3,4"])
    assert told(tmp_path, content) == [(1, ["a", "b"], None), (2, ["1", "2"], None), (3, ["3", "4"], None)]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_bytes("\ufeffkey,name\n1,2\n".encode())
    assert look(tmp_path / "file.csv", Wishes()).columns == ["key", "name"]


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    assert told(tmp_path, 'a,b\n1,"open\n2,x\n3,y\n') == [
        (1, ["a", "b"], None),
        (2, ['1,"open'], "unreadable_row"),
        (3, ["2", "x"], None),
        (4, ["3", "y"], None),
    ]


def test_what_stands_after_a_closing_quote_costs_one_row(tmp_path: Path) -> None:
    found = records(tmp_path, 'a,b\n1,"in" out\n2,x\n')
    assert [(r.line, r.fault is None) for r in found] == [(1, True), (2, False), (3, True)]
    assert found[1].fault is not None
    assert found[1].fault.reason == "something stands between a closing quote and the next comma"


@pytest.mark.parametrize("row", ['1,say "so" again', '1, "two"', '1," "" " x'])
def test_a_quote_that_opens_inside_a_value_costs_one_row(tmp_path: Path, row: str) -> None:
    found = records(tmp_path, f'a,b\n{row}\n"2","5"" pipe"\n')
    assert [(r.line, r.fault and r.fault.code) for r in found] == [(1, None), (2, "unreadable_row"), (3, None)]
    assert found[2].cells == ["2", '5" pipe']


def test_a_mark_of_inches_or_seconds_is_part_of_its_value(tmp_path: Path) -> None:
    assert told(tmp_path, 'a,b\n5" pipe,37°36\'37.8"N 121°2\'17.9"W\n') == [
        (1, ["a", "b"], None),
        (2, ['5" pipe', "37°36'37.8\"N 121°2'17.9\"W"], None),
    ]


def test_a_nul_byte_costs_its_row(tmp_path: Path) -> None:
    assert told(tmp_path, b"a,b\n1,x\x00y\n2,z\n") == [
        (1, ["a", "b"], None),
        (2, ["1", "x\x00y"], "invalid_characters"),
        (3, ["2", "z"], None),
    ]


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "empty_file", "not a single byte"),
        (b"\n\n", "empty_file", "empty"),
        (b'"a,b\n', "unreadable_header", "never closed"),
        (b"\xff\xfea", "invalid_encoding", "UTF-16"),
        (b'a, "b"\n', "unreadable_header", "a quote opens inside"),
        (b"PK\x03\x04rest", "damaged_file", "cut off"),
        (
            b"name\nZo\xc3\xab \xc3\xbcber Caf\xe9\n",
            "invalid_encoding",
            "Line 2 is not UTF-8: byte 0xE9 after “Zoë über Caf”",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes, code: str, words: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(Refused, match=words) as refused:
        read_all(path)
    assert refused.value.code == code
