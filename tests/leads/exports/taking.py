"""What does a file hold that somebody took? Read as others would read it: CSV by its rules, workbooks by openpyxl."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Protocol, cast

import openpyxl
from django.http import StreamingHttpResponse
from django.test import Client

Line = dict[str, object]


class Getting(Protocol):
    """Whatever gets an address."""

    def get(self, path: str) -> object: ...


def sent(browser: Client, address: str) -> bytes:
    """The whole file at an address."""
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.content[:300])
    assert answer.streaming, address
    return b"".join(cast("Iterator[bytes]", cast("StreamingHttpResponse", answer).streaming_content))


def csv_rows(file: bytes) -> list[Line]:
    """The rows of a file of CSV, by the names in its first line."""
    lines = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def workbook_rows(file: bytes, sheet: str = "Rows") -> list[Line]:
    """The rows of one sheet, by the names in its first line."""
    book = openpyxl.load_workbook(io.BytesIO(file), read_only=True)
    lines = list(book[sheet].iter_rows(values_only=True))
    return [{str(name): value for name, value in zip(lines[0], line, strict=True)} for line in lines[1:]]


def about(file: bytes) -> list[tuple[str, str]]:
    """What the second sheet tells."""
    book = openpyxl.load_workbook(io.BytesIO(file), read_only=True)
    return [(str(line[0]), str(line[1])) for line in book["About"].iter_rows(values_only=True)]
