"""What may a file be packed in, and what is refused by its name?"""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from alignment.refusals import Refused
from leads.imports.reading import forms
from tests.leads.imports.reading.files import read, write

TABLE = b"key,email\n1,a@example.com\n2,b@example.com\n"
ROWS = [["key", "email"], ["1", "a@example.com"], ["2", "b@example.com"]]


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in ROWS:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def refusal(folder: Path, content: bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        read(write(folder, content))
    return refused.value


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TABLE, "UTF-8, comma-separated, names in line 1"),
        (gzip.compress(TABLE, mtime=0), "Packed with gzip, UTF-8, comma-separated, names in line 1"),
        (zipped(**{"export.csv": TABLE}), "Packed with zip, UTF-8, comma-separated, names in line 1"),
        (workbook(), "Workbook, sheet “Sheet”, names in row 1"),
        (gzip.compress(workbook(), mtime=0), "Packed with gzip, workbook, sheet “Sheet”, names in row 1"),
        (zipped(**{"export.xlsx": workbook()}), "Packed with zip, workbook, sheet “Sheet”, names in row 1"),
    ],
)
def test_a_table_is_read_whatever_it_is_packed_in(tmp_path: Path, content: bytes, words: str) -> None:
    found = read(write(tmp_path, content))
    assert found.rows == ROWS
    assert forms(found.look.layout) == words


def test_what_a_mac_adds_to_an_archive_does_not_count(tmp_path: Path) -> None:
    content = zipped(**{"__MACOSX/._export.csv": b"\x00\x05", ".DS_Store": b"\x00", "a/export.csv": TABLE})
    assert read(write(tmp_path, content)).rows == ROWS


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "empty_file", "not a single byte"),
        (gzip.compress(b"", mtime=0), "empty_file", "inside the archive is empty"),
        (zipped(), "empty_file", "no file in the archive"),
        (zipped(**{"a.csv": TABLE, "b.csv": TABLE}), "not_a_table", "2 files in the archive (a.csv, b.csv)"),
        (zipped(**{"a.csv.gz": gzip.compress(TABLE, mtime=0)}), "not_a_table", "packed twice"),
        (zipped(**{"a.zip": zipped(**{"a.csv": TABLE})}), "not_a_table", "archive inside an archive"),
        (zipped(**{"word/document.xml": b"<x/>", "[Content_Types].xml": b""}), "not_a_table", "text document (Word)"),
        (zipped(**{"mimetype": b"x", "META-INF/manifest.xml": b""}), "not_a_table", "OpenDocument"),
        (zipped(**{"Index/Document.iwa": b"x"}), "not_a_table", "Numbers"),
        (zipped(**{"xl/workbook.bin": b"x"}), "not_a_table", ".xlsb"),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "Workbook".encode("utf-16-le"), "not_a_table", "old kind (.xls)"),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "not_a_table", "password"),
        (b"%PDF-1.7 ...", "not_a_table", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "not_a_table", "PNG"),
        (b"\xff\xd8\xff\xe0", "not_a_table", "JPEG"),
        (b"PAR1....", "not_a_table", "Parquet"),
        (b"SQLite format 3\x00...", "not_a_table", "SQLite"),
        (b'[{"email": "a@example.com"}]', "not_a_table", "JSON"),
        (b'{"leads": []}', "not_a_table", "JSON"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "html_page", "web page"),
        (b"\n <table><tr><td>key</td></tr></table>", "html_page", "web page"),
        ("<html><body>".encode("utf-16"), "html_page", "web page"),
        (b'<?xml version="1.0"?><leads/>', "not_a_table", "XML"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "not_a_table",
            "2003",
        ),
        (b"7z\xbc\xaf\x27\x1c", "not_a_table", "7z"),
        (bytes(range(256)) * 20, "not_a_table", "binary"),
        (b"\n \n\t\n", "empty_file", "empty"),
        (b"# one\n# two\n", "empty_file", "only comment lines"),
        (b"key,email\n\n", "only_a_header", "nothing below the names"),
        (gzip.compress(TABLE, mtime=0)[:-12], "damaged_file", "cut off"),
        (zipped(**{"a.csv": TABLE})[:-30], "damaged_file", "cut off"),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(tmp_path: Path, content: bytes, code: str, words: str) -> None:
    refused = refusal(tmp_path, content)
    assert refused.code == code
    assert words in refused.detail


def test_an_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(**{"a.csv": TABLE}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "protected with a password" in refusal(tmp_path, bytes(content)).detail


def test_what_swells_beyond_all_measure_is_refused(tmp_path: Path) -> None:
    bomb = zipped(**{"a.csv": b"key,email\n" + (b"0" * 999_999 + b"\n") * 110})
    assert refusal(tmp_path, bomb).code == "too_large"


def test_a_line_longer_than_any_table_has_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"key,email\n" + b"x" * 12_000_000).code == "line_too_long"
