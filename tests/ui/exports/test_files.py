"""Files come out as they are meant: nothing in them runs, nothing is lost, and they are sent without end in sight."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, StreamingHttpResponse
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.ui.exports import Export, download, harmed, harmless, is_asked_for, sending
from alignment.ui.exports.csv_file import csv_blocks
from alignment.ui.exports.sending import AT_ONCE, BUSY
from alignment.ui.exports.workbook import CUT, LONGEST_TEXT, workbook_blocks

NOW = datetime(2024, 12, 1, 12, 0, tzinfo=UTC)
SIGNS = ("=", "+", "-", "@", "\t", "\r")


@given(st.one_of(st.text(max_size=8), st.text(alphabet="'=+-@\t\r1a", max_size=6)))
@settings(max_examples=300, derandomize=True, database=None)
def test_what_is_made_harmless_never_runs_and_is_taken_back_exactly(text: str) -> None:
    cell = harmless(text)
    assert not cell.startswith(SIGNS) or cell.removeprefix("-").replace(".", "").replace(",", "").isdigit()
    assert cell == text or harmed(cell) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"), ("@SUM(1)", "'@SUM(1)"), ("\tx", "'\tx"), ("'=1", "''=1"), ("''-x", "'''-x"), ("-x", "'-x"),
        ("-12.50", "-12.50"), ("+491701234", "'+491701234"), ("491701234", "491701234"), ("'+1", "''+1"),
        ("'quoted'", "'quoted'"), ("a=1", "a=1"), ("", ""),
    ],
)  # fmt: skip
def test_a_cell_that_would_run_gets_one_apostrophe(text: str, cell: str) -> None:
    assert harmless(text) == cell


VALUES: Sequence[object] = (
    "=1+1", "'=1", None, 7, 2**60, Decimal("12.5000"), Decimal("1234567890123456.789"), 0.25, True, date(2024, 2, 3),
    datetime(2024, 1, 31, 9, 30, 5, tzinfo=UTC), datetime(2024, 1, 31, 9, 30, 5, 123456, tzinfo=UTC), "a\rb\nc\td", "\x01", "_x000D_",
    "<b>&", {"b": 1, "a": [None]},
)  # fmt: skip


def test_values_stand_in_csv_as_texts_that_have_one_reading() -> None:
    file = b"".join(csv_blocks(["a,b", "=c"], [[value, ""] for value in VALUES])).decode()
    assert file.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(file.removeprefix("\ufeff"), newline="")))
    assert lines[0] == ["a,b", "'=c"]
    assert [line[0] for line in lines[1:]] == [
        "'=1+1", "''=1", "", "7", "1152921504606846976", "12.5000", "1234567890123456.789", "0.25", "true", "2024-02-03",
        "2024-01-31T09:30:05Z", "2024-01-31T09:30:05.123456Z", "a\rb\nc\td", "\x01", "_x000D_", "<b>&", '{"a":[null],"b":1}',
    ]  # fmt: skip


def opened(names: Sequence[str], rows: Sequence[Sequence[object]], most_rows: int = 100) -> openpyxl.Workbook:
    told = workbook_blocks(names, rows, lambda count: [("Rows", str(count))], most_rows=most_rows)
    return openpyxl.load_workbook(io.BytesIO(b"".join(told)))


def test_values_stand_in_a_workbook_as_what_they_are() -> None:
    sheet = opened(["value"], [[value] for value in VALUES])["Rows"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [
        "=1+1", "''=1", None, 7, "1152921504606846976", 12.5, "1234567890123456.789", 0.25, True, datetime(2024, 2, 3),
        datetime(2024, 1, 31, 9, 30, 5), "2024-01-31T09:30:05.123456Z", "a\rb\nc\td", "_x0001_", "_x005F_x000D_", "<b>&",
        '{"a":[null],"b":1}',
    ]  # fmt: skip
    assert "f" not in {cell.data_type for cell in cells[1:]}
    assert cells[0].quotePrefix


def test_a_sheet_that_is_full_is_followed_by_another_and_the_last_one_tells() -> None:
    book = opened(["n"], [[n] for n in range(25)], most_rows=11)
    assert book.sheetnames == ["Rows", "Rows 2", "Rows 3", "About"]
    found = [row[0] for name in book.sheetnames[:3] for row in book[name].iter_rows(min_row=2, values_only=True)]
    assert found == list(range(25))
    assert [book[name]["A1"].value for name in book.sheetnames[:3]] == ["n"] * 3
    assert [cell.value for cell in book["About"][1]] == ["Rows", "25"]
    assert opened(["n"], [[n] for n in range(10)], most_rows=11).sheetnames == ["Rows", "About"]


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    book = opened(["long"], [["x" * 40_000]])
    text = str(book["Rows"]["A2"].value)
    assert (len(text), text.endswith(CUT)) == (LONGEST_TEXT, True)


def asked(query: str = "format=csv") -> RequestFactory:
    request = RequestFactory().get(f"/?{query}")
    request.user = AnonymousUser()
    return request  # type: ignore[return-value]


def endless() -> Iterator[list[object]]:
    number = 0
    while True:
        number += 1
        yield [number]


@pytest.mark.django_db  # an answer that ends looks at the connection that an earlier test may have left open
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_is_sent_before_its_rows_are_read(ending: str) -> None:
    answer = download(asked(f"format={ending}"), Export("Endless", ["n"], endless(), NOW))  # type: ignore[arg-type]
    assert isinstance(answer, StreamingHttpResponse)
    blocks = iter(answer.streaming_content)  # type: ignore[arg-type]
    assert all(len(next(blocks)) < 100_000 for _ in range(50))
    answer.close()


@pytest.mark.django_db
@pytest.mark.django_db
def test_only_so_many_are_sent_at_once_and_a_place_is_free_when_one_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PATIENCE_SECONDS", 0.05)

    def one() -> object:
        return download(asked("format=csv&q=a"), Export("Rows", ["n"], iter([[1]]), NOW))  # type: ignore[arg-type]

    answers = [one() for _ in range(AT_ONCE)]
    refused = one()
    assert (refused.status_code, refused["Retry-After"]) == (503, "20")  # type: ignore[attr-defined, index]
    page = refused.content.decode()  # type: ignore[attr-defined]
    assert BUSY in page
    assert 'href="/?q=a"' in page
    assert b"".join(answers[0].streaming_content).endswith(b"1\r\n")  # type: ignore[attr-defined]
    again = one()
    assert again.status_code == 200  # type: ignore[attr-defined]
    monkeypatch.setattr(sending, "PATIENCE_SECONDS", 20.0)
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(one)
        again.close()  # type: ignore[attr-defined]
        last = waiting.result()
    assert last.status_code == 200, "who comes third waits for a place"  # type: ignore[attr-defined]
    for answer in (last, *answers):
        answer.close()  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_the_name_of_a_file_has_letters_only_and_its_header_tells_all() -> None:
    export = Export("Leads", ["n"], [], NOW, ['Source: "web"\r\nX: 1', "Größe ≥ 5"])
    answer = download(asked(), export)  # type: ignore[arg-type]
    assert answer["Content-Disposition"] == 'attachment; filename="leads_source-web-x-1_gr-e-5_2024-12-01-1200.csv"'
    assert answer["Export-About"].isascii()
    assert "As of: 2024-12-01T12:00:00Z" in answer["Export-About"]
    answer.close()


def test_only_files_that_there_are_can_be_asked_for() -> None:
    assert is_asked_for(asked())  # type: ignore[arg-type]
    assert not is_asked_for(asked(""))  # type: ignore[arg-type]
    with pytest.raises(Http404):
        is_asked_for(asked("format=pdf"))  # type: ignore[arg-type]
