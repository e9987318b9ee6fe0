"""Do rows that were set aside join their import once they are corrected, once, and go with it when it is undone?"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from alignment.refusals import Refused
from leads.imports import service
from leads.imports.repairs.error_file import COLUMNS, error_lines
from leads.imports.repairs.repair_file import read_corrections
from leads.imports.repairs.repairing import Correction, Repaired, repair
from leads.imports.running import run_import
from leads.models import Import, ImportError, Lead  # noqa: A004
from tests.leads.imports.bringing import LEADS, bring, run, start
from tests.leads.imports.test_undo import everything
from tests.world import NOW, cast

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
BAD = (
    "key,born,from,mail\n"
    "a,2024-01-02,web,a@example.com\n"
    "b,never,=web,no address\n"
    "c,2024-01-04,fair\n"
    "d,soon,web,d@example.com\n"
    "a,2024-01-02,fair,new@example\n"
)


def brought(content: str = BAD) -> Import:
    return Import.objects.get(pk=bring("leads", content, LEADS)["id"])


def mend(import_: Import, *corrections: Correction) -> Repaired:
    return repair(import_.pk, corrections, now=LATER, actor=None)


def counts(import_: Import) -> tuple[int, int, int, int, int, int]:
    """Rows, created, updated, unchanged, rejected, repaired."""
    import_.refresh_from_db()
    return (
        import_.rows, import_.created, import_.updated, import_.unchanged, import_.rejected, import_.repaired,
    )  # fmt: skip


def aside(import_: Import) -> list[tuple[int, str | None, str]]:
    return list(ImportError.objects.filter(source=import_).values_list("line", "column", "code"))


def sheet(import_: Import, edit: Callable[[list[list[str]]], object]) -> io.BytesIO:
    """The file of the rows set aside, after somebody edited it."""
    rows = list(csv.reader(io.StringIO("".join(error_lines(import_)))))
    edit(rows)
    return written(rows)


def written(rows: Sequence[Sequence[str]], delimiter: str = ",") -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return io.BytesIO(text.getvalue().encode())


def send(import_: Import, file: io.BytesIO) -> Repaired:
    return mend(import_, *read_corrections(import_, file))


def test_corrected_rows_join_their_import() -> None:
    import_ = brought()
    assert counts(import_) == (5, 1, 0, 0, 4, 0)
    done = mend(
        import_,
        Correction(3, {"born": "2024-01-03", "mail": ""}),
        Correction(5, {"born": "2024-02-30"}),
        Correction(6, {"mail": "new@example.com"}),
    )
    assert (done.came_in, done.still_aside, done.as_before) == (2, 1, 0)
    assert counts(import_) == (5, 2, 1, 0, 2, 2)
    assert [(line, column) for line, column, _code in aside(import_)] == [(4, None), (5, "born")]
    kept = ImportError.objects.get(source=import_, line=5)
    assert (kept.value, kept.row[1]) == ("2024-02-30", "2024-02-30"), "what was typed is there to go on with"
    assert "February" in kept.reason or "2024-02-30" in kept.reason
    assert sorted(Lead.objects.values_list("external_id", "source", "email", "import_id")) == [
        ("a", "web", "new@example.com", import_.pk),
        ("b", "=web", None, import_.pk),
    ]


def test_the_same_again_changes_nothing_and_something_else_is_refused() -> None:
    import_ = brought()
    mend(import_, Correction(5, {"born": "2024-02-01"}))
    before = everything()
    again = mend(import_, Correction(5, {"key": "d", "born": "2024-02-01", "from": "web", "mail": "d@example.com"}))
    assert (again.came_in, again.as_before, everything()) == (0, 1, before)
    assert mend(import_, Correction(5, {"born": "2024-02-01"})).as_before == 1
    for correction, code in (
        (Correction(5, {"born": "2024-02-02"}), "already_repaired"),
        (Correction(2, {"born": "2024-02-02"}), "not_set_aside"),
        (Correction(3, {"colour": "red"}), "unknown_column"),
        (Correction(4, {"mail": "c@example.com"}), "whole_row_needed"),
    ):
        with pytest.raises(Refused) as refused:
            mend(import_, correction, Correction(6, {"mail": "new@example.com"}))
        assert [error.code for error in refused.value.errors] == [code]
        assert str(correction.line) in refused.value.detail
    assert everything() == before, "nothing of what was refused is in"


def test_a_row_of_another_width_is_given_whole() -> None:
    import_ = brought()
    whole = {"key": "c", "born": "2024-01-04", "from": "fair", "mail": ""}
    assert mend(import_, Correction(4, whole)).came_in == 1
    assert Lead.objects.get(external_id="c").source == "fair"


def test_undo_takes_corrected_rows_out_too() -> None:
    bring("leads", "key,born,from,mail\nold,2023-01-02,web,d@example.com\n", {**LEADS, "system": "other"})
    before = everything()
    import_ = brought()
    mend(import_, Correction(3, {"born": "2024-01-03", "mail": "d@example.com"}), Correction(5, {"born": "2024-02-01"}))
    mend(import_, Correction(6, {"mail": "new@example.com"}))
    undone = service.undo(import_.pk, now=LATER + timedelta(hours=1), actor=None)
    assert undone.spared == []
    assert everything() == before
    with pytest.raises(Refused) as refused:
        mend(import_, Correction(4, {"key": "c", "born": "", "from": "", "mail": ""}))
    assert refused.value.code == "undone"


def test_what_is_not_through_or_was_a_check_is_not_repaired() -> None:
    rehearsed = run(start("leads", BAD, LEADS, dry_run=True))
    waiting = start("leads", BAD, LEADS)
    for import_, code in ((rehearsed, "dry_run"), (waiting, "not_done")):
        with pytest.raises(Refused) as refused:
            mend(import_, Correction(5, {"born": "2024-02-01"}))
        assert refused.value.code == code


def test_the_file_comes_back_corrected() -> None:
    import_ = brought()

    def correct(rows: list[list[str]]) -> None:
        assert rows[0] == [*COLUMNS, "key", "born", "from", "mail"]
        assert [row[0] for row in rows[1:]] == ["3", "4", "5", "6"]
        rows[1][6], rows[1][8] = "2024-01-03", "b@example.com"
        rows[2].append("")  # as a spreadsheet pads it: not corrected
        rows[4][8] = "a@example.com"

    file = sheet(import_, correct)
    done = send(import_, file)
    assert (done.came_in, done.still_aside, done.as_before) == (2, 0, 0)
    assert Lead.objects.get(external_id="b").source == "=web", "the apostrophe that kept it from running is gone"
    assert aside(import_) == [(4, None, "ragged_row"), (5, "born", "invalid_date")]
    before = everything()
    file.seek(0)
    assert send(import_, file).came_in == 0
    assert everything() == before


def test_a_row_with_two_faults_stands_twice_and_may_be_corrected_in_either_place() -> None:
    profile = {**LEADS, "fields": {"external_id": "key", "created_at": "born", "stage": "stage", "stage_at": "moved"}}
    import_ = Import.objects.get(pk=bring("leads", "key,born,stage,moved\nb,never,mql,soon\n", profile)["id"])

    def correct(rows: list[list[str]]) -> None:
        assert sorted(row[:2] for row in rows[1:]) == [["2", "born"], ["2", "moved"]]
        rows[1][6], rows[2][8] = "2024-01-03", "2024-01-04"

    file = sheet(import_, correct)
    assert send(import_, file).came_in == 1
    before = everything()
    file.seek(0)
    assert (send(import_, file).as_before, everything()) == (1, before)


def test_a_spreadsheet_may_save_it_with_semicolons_and_leave_columns_out() -> None:
    import_ = brought()
    rows = [
        ["line", "column", "value", "code", "reason", "born"],
        ["5", "born", "soon", "invalid_date", "", "2024-02-01"],
    ]
    assert send(import_, written(rows, ";")).came_in == 1


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["key", "born", "from", "mail"], ["a", "b", "c", "d"]], "not_a_repair_file"),
        ([[*COLUMNS, "Name"], ["5", "", "", "", "", "x"]], "unknown_columns"),
        ([[*COLUMNS, "born"], ["five", "", "", "", "", "x"]], "unknown_line"),
        ([[*COLUMNS, "key", "born", "from", "mail"], ["5", "", "", "", "", "x", "2024-01-01", "y", "z"]], "other_import"),
        ([[*COLUMNS, "key", "born", "from", "mail"], ["2", "", "", "", "", "x", "2024-01-01", "y", "z"]], "invalid_repair"),
        ([[*COLUMNS, "born"], ["5", "", "", "", "", "2024-01-01"], ["5", "", "", "", "", "2024-01-02"]], "contradicting_rows"),
    ],
)  # fmt: skip
def test_another_file_is_refused_by_name(rows: list[list[str]], code: str) -> None:
    import_ = brought()
    before = everything()
    with pytest.raises(Refused) as refused:
        send(import_, written(rows))
    assert (refused.value.code, everything()) == (code, before)
    assert counts(import_) == (5, 1, 0, 0, 4, 0)


@pytest.mark.django_db(transaction=True)
def test_two_who_correct_the_same_row_bring_it_in_once() -> None:
    people = cast()
    import_ = brought()
    together = Barrier(2)

    def one_of_them(day: str) -> str:
        try:
            together.wait(timeout=30)
            repair(import_.pk, [Correction(5, {"born": day})], now=LATER, actor=people.marketer)
        except Refused as refused:
            return f"{refused.code} {refused.status} {refused.errors[0].code}"
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(2) as both:
        ended = sorted(both.map(one_of_them, ("2024-02-01", "2024-02-02")))
    assert ended == ["already_repaired 409 already_repaired", "in"]
    assert counts(import_) == (5, 2, 0, 0, 3, 1)
    assert Lead.objects.filter(external_id="d").count() == 1


def test_a_line_that_came_in_meanwhile_and_another_fault_are_no_conflict() -> None:
    import_ = brought()
    mend(import_, Correction(5, {"born": "2024-02-01"}))
    late = Correction(5, {"born": "2024-02-02"})
    for others, code, status in (((Correction(3, {"born": "2024-02-02", "mail": ""}),), "already_repaired", 409),
                                 ((Correction(3, {"none": "x"}),), "invalid_repair", 400)):  # fmt: skip
        before = counts(import_)
        with pytest.raises(Refused) as refused:
            mend(import_, late, *others)
        assert (refused.value.code, refused.value.status) == (code, status)
        assert counts(import_) == before


@pytest.mark.django_db(transaction=True)
def test_a_correction_and_an_undo_do_not_cross() -> None:
    before = everything()
    import_ = brought()
    together = Barrier(2)

    def correct() -> None:
        try:
            together.wait(timeout=30)
            repair(import_.pk, [Correction(5, {"born": "2024-02-01"})], now=LATER, actor=None)
        except Refused as refused:
            assert refused.code == "undone"  # noqa: PT017
        finally:
            connection.close()

    def take_back() -> None:
        try:
            together.wait(timeout=30)
            service.undo(import_.pk, now=LATER, actor=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        for each in [both.submit(correct), both.submit(take_back)]:
            each.result()
    assert everything() == before
    assert run_import(import_.pk).state == "undone"


REWRITTEN = {
    "007": "7", "1e5": "1.00E+05", "12345678901234567890": "1.23457E+19", "+4915100000": "4915100000", "0.10": "0,1",
    "2024-01-05": "05.01.2024",
}  # fmt: skip
SHEET = (
    "key,born,mail,number,phone,share,since,power\n"
    "007,soon,a@example.com,12345678901234567890,+4915100000,0.10,2024-01-05,1e5\n"
    "008,never,b@example.com,12345678901234567890,+4915100000,0.10,2024-01-05,1e5\n"
)


def saved_by_a_spreadsheet(rows: list[list[str]]) -> None:
    for row in rows[1:]:
        row[5:] = [REWRITTEN.get(cell.removeprefix("'"), cell) for cell in row[5:]]


def test_what_a_spreadsheet_alone_rewrites_stays_as_it_was_and_is_told() -> None:
    fields = {"external_id": "key", "created_at": "born", "email": "mail", "phone": "phone"}
    kept = {f"attributes.{name}": name for name in ("number", "share", "since", "power")}
    import_ = brought_by(SHEET, {**fields, **kept})

    def correct(rows: list[list[str]]) -> None:
        assert rows[1][9] == "'+4915100000", "marked as a text, so that the plus stays"
        saved_by_a_spreadsheet(rows)
        rows[1][6] = "2024-03-04"

    file = sheet(import_, correct)
    done = send(import_, file)
    assert (done.came_in, done.still_aside, done.as_before) == (1, 0, 1)
    assert [(one["code"], one["count"], one["lines"]) for one in done.warnings] == [("spreadsheet_rewrites", 2, [2, 3])]
    lead = Lead.objects.get()
    assert (lead.external_id, lead.phone) == ("007", "+4915100000")
    assert lead.attributes == {
        "number": "12345678901234567890", "share": "0.10", "since": "2024-01-05", "power": "1e5",
    }  # fmt: skip
    import_.refresh_from_db()
    told = {one["code"]: (one["count"], one["lines"]) for one in import_.warnings}
    assert told["spreadsheet_rewrites"] == (1, [2])
    before = everything()
    file.seek(0)
    assert (send(import_, file).came_in, everything()) == (0, before)


def test_a_cell_that_was_named_as_wrong_is_taken_as_it_was_sent() -> None:
    import_ = brought_by("key,born\n7,05/01\n", {"external_id": "key", "created_at": "born"})
    wrong = ImportError.objects.get(source=import_)
    assert wrong.column == "born"
    ImportError.objects.filter(pk=wrong.pk).update(row=["7", "05/01/2024"])

    def correct(rows: list[list[str]]) -> None:
        rows[1][6] = "2024-01-05"

    assert [one.cells for one in read_corrections(import_, sheet(import_, correct))] == [("7", "2024-01-05")]


def brought_by(content: str, fields: dict[str, str]) -> Import:
    return Import.objects.get(pk=bring("leads", content, {**LEADS, "fields": fields})["id"])
