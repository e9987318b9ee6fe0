"""In files that are taken out they stand as they are, run nowhere, and come in again."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import openpyxl
from django.conf import settings
from django.http.response import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client
from openpyxl.utils.escape import unescape

from alignment.ui.exports.cells import NUMBER, harmed
from tests.hostile import naughty
from tests.hostile.naughty import found_by, kept, short
from tests.hostile.page import Page
from tests.leads.imports.bringing import bring, counts


def _content(answer: HttpResponseBase) -> bytes:
    assert answer.status_code == 200
    if isinstance(answer, StreamingHttpResponse):
        return answer.getvalue()
    assert isinstance(answer, HttpResponse)
    return answer.content


def test_rows_set_aside_are_shown_as_text_and_come_back_in_the_file_of_errors(
    client: Client, strings: list[str]
) -> None:
    texts = [text for text in strings if found_by(text)]
    rows = [{"external_id": f"E{n}", "created_at": short(text), "title": short(text)} for n, text in enumerate(texts)]
    document = naughty.brought("leads", rows)
    address = f"/import/{document['id']}/"
    assert document["rejected"] > 500
    assert Page(client.get(address)).runs == []
    answer = client.get(f"{address}errors.csv")
    lines = list(csv.DictReader(io.StringIO(_content(answer).decode("utf-8-sig"), newline="")))
    assert len(lines) == document["rejected"]
    given = {row["external_id"]: row["title"] for row in rows}
    assert {line["external_id"]: harmed(line["title"]) for line in lines} == {
        line["external_id"]: given[line["external_id"]] for line in lines
    }


def test_exports_hold_each_and_run_none(client: Client, strings: list[str]) -> None:
    lines = list(
        csv.DictReader(io.StringIO(_content(client.get("/export/leads/?format=csv")).decode("utf-8-sig"), newline=""))
    )
    ours = {line["external_id"]: line for line in lines if line["system"] == "n"}
    assert len(ours) == len(strings)
    for n, text in enumerate(strings):
        line = ours[f"L{n}"]
        assert harmed(line["full_name"]) == (kept(short(text)) or ""), n
        assert harmed(line["source"]) == (found_by(short(text)) or ""), n
        assert not line["title"].startswith(("=", "+", "-", "@", "\t", "\r")) or NUMBER.fullmatch(line["title"]), n
    book = openpyxl.load_workbook(io.BytesIO(_content(client.get("/export/leads/?format=xlsx"))), read_only=True)
    rows = book.worksheets[0].iter_rows()
    names = [cell.value for cell in next(rows)]
    titles = {}
    for row in rows:
        cells = dict(zip(names, row, strict=True))
        assert all(cell.data_type != "f" for cell in row)
        if cells["system"].value == "n":
            titles[cells["external_id"].value] = unescape(f"{cells['title'].value or ''}")
    assert titles == {f"L{n}": kept(short(text)) or "" for n, text in enumerate(strings)}


def test_what_was_exported_comes_back_without_a_change(client: Client) -> None:
    profiles = Path(settings.ROOT) / "docs" / "profiles"
    for key in ("leads", "activities", "deals", "campaigns", "companies"):
        for ending in ("csv", "xlsx"):
            content = _content(client.get(f"/export/{key}/?format={ending}"))
            document = bring(key, content, json.loads((profiles / f"alignment-{key}.json").read_text()))
            assert (document["state"], document["errors"]) == ("done", []), (key, ending)
            assert document["unchanged"] == document["rows"] > 500, (key, ending, counts(document))


def test_names_of_downloads_are_names(client: Client, strings: list[str]) -> None:
    for text in [*strings[::25], 'a"; x="', "a\r\nSet-Cookie: a=b", "../../etc/passwd"]:
        answer = client.get("/leads/", {"search": short(text), "format": "csv"})
        _content(answer)
        assert re.fullmatch(r'attachment; filename="[a-z0-9_-]+\.csv"', answer["Content-Disposition"]), text
        assert all(value.isascii() and value.isprintable() for _name, value in answer.items()), text
