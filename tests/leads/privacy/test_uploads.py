"""Are files that speak of somebody erased found whatever they are packed in, and those that nobody needs deleted in time?"""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from pytest_django import Settings

from alignment.refusals import Refused
from leads.imports import service
from leads.imports.mapping.drafts import ImportDraft
from leads.imports.models import Import
from leads.privacy import uploads
from leads.privacy.models import Discarded
from leads.records.models import Lead
from tests.world import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """The folder of kept files."""
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "imports").mkdir()
    return tmp_path / "imports"


def zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("people.csv", content)
    return buffer.getvalue()


def book(*rows: list[str]) -> bytes:
    buffer = io.BytesIO()
    made = Workbook()
    for row in rows:
        made.active.append(row)
    hidden = made.create_sheet("Old")
    hidden.append(["nothing"])
    made.save(buffer)
    return buffer.getvalue()


ABOUT_HER = "Name;Mail\nJosé Ågren;x@example.com\nÉmilie O'Öst;EMILIE@öst.example\n"
FILES = {
    "plain": ABOUT_HER.encode(),
    "cp1252": ABOUT_HER.encode("cp1252"),
    "mac": ABOUT_HER.encode("mac-roman"),
    "utf16": ABOUT_HER.encode("utf-16"),
    "gzip": gzip.compress(ABOUT_HER.encode()),
    "gzip16": gzip.compress(ABOUT_HER.encode("utf-16-le")),
    "zip": zipped(ABOUT_HER.encode("cp1252")),
    "book": book(["Name", "Mail"], ["Émilie O'Öst", "emilie@öst.example"]),
    "names apart": "First,Middle,Last\nÉmilie,Maria,O'Öst\n".encode(),
    "names beside": "Id;Last;First\n7;O'ÖST;émilie\n".encode(),
    "number": b"Name,Phone\nsomebody,(0)30 / 123 456 78\n",
    "in a comment": "# asked by Émilie O'Öst\nName\nx\n".encode(),
}
OTHERS = {
    "others": ABOUT_HER.replace("Émilie O'Öst;EMILIE@öst.example\n", "").encode(),
    "other book": book(["Name"], ["José Ågren"]),
    "first name only": "First,Last\nÉmilie,Ågren\n".encode(),
    "broken": b"PK\x03\x04 not an archive",
}


def test_files_that_speak_of_somebody_are_found_whatever_they_are(folder: Path) -> None:
    for name, content in {**FILES, **OTHERS}.items():
        (folder / name).write_bytes(content)
    Import.objects.create(
        kind="leads", file_name="x", file="imports/mac", profile={}, state="done",
        decisions={"layout": {"encoding": "mac-roman", "delimiter": ";"}},
    )  # fmt: skip
    lead = Lead(
        external_id="7", email="emilie@öst.example", phone="+493012345678", first_name="Émilie", last_name="O'Öst",
        full_name="Émilie O'Öst",
    )  # fmt: skip
    assert uploads.discard_uploads(lead, now=NOW) == len(FILES)
    assert sorted(Discarded.objects.values_list("name", flat=True)) == sorted(f"imports/{name}" for name in FILES)
    assert uploads.delete_discarded(now=NOW) == len(FILES)
    assert sorted(path.name for path in folder.iterdir()) == sorted(OTHERS)


def test_a_draft_of_such_a_file_goes_with_it(folder: Path) -> None:
    (folder / "a").write_bytes(b"x")
    ImportDraft.objects.create(file="imports/a", file_name="a.csv", kind="leads")
    Discarded.objects.create(name="imports/a", noted_at=NOW)
    assert uploads.delete_discarded(now=NOW) == 1
    assert not ImportDraft.objects.exists()


@pytest.mark.parametrize("state", ["queued", "checking", "running"])
def test_an_import_at_work_holds_such_a_file_back_and_one_that_needs_an_answer_does_not(
    folder: Path, state: str
) -> None:
    (folder / "a").write_bytes(ABOUT_HER.encode())
    asked = {
        "field": "encoding",
        "value": "Émilie",
        "line": 3,
        "detail": "A word in line 3 may be “Émilie”",
        "choices": [],
    }
    at_work = Import.objects.create(kind="leads", file_name="a", file="imports/a", profile={}, state=state)
    waits = Import.objects.create(
        kind="leads", file_name="a", file="imports/a", profile={}, state="needs_answer", question=asked,
        decisions={"columns": ["Name", "Mail"], "asked": {"encoding": asked}},
    )  # fmt: skip
    ImportDraft.objects.create(file="imports/a", file_name="a.csv", kind="leads", checked=waits)
    assert uploads.discard_uploads(Lead(email="emilie@öst.example"), now=NOW) == 1
    assert uploads.delete_discarded(now=NOW) == 0
    assert (folder / "a").exists()
    assert not ImportDraft.objects.exists()
    waits.refresh_from_db()
    assert (waits.state, waits.question, waits.finished_at) == ("failed", None, NOW)
    assert waits.decisions == {"columns": ["Name", "Mail"]}
    assert waits.problem is not None
    assert waits.problem["code"] == "file_gone"
    assert waits.problem["detail"].endswith("bring the file again without this person.")
    Import.objects.filter(pk=at_work.pk).update(state="done")
    assert uploads.delete_discarded(now=NOW) == 1
    assert not (folder / "a").exists()
    with pytest.raises(Refused) as refused:
        service.resume(waits.pk)
    assert refused.value.code == "file_gone"


def test_a_file_that_only_waits_for_an_answer_goes_at_once(folder: Path) -> None:
    (folder / "a").write_bytes(ABOUT_HER.encode())
    Import.objects.create(kind="leads", file_name="a", file="imports/a", profile={}, state="needs_answer", question={})
    uploads.discard_uploads(Lead(email="emilie@öst.example"), now=NOW)
    assert uploads.delete_discarded(now=NOW) == 1
    assert not (folder / "a").exists()
    assert Import.objects.get().state == "failed"


@pytest.mark.parametrize(
    ("state", "days_ago", "kept"),
    [
        ("done", 31, False),
        ("done", 29, True),
        ("failed", 31, False),
        ("failed", 29, True),
        ("needs_answer", 29, True),
        ("needs_answer", 31, False),
        ("running", 31, True),
        ("queued", 31, True),
    ],
)
def test_copies_that_nobody_needs_go_after_thirty_days(folder: Path, state: str, days_ago: int, kept: bool) -> None:
    path = folder / "a"
    path.write_bytes(b"x")
    then = NOW - timedelta(days=days_ago)
    os.utime(path, (then.timestamp(), then.timestamp()))
    Import.objects.create(
        kind="leads", file_name="a", file="imports/a", profile={}, state=state, created_at=then - timedelta(days=1),
        finished_at=then if state in ("done", "failed") else None,
    )  # fmt: skip
    if state == "needs_answer":
        Import.objects.update(created_at=then)
    assert uploads.delete_old(now=NOW) == (0 if kept else 1)
    assert path.exists() is kept


def test_a_file_that_was_refused_goes_after_a_day_and_a_draft_keeps_its_own(folder: Path) -> None:
    for name, hours in (("refused", 25), ("fresh", 23), ("draft", 48)):
        (folder / name).write_bytes(b"x")
        then = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(folder / name, (then, then))
    ImportDraft.objects.create(file="imports/draft", file_name="draft.csv", kind="leads")
    assert uploads.delete_old(now=NOW) == 1
    assert sorted(path.name for path in folder.iterdir()) == ["draft", "fresh"]
