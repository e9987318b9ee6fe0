"""Do the good rows of a file come in, and the bad ones out with line, column, value and reason?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from alignment.refusals import Refused
from leads.imports import service
from leads.models import Import, ImportError, Lead, StageChange  # noqa: A004
from tests.leads.imports.bringing import LEADS, bring, counts, faults, run, start
from tests.world import NOW, cast

pytestmark = pytest.mark.django_db

FOUR = (
    "key,born,from,mail\n"
    "a,2024-01-02,web,a@example.com\n"
    "b,2024-01-15,web,b@example.com\n"
    "c,2024-01-20,fair,c@example.com\n"
    "d,2024-02-01,,d@example.com\n"
)


def test_rows_become_leads() -> None:
    document = bring("leads", FOUR, LEADS)
    assert counts(document) == ("done", 4, 4, 0, 0, 0)
    assert document["errors"] == []
    assert list(Lead.objects.order_by("pk").values_list("external_id", "created_at", "source", "stage")) == [
        ("a", datetime(2024, 1, 2, tzinfo=UTC), "web", "inquiry"),
        ("b", datetime(2024, 1, 15, tzinfo=UTC), "web", "inquiry"),
        ("c", datetime(2024, 1, 20, tzinfo=UTC), "fair", "inquiry"),
        ("d", datetime(2024, 2, 1, tzinfo=UTC), None, "inquiry"),
    ]


def test_the_same_file_twice_changes_nothing() -> None:
    bring("leads", FOUR, LEADS)
    before = list(Lead.objects.order_by("pk").values())
    assert counts(bring("leads", FOUR, LEADS)) == ("done", 4, 0, 0, 4, 0)
    assert list(Lead.objects.order_by("pk").values()) == before
    assert StageChange.objects.count() == 4


def test_a_dry_run_counts_and_leaves_no_lead() -> None:
    twice = FOUR + "a,2024-01-02,web,new@example.com\nx,never,web,\n"
    rehearsed = bring("leads", twice, LEADS, dry_run=True, chunk_rows=2)
    assert (Lead.objects.count(), StageChange.objects.count()) == (0, 0)
    in_earnest = bring("leads", twice, LEADS, chunk_rows=2)
    assert counts(rehearsed) == counts(in_earnest) == ("done", 6, 4, 1, 0, 1)
    assert faults(rehearsed) == faults(in_earnest) == [(7, "born", "never", "invalid_date")]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("leads", "external_id,email\na,a@x.example\nb,b@x.example\nc,c@x.example\nd,\na,new@x.example\nb,b@x.example\n"),
        ("leads", "email,source\nA@x.example,web\nb@x.example,\na@X.example,web\nb@x.example,fair\n"),
        ("deals", "external_id,lead_external_id,amount\nd,l,1\ne,l,2\nd,l,3\ne,l,2\n"),
        ("rates", "date,currency,rate\n2024-01-02,USD,0.91\n2024-01-03,USD,0.92\n2024-01-02,USD,0.93\n2024-01-03,USD,0.92\n"),
        ("users", "external_id,name\nu,Ann\nv,Bo\nu,Anna\nv,Bo\n"),
        ("campaigns", "external_id,name\nc,Spring\nd,Fair\nc,Summer\nd,Fair\n"),
    ],
)  # fmt: skip
def test_a_check_says_what_the_import_does_also_where_rows_meet_across_steps(kind: str, content: str) -> None:
    names = content.split("\n", 1)[0].split(",")
    fields = {name: name for name in names}
    profile: dict[str, object] = {"kind": kind, "fields": fields, "dates": "iso", "decimal": "."}
    profile |= {"create_leads": True} if kind == "deals" else {}
    rehearsed = counts(bring(kind, content, profile, dry_run=True, chunk_rows=1))
    assert rehearsed == counts(bring(kind, content, profile, chunk_rows=1))
    assert rehearsed[2] < rehearsed[1], "some rows meet earlier ones"


@pytest.mark.parametrize("chunk_rows", [1, 2, 100])
def test_bad_rows_are_set_aside_and_good_ones_are_in(chunk_rows: int) -> None:
    content = (
        b"key,born,from,mail\n"
        b"a,2024-01-02,web,a@example.com\n"
        b"b,yesterday,web,b@example.com\n"
        b'c,2024-01-02,"two\nlines",c@example.com\n'
        b"d,2024-01-02,web\n"
        b"e,2024-01-02,web,e@example.com,more\n"
        b"f,2024-01-02,w\x00b,f@example.com\n"
        b",,,\n"
        b"g,2024-01-02,web,no address\n"
        b"h,1850-01-02,web,\n"
        b'i,"2024-01-02,web,\n'
        b"j,2999-01-02,web,\n"
    )
    document = bring("leads", content, LEADS, chunk_rows=chunk_rows)
    assert faults(document) == [
        (3, "born", "yesterday", "invalid_date"),
        (6, None, None, "ragged_row"),
        (7, None, None, "ragged_row"),
        (8, None, None, "invalid_characters"),
        (9, None, None, "empty_row"),
        (10, "mail", "no address", "invalid_email"),
        (11, "born", "1850-01-02", "date_out_of_range"),
        (12, None, None, "unreadable_row"),
        (13, "born", "2999-01-02", "date_out_of_range"),
    ]
    assert counts(document) == ("done", 11, 2, 0, 0, 9)
    assert sorted(Lead.objects.values_list("external_id", "source")) == [("a", "web"), ("c", "two\nlines")]
    assert ImportError.objects.get(line=6).row == ["d", "2024-01-02", "web"]


def test_maps_blanks_constants_and_the_rest() -> None:
    profile = {
        "kind": "leads",
        "system": "t",
        "rest": "attributes",
        "fields": {
            "external_id": "key",
            "source": {"column": "from", "map": {"WWW": "web", "-": None}, "blank": "nobody asked"},
            "stage": {"value": "mql"},
            "attributes.size": {"column": "size", "map": {"L": "large"}},
            "consent.marketing": "news",
        },
    }
    content = "key,from,size,news,colour\na,WWW,L,yes,red\nb,,S,,\nc,-,,no,\n"
    assert counts(bring("leads", content, profile)) == ("done", 3, 3, 0, 0, 0)
    found = Lead.objects.order_by("pk").values_list("source", "stage", "attributes")
    assert list(found) == [
        ("web", "mql", {"size": "large", "colour": "red"}),
        ("nobody asked", "mql", {"size": "S"}),
        ("nobody asked", "mql", {}),
    ]
    consents = Lead.objects.exclude(consents=None).order_by("pk").values_list("external_id", "consents__state")
    assert list(consents) == [("a", "granted"), ("c", "refused")]


def test_rows_without_an_id_are_known_by_their_own_content() -> None:
    profile = {"kind": "leads", "system": "t", "fields": {"full_name": "name", "company": "firm"}}
    content = "name,firm\nAnn,One\nBob,Two\nAnn,One\n"
    assert counts(bring("leads", content, profile)) == ("done", 3, 2, 0, 1, 0)
    assert counts(bring("leads", "firm,name\nOne,Ann\nTwo,Cleo\n", profile)) == ("done", 2, 1, 0, 1, 0)
    assert counts(bring("leads", content, {**profile, "identity": "none"})) == ("done", 3, 3, 0, 0, 0)


def test_each_field_may_have_its_own_zone() -> None:
    profile = {
        "kind": "leads",
        "timezone": "America/Sao_Paulo",
        "fields": {
            "external_id": "key",
            "created_at": "born",
            "stage": {"value": "mql"},
            "stage_at": {"column": "moved", "timezone": "Europe/Berlin"},
        },
    }
    bring("leads", "key,born,moved\na,2017-10-15,2017-10-16\n", profile)
    assert Lead.objects.get().created_at == datetime(2017, 10, 15, 3, tzinfo=UTC)
    assert StageChange.objects.get().at == datetime(2017, 10, 15, 22, tzinfo=UTC)


def test_ambiguous_dates_wait_for_an_answer() -> None:
    profile = {"kind": "leads", "system": "t", "fields": {"external_id": "key", "created_at": "born"}}
    waiting = run(start("leads", "key,born\nx,03/04/2024\ny,05/06/2024\n", profile))
    assert (waiting.state, waiting.cursor, Lead.objects.count()) == ("needs_answer", 0, 0)
    assert waiting.question is not None
    assert (waiting.question["code"], waiting.question["value"]) == ("ambiguous_dates", "03/04/2024")
    with pytest.raises(Refused, match="none of day-first, month-first"):
        service.answer(waiting.pk, "iso", now=NOW)
    assert run(service.answer(waiting.pk, "day-first", now=NOW)).state == "done"
    assert sorted(Lead.objects.values_list("created_at", flat=True)) == [
        datetime(2024, 4, 3, tzinfo=UTC),
        datetime(2024, 6, 5, tzinfo=UTC),
    ]


def test_one_value_that_fits_one_reading_decides() -> None:
    profile = {"kind": "leads", "system": "t", "fields": {"external_id": "key", "created_at": "born"}}
    bring("leads", "key,born\nx,03/04/2024\ny,25/06/2024\n", profile)
    assert Lead.objects.get(external_id="x").created_at == datetime(2024, 4, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("key,born,from,mail", "only_a_header"),
        ("key,born", "invalid_profile"),
        ("", "empty_file"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_before_anything_is_made(header: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        start("leads", f"{header}\n", LEADS)
    assert refused.value.code == code
    assert Import.objects.count() == 0


def test_a_header_that_reads_well_with_two_delimiters_is_a_question() -> None:
    profile = {"kind": "leads", "system": "t", "fields": {"external_id": "key"}}
    content = "key,a;key\n1,2;3\n"
    waiting = run(start("leads", content, profile))
    assert waiting.question is not None
    assert waiting.question["code"] == "ambiguous_delimiter"
    assert run(service.answer(waiting.pk, ",", now=NOW)).state == "done"
    other = run(start("leads", content, profile))
    assert run(service.answer(other.pk, ";", now=NOW)).state == "done"
    assert counts(bring("leads", content, {**profile, "delimiter": ","})) == ("done", 1, 0, 0, 1, 0)


def test_bytes_that_are_no_utf8_are_refused_before_anything_is_made() -> None:
    with pytest.raises(Refused, match="Line 3 is not UTF-8: byte 0xE9 after") as refused:
        start("leads", "key,born,from,mail\nö,2024-01-02,ü,\n".encode() + b"a,2024-01-02,caf\xe9,\n", LEADS)
    assert refused.value.code == "invalid_encoding"
    assert Import.objects.count() == 0


def test_who_may_import() -> None:
    people = cast()
    for user in (people.marketer, people.salesperson, people.operator):
        assert run(start("leads", FOUR, LEADS, actor=user)).state == "done"
    for user in (people.partner, people.manager, people.outsider):
        with pytest.raises(Refused) as refused:
            start("leads", FOUR, LEADS, actor=user)
        assert refused.value.status == 403


def test_the_same_file_is_kept_once(uploads: Path) -> None:
    start("leads", FOUR, LEADS)
    start("leads", FOUR, LEADS)
    assert len(list(uploads.rglob("*.csv"))) == len([path for path in uploads.rglob("*") if path.is_file()]) == 1
