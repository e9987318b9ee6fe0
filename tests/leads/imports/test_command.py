"""`manage.py import` and `manage.py stages load`, as at the terminal: what they print, and how they end."""

from __future__ import annotations

import csv
import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from leads.imports.summary import in_words
from leads.models import Company, Import, ImportError, Lead, Stage  # noqa: A004
from tests.leads.imports.bringing import LEADS, run, start

pytestmark = pytest.mark.django_db

Write = Callable[[str, object], str]
GOOD = "key,born,from,mail\na,2024-01-02,web,a@example.com\nb,2024-01-15,,b@example.com\n"


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document


class Terminal(StringIO):
    """Where somebody looks on."""

    def isatty(self) -> bool:
        return True


def manage(name: str, *arguments: object, err: StringIO | None = None) -> Ended:
    """Run a command as the terminal does; its connection stays open for the test."""
    out, err = StringIO(), err or StringIO()
    command = importlib.import_module(f"leads.management.commands.{name}").Command(
        stdout=out, stderr=err, no_color=True
    )
    code = 0
    with patch("django.core.management.base.connections.close_all"):
        try:
            command.run_from_argv(["manage.py", name, *map(str, arguments)])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Ended(code, out.getvalue(), err.getvalue())


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write(name, content)`: a file, JSON unless it is a text; its path."""

    def write_file(name: str, content: object) -> str:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return write_file


def test_a_good_file_ends_with_0_and_one_json(write: Write) -> None:
    ended = manage("import", "leads", write("a.csv", GOOD), "--profile", write("p.json", LEADS), "--format", "json")
    assert ended.code == 0
    made = Import.objects.get()
    assert ended.json == {
        "id": made.pk,
        "kind": "leads",
        "state": "done",
        "file_name": "a.csv",
        "dry_run": False,
        "place": None,
        "behind": None,
        "rows": 2,
        "done": 2,
        "rate": None,
        "remaining_seconds": None,
        "layout": "UTF-8, comma-separated, names in line 1",
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "repaired": 0,
        "answers": {},
        "warnings": [],
        "question": None,
        "problem": None,
        "spared": [],
        "errors": [],
    }


def test_an_import_is_stopped_and_says_how_it_goes_on() -> None:
    import_ = start("leads", GOOD, LEADS)
    ended = manage("import", "--stop", import_.pk)
    assert ended.code == 0
    assert "Stopped at the command line at" in ended.out
    again = manage("import", "--stop", import_.pk)
    assert (again.code, Import.objects.get().state) == (2, "failed")
    assert "there is nothing to stop" in again.err


def test_people_read_a_sentence(write: Write) -> None:
    ended = manage("import", "leads", write("a.csv", GOOD), "--profile", write("p.json", LEADS))
    number = Import.objects.get().pk
    expected = f"Import {number} (leads from a.csv): done. 2 rows: 2 created, 0 updated, 0 unchanged, 0 set aside."
    assert ended.out.strip() == expected
    empty = manage("import", "leads", write("e.csv", "key,born,from,mail\n"), "--profile", write("p.json", LEADS))
    assert empty.code == 2
    assert "the file has no rows" in empty.err


def test_a_dry_run_leaves_nothing(write: Write) -> None:
    file, profile = write("a.csv", GOOD), write("p.json", LEADS)
    ended = manage("import", "leads", file, "--profile", profile, "--dry-run", "--format", "json")
    assert (ended.code, ended.json["created"], ended.json["dry_run"]) == (0, 2, True)
    assert (Lead.objects.count(), Company.objects.count()) == (0, 0)


def test_a_bar_at_the_terminal_shows_how_far_it_is(write: Write) -> None:
    arguments = ("leads", write("a.csv", GOOD), "--profile", write("p.json", LEADS))
    ended = manage("import", *arguments, err=Terminal())
    assert "[########################################] 2 of 2 rows" in ended.err
    assert "rows" not in manage("import", *arguments).err


def test_rows_set_aside_end_with_3_and_come_out_again_as_a_file(write: Write) -> None:
    content = GOOD + '=1+1,never,"a, b",-\n+49 123,2024-01-01,-5,@x,too long\n'
    ended = manage("import", "leads", write("a.csv", content), "--profile", write("p.json", LEADS), "--format", "json")
    assert ended.code == 3
    assert ended.json["errors"] == [
        {"line": 4, "column": "born", "value": "never", "code": "invalid_date",
         "reason": "“never” is not a date such as 2024-12-31"},
        {"line": 5, "column": None, "value": None, "code": "ragged_row",
         "reason": "the row has 5 values, the file has 4 columns"},
    ]  # fmt: skip
    errors = manage("import", "--errors", ended.json["id"])
    assert errors.code == 0
    assert list(csv.reader(StringIO(errors.out))) == [
        ["line", "column", "value", "code", "reason", "key", "born", "from", "mail"],
        ["4", "born", "never", "invalid_date", "“never” is not a date such as 2024-12-31", "'=1+1", "never", "a, b", "'-"],
        ["5", "", "", "ragged_row", "the row has 5 values, the file has 4 columns", "'+49 123", "2024-01-01", "-5", "'@x",
         "too long"],
    ]  # fmt: skip


def test_ambiguous_dates_end_with_2_and_the_question(write: Write) -> None:
    profile = {"kind": "leads", "fields": {"external_id": "key", "created_at": "born"}}
    file = write("a.csv", "key,born\nx,03/04/2024\ny,05/06/2024\n")
    ended = manage("import", "leads", file, "--profile", write("p.json", profile), "--format", "json")
    assert (ended.code, ended.json["state"], ended.json["question"]["code"]) == (2, "needs_answer", "ambiguous_dates")
    assert "“03/04/2024” (line 2) may be 3 April 2024 (day-first) or 4 March 2024" in ended.json["question"]["detail"]
    assert Lead.objects.count() == 0


def test_a_question_is_answered_and_rows_are_corrected_at_the_terminal(write: Write) -> None:
    profile = {"kind": "leads", "system": "t", "fields": {"external_id": "key", "created_at": "born"}}
    file = write("a.csv", "key,born\nx,03/04/2024\ny,soon\n")
    asked = manage("import", "leads", file, "--profile", write("p.json", profile))
    number = Import.objects.get().pk
    assert f"./manage.py import --answer {number} day-first|month-first" in asked.out
    assert manage("import", "--answer", number, "iso").code == 2
    answered = manage("import", "--answer", number, "day-first", "--format", "json")
    assert (answered.code, answered.json["state"], answered.json["created"], answered.json["rejected"]) == (
        3,
        "done",
        1,
        1,
    )
    corrected = write("errors.csv", manage("import", "--errors", number).out.replace(",y,soon", ",y,05/04/2024"))
    repaired = manage("import", "--repair", number, corrected, "--format", "json")
    assert (repaired.code, repaired.json["repaired"], repaired.json["rejected"]) == (0, 1, 0)
    assert "1 corrected row is in." in repaired.err
    assert manage("import", "--repair", number, corrected).code == 0
    assert "is no number of an import" in manage("import", "--repair", "x", corrected).err


def test_a_file_that_is_no_text_ends_with_2(tmp_path: Path, write: Write) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("key,born,from,mail\na,2024-01-01,äöü,\n".encode() + b"b,2024-01-01,caf\xe9,\n")
    ended = manage("import", "leads", file, "--profile", write("p.json", LEADS), "--format", "json")
    assert ended.code == 2
    assert "Line 3 is not UTF-8: byte 0xE9 after “b,2024-01-01,caf”" in ended.err


def test_an_import_that_stopped_says_how_to_go_on_and_goes_on(write: Write) -> None:
    import_ = start("leads", GOOD, LEADS)
    run(import_)
    Import.objects.update(state="failed", cursor=1, created=1, problem={"code": "unexpected", "detail": "lost power"})
    import_.refresh_from_db()
    assert "It stopped: lost power\n1 of 2 rows are through: " in in_words(import_)
    resumed = manage("import", "--resume", import_.pk, "--format", "json")
    assert (resumed.code, resumed.json["state"], resumed.json["done"], resumed.json["problem"]) == (0, "done", 2, None)
    undone = manage("import", "--undo", import_.pk, "--format", "json")
    assert (undone.code, undone.json["state"], Lead.objects.count()) == (0, "undone", 0)
    assert manage("import", "--undo", import_.pk).code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("leads", "none.csv", "--profile", "p.json"), "There is no file none.csv."),
        (("leads", "{good}", "--profile", "none.json"), "There is no file none.json."),
        (("leads", "{good}", "--profile", "unheard-of"), "There is no profile named “unheard-of”. There are: "),
        (("leads", "{good}", "--profile", "{good}"), "is not JSON"),
        (("leads", "{good}"), "Missing: profile."),
        (("leads",), "Missing: file, profile."),
        (("spend", "{good}", "--profile", "{profile}"), "the profile is for leads, the import for spend"),
        (("deals", "{good}", "--profile", "{profile}"), "the profile is for leads, the import for deals"),
        (("--errors", "99"), "There is no import 99."),
        (("--undo", "99"), "There is no import 99."),
        (("--resume", "99"), "There is no import 99."),
    ],
)
def test_what_cannot_be_done_ends_with_2_and_says_why(write: Write, arguments: tuple[str, ...], words: str) -> None:
    names = {"{good}": write("good.csv", GOOD), "{profile}": write("profile.json", LEADS)}
    ended = manage("import", *(names.get(argument, argument) for argument in arguments))
    assert ended.code == 2
    assert words in ended.err
    assert ended.out == ""
    assert Import.objects.count() == 0


def test_all_that_is_wrong_with_a_profile_is_named(write: Write) -> None:
    profile = {"kind": "leads", "fields": {"external_id": "nope", "nonsense": "born"}}
    ended = manage("import", "leads", write("a.csv", GOOD), "--profile", write("p.json", profile), "--format", "json")
    assert ended.code == 2
    assert ended.json["code"] == "invalid_profile"
    assert [(error["field"], error["code"]) for error in ended.json["errors"]] == [
        ("fields.external_id", "unknown_column"),
        ("fields.nonsense", "unknown_field"),
    ]


def test_a_stage_set_is_loaded(write: Write) -> None:
    document = [
        {"key": "in", "title": "In", "position": 1, "side": "marketing"},
        {"key": "won", "title": "Won", "position": 2, "category": "won", "side": "sales"},
    ]
    ended = manage("stages", "load", write("s.json", document), "--format", "json")
    assert ended.code == 0
    assert [stage["key"] for stage in ended.json["stages"]] == ["in", "won"]
    assert list(Stage.objects.values_list("key", flat=True)) == ["in", "won"]


@pytest.mark.parametrize(
    ("content", "words"),
    [("not json", "is not JSON"), ("{}", "A stage set is a list of stages"), ('[{"key": "a", "colour": 1}]', "colour")],
)
def test_a_wrong_stage_set_is_refused(write: Write, content: str, words: str) -> None:
    before = list(Stage.objects.values_list("key", flat=True))
    ended = manage("stages", "load", write("s.json", content))
    assert ended.code == 2
    assert words in ended.err
    assert list(Stage.objects.values_list("key", flat=True)) == before


def test_a_stage_in_use_cannot_be_dropped(write: Write) -> None:
    manage("import", "leads", write("a.csv", GOOD), "--profile", write("p.json", LEADS))
    document = [{"key": "other", "title": "Other", "position": 1, "side": "sales"}]
    ended = manage("stages", "load", write("s.json", document))
    assert ended.code == 2
    assert "Leads have been in inquiry" in ended.err
    assert ImportError.objects.count() == 0
