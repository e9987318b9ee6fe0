"""How does a file become rows, and what is wrong with a profile: everything at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alignment.refusals import Refused
from leads.imports.kinds import KINDS, Kind
from leads.imports.profiles.document import FieldSpec, ProfileDocument
from leads.imports.profiles.fields import read_profile
from leads.imports.profiles.named import find_profile

PROFILES = Path(__file__).parents[3] / "docs" / "profiles"
COLUMNS = ["key", "born", "from"]


def faults(kind: str, profile: object, columns: list[str] | None = COLUMNS) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        read_profile(kind, profile, columns)
    assert refused.value.code == "invalid_profile"
    assert all(error.detail in refused.value.detail for error in refused.value.errors)
    return sorted((error.field, error.code) for error in refused.value.errors)


def test_a_profile_names_its_columns() -> None:
    profile = read_profile(
        "leads", {"kind": "leads", "system": "t", "fields": {"external_id": "key", "stage": {"value": "mql"}}}, COLUMNS
    )
    assert profile.columns == {"key"}
    assert profile.document.system == "t"


def test_everything_wrong_is_named_at_once() -> None:
    profile = {
        "kind": "leads",
        "colour": "red",
        "timezone": "Mars/Base",
        "dates": "backwards",
        "encoding": "klingon",
        "delimiter": ";;",
        "create_leads": True,
        "fields": {
            "external_id": "nope",
            "nonsense": "born",
            "source": {"column": "from", "colour": "red"},
            "phone": {"column": "key", "timezone": "UTC"},
            "email": {"column": "key", "format": "iso"},
            "created_at": {"column": "born", "format": "sometimes"},
            "title": {"column": "key", "value": "x"},
            "consent.marketing": "gone",
            "attributes.": "key",
        },
    }
    assert faults("leads", profile) == [
        ("colour", "unknown_key"),
        ("create_leads", "not_for_this_kind"),
        ("dates", "invalid_value"),
        ("delimiter", "invalid_value"),
        ("encoding", "invalid_value"),
        ("fields.attributes.", "unknown_field"),
        ("fields.consent.marketing", "unknown_column"),
        ("fields.created_at", "invalid_format"),
        ("fields.email", "invalid_format"),
        ("fields.external_id", "unknown_column"),
        ("fields.nonsense", "unknown_field"),
        ("fields.phone", "no_date"),
        ("fields.source.colour", "unknown_key"),
        ("fields.title", "invalid_value"),
        ("timezone", "invalid_value"),
    ]


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("leads", []),
        ("activities", ["at", "kind", "lead_external_id"]),
        ("stages", ["at", "lead_external_id", "stage"]),
        ("deals", ["external_id"]),
        ("campaigns", ["name"]),
        ("users", ["name"]),
        ("rates", ["currency", "date", "rate"]),
    ],
)
def test_needed_fields_are_named(kind: str, missing: list[str]) -> None:
    profile = {"kind": kind, "fields": {"surely_unknown": "key"}}
    expected = [(f"fields.{name}", "missing") for name in missing] + [("fields.surely_unknown", "unknown_field")]
    assert faults(kind, profile) == sorted(expected)


def test_an_activity_may_name_its_lead_by_mail() -> None:
    read_profile("activities", {"fields": {"email": "key", "kind": "from", "at": "born"}}, COLUMNS)


def test_a_profile_for_another_kind_is_refused() -> None:
    assert faults("leads", {"kind": "deals", "fields": {"external_id": "key"}}) == [("kind", "wrong_kind")]


def test_a_column_without_a_name_cannot_be_used() -> None:
    assert faults("leads", {"fields": {"external_id": ""}}, ["", "key"]) == [("fields.external_id", "unknown_column")]


@pytest.mark.parametrize("profile", [[], "leads", None, {"kind": "leads"}, {"fields": []}, {"fields": {}}])
def test_what_is_no_profile_is_refused(profile: object) -> None:
    with pytest.raises(Refused) as refused:
        read_profile("leads", profile)
    assert refused.value.code == "invalid_profile"


def test_a_kind_that_cannot_be_imported() -> None:
    with pytest.raises(Refused) as refused:
        read_profile("x", {"fields": {"name": "x"}})
    assert refused.value.code == "unknown_kind"


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ({"columns": ["key", "gone"]}, "unknown_column"),
        ({"columns": ["key"], "column": "key"}, "invalid_value"),
        ({"value": 1, "times": 2}, "invalid_value"),
        ({"column": "key", "times": 0}, "invalid_value"),
        ({"columns": ["key", "born"], "join": ""}, "invalid_value"),
        ({"column": "key", "timezone": "UTC"}, "no_date"),
        ({"column": "key", "format": "day-first"}, "invalid_format"),
        ({"column": "key", "map": {"x": "much"}}, None),
        ({"columns": ["key", "born"], "times": 1000, "blank": 0, "format": ","}, None),
    ],
)
def test_what_goes_together_in_the_field_of_a_number(spec: dict[str, object], code: str | None) -> None:
    profile = {"kind": "deals", "fields": {"external_id": "key", "amount": spec}}
    if code is None:
        read_profile("deals", profile, COLUMNS)
    else:
        assert faults("deals", profile) == [("fields.amount", code)]


def test_what_is_no_value_of_a_key_is_told_of_once() -> None:
    fields = {"external_id": {"columns": []}, "amount": {"column": "key", "times": float("nan")}}
    assert faults("deals", {"fields": fields, "header": 0}) == [
        ("fields.amount.times", "invalid_value"),
        ("fields.external_id.columns", "invalid_value"),
        ("header", "invalid_value"),
    ]


def test_columns_are_joined_where_there_are_several() -> None:
    fields = {"external_id": {"column": "key", "join": " "}}
    assert faults("leads", {"fields": fields}) == [("fields.external_id", "invalid_value")]


def test_times_go_with_numbers_only() -> None:
    fields = {"external_id": "key", "created_at": {"column": "born", "times": 2}}
    assert faults("leads", {"fields": fields}) == [("fields.created_at", "no_number")]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("encoding", "klingon"),
        ("encoding", "punycode"),
        ("encoding", "rot13"),
        ("delimiter", ""),
        ("delimiter", "\n"),
        ("quote", "''"),
        ("escape", "slash"),
        ("header", 0),
        ("header", "first"),
        ("header", True),
        ("comment", "##"),
        ("sheet", ""),
        ("text_prefix", "maybe"),
    ],
)
def test_how_a_file_is_written_is_said_in_known_words(key: str, value: object) -> None:
    wrong = faults("leads", {"fields": {"external_id": "key"}, key: value})
    assert {(field.split(".")[0], code) for field, code in wrong} == {(key, "invalid_value")}


def test_one_sign_cannot_do_two_things() -> None:
    profile = {"fields": {"external_id": "key"}, "delimiter": "|", "quote": "|", "comment": "#"}
    assert faults("leads", profile) == [("quote", "invalid_value")]


@pytest.mark.parametrize(
    "said",
    [
        {"encoding": "UTF-16", "delimiter": "\t", "header": "none"},
        {"encoding": "mac-roman", "delimiter": "¦", "quote": "'", "escape": "backslash", "header": 5},
        {"encoding": "cp1251", "comment": "", "sheet": "Leads 2024", "text_prefix": "keep"},
    ],
)
def test_any_encoding_and_any_single_sign_may_be_named(said: dict[str, object]) -> None:
    document = read_profile("leads", {"fields": {"external_id": "key"}, **said}, COLUMNS).document
    assert {key: getattr(document, key) for key in said} == said


def test_a_profile_needs_every_column_that_a_field_may_come_from() -> None:
    fields = {"external_id": {"columns": ["key", "born"]}, "full_name": {"columns": ["born", "from"], "join": " "}}
    assert read_profile("leads", {"fields": fields}, COLUMNS).columns == {"key", "born", "from"}


def test_every_profile_that_comes_with_the_product_can_be_used() -> None:
    documents = {path.stem: json.loads(path.read_text()) for path in PROFILES.glob("*.json") if "." not in path.stem}
    assert set(documents) >= {"olist-leads", "olist-deals", "running-example-stages", "helpdesk-stages"}
    for name, document in documents.items():
        assert document["kind"] in KINDS, name
        read_profile(document["kind"], document)


def test_the_page_about_profiles_names_every_key_kind_and_field() -> None:
    page = (PROFILES / "README.md").read_text()
    for key in (*ProfileDocument.model_fields, *FieldSpec.model_fields):
        assert f"`{key}`" in page, key
    for kind in KINDS.values():
        (line,) = [line for line in page.splitlines() if line.startswith(f"| {kind.key} |")]
        told = [word.strip(" *") for part in line.split("|")[2].split(",") for word in part.split(" or ")]
        assert set(told) == {*kind.fields, *_groups(kind)}, kind.key


def _groups(kind: Kind) -> set[str]:
    names = {"attributes.": "attributes.NAME", "consent.": "consent.PURPOSE"}
    return {names[prefix] for prefix, _mapping in kind.groups}


def test_every_profile_is_on_the_page() -> None:
    page = (PROFILES / "README.md").read_text()
    for path in PROFILES.glob("*.json"):
        assert path.stem in page or path.name in page, path.name


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"fields":' + "[" * 100_000, "nested deeper"),
        ('{"fields":' + "[" * 40 + "]" * 40 + "}", "nested deeper"),
        ('{"system": "a\\u0000", "fields": {"email": "mail"}}', "cannot be stored"),
        ('{"fields": {"attributes.a\\u0000": "mail"}}', "cannot be stored"),
        ('{"fields": {"source": {"value": NaN}}}', "is not JSON"),
    ],
    ids=lambda value: value[:20],
)
def test_a_document_that_cannot_be_kept_is_refused(text: str, named: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(text)
    for given, files in ((text, False), (str(file), True)):
        with pytest.raises(Refused, match=named) as refused:
            find_profile(given, files=files)
        assert refused.value.code == "invalid_profile"


@pytest.mark.parametrize("pattern", ["%d/%d/%Y", "%", "%Q", "%d.%m.%Y %", "%G-%V"])
def test_a_pattern_that_reads_nothing_is_refused(pattern: str) -> None:
    fields = {"external_id": "key", "created_at": {"column": "born", "format": pattern}}
    profile = {"dates": pattern, "fields": fields}
    assert faults("leads", profile) == [("dates", "invalid_value"), ("fields.created_at", "invalid_format")]


@pytest.mark.parametrize(
    "pattern", ["%d.%m.%Y", "%y%m%d", "%d %b %Y %I:%M %p", "%Y-%m-%dT%H:%M:%S.%f%z", "%a %d %B %Y %Z"]
)
def test_a_pattern_may_be_any_that_reads(pattern: str) -> None:
    read_profile("leads", {"dates": pattern, "fields": {"external_id": "key"}}, COLUMNS)
