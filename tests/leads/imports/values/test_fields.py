"""What does a field take from a row: of several columns, joined, multiplied, with its currency, exactly as it stands?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from alignment.programs.models import Spend
from leads.models import Deal, Lead, StageChange
from tests.leads.imports.bringing import bring, counts, faults

pytestmark = pytest.mark.django_db


def leads(content: str, fields: Mapping[str, object], **more: object) -> list[tuple[int, str | None, str | None, str]]:
    """Bring leads in; what was set aside."""
    return faults(bring("leads", content, {"kind": "leads", "system": "t", "fields": fields, **more}))


def deals(content: str, **fields: object) -> dict[str, tuple[Decimal | None, str | None]]:
    """Bring deals in, each column named like its field unless said otherwise: their amounts and currencies."""
    names = {name: name for name in content.split("\n", 1)[0].split(";")}
    profile = {"kind": "deals", "system": "t", "delimiter": ";", "create_leads": True, "fields": {**names, **fields}}
    document = bring("deals", content, profile)
    assert document["state"] == "done", document["question"]
    return {deal.external_id or "": (deal.amount, deal.currency) for deal in Deal.objects.all()}


def test_the_first_of_several_columns_that_is_not_empty() -> None:
    fields = {"external_id": {"columns": ["CONTACTID", "LEADID"]}, "email": {"columns": ["mail", "other"]}}
    content = (
        "LEADID,CONTACTID,mail,other\n1,2,,x@example.com\n3,, ,\n,4,y@example.com,z@example.com\n,,n@example.com,\n"
    )
    assert leads(content, fields) == []
    kept = Lead.objects.order_by("pk").values_list("external_id", "email")
    assert list(kept) == [("2", "x@example.com"), ("3", None), ("4", "y@example.com"), (None, "n@example.com")]


def test_columns_are_joined_by_a_text() -> None:
    fields = {
        "external_id": "id",
        "full_name": {"columns": ["first", "middle", "last"], "join": " "},
        "created_at": {"columns": ["day", "time"], "join": " "},
    }
    content = "id,first,middle,last,day,time\na,Ada,,Lovelace,25/06/2024,10:15\nb,,,Byron,01/07/2024,\n"
    assert leads(content, fields) == []
    kept = Lead.objects.order_by("pk").values_list("full_name", "created_at")
    assert list(kept) == [
        ("Ada Lovelace", datetime(2024, 6, 25, 10, 15, tzinfo=UTC)),
        ("Byron", datetime(2024, 7, 1, tzinfo=UTC)),
    ]


def test_a_value_that_is_set_aside_is_named_by_the_column_it_stands_in() -> None:
    fields = {"external_id": "id", "created_at": {"columns": ["a", "b"]}}
    assert leads("id,a,b\nx,,soon\ny,later,\n", fields) == [
        (2, "b", "soon", "invalid_date"),
        (3, "a", "later", "invalid_date"),
    ]


def test_numbers_are_multiplied() -> None:
    kept = deals(
        "external_id;amount;currency\na;1100.04;EUR\nb;;EUR\n", amount={"column": "amount", "times": 1_000_000}
    )
    assert kept == {"a": (Decimal("1100040000.0000"), "EUR"), "b": (None, "EUR")}


def test_attributes_are_kept_exactly_and_other_texts_lose_the_blanks_around_them() -> None:
    profile = {"external_id": "id", "title": "title", "attributes.note": "note"}
    assert leads("id,title,note,rest\n a ,  Head of  IT ,  two  blanks  ,\u00a0x \n", profile, rest="attributes") == []
    lead = Lead.objects.get()
    assert (lead.external_id, lead.title) == ("a", "Head of  IT")
    assert lead.attributes == {"note": "  two  blanks  ", "rest": "\u00a0x "}


def test_the_apostrophe_of_spreadsheets_is_taken_away_and_told() -> None:
    content = "id,title,note\na,'=SUM(A1),''+1 more\nb,'s-Hertogenbosch,'quoted'\n"
    fields = {"external_id": "id", "title": "title", "attributes.note": "note"}
    document = bring("leads", content, {"kind": "leads", "fields": fields})
    kept = Lead.objects.order_by("pk").values_list("title", "attributes__note")
    assert list(kept) == [("=SUM(A1)", "'+1 more"), ("'s-Hertogenbosch", "'quoted'")]
    (warning,) = document["warnings"]
    assert (warning["code"], warning["count"], warning["lines"]) == ("text_prefix", 2, [2, 2])
    assert warning["detail"].startswith("2 texts began with an apostrophe")


def test_the_apostrophe_stays_where_the_profile_keeps_it() -> None:
    fields = {"external_id": "id", "title": "title"}
    document = bring("leads", "id,title\na,'=SUM(A1)\n", {"kind": "leads", "text_prefix": "keep", "fields": fields})
    assert Lead.objects.get().title == "'=SUM(A1)"
    assert document["warnings"] == []


def test_attributes_as_an_object_with_some_of_their_own_columns() -> None:
    fields = {"external_id": "id", "attributes": "all", "attributes.size": "size"}
    rows = [{"size": "S", "seats": 7, "tags": ["a", None], "deep": {"x": 1.5}}, {}, ["no"], "not JSON"]
    written = [json.dumps(row) if row != "not JSON" else "{" for row in rows]
    lines = ["id\tall\tsize", *(f"{n}\t{text}\t{'L' if not n else ''}" for n, text in enumerate(written))]
    document = bring("leads", "\n".join(lines), {"kind": "leads", "delimiter": "\t", "quote": "'", "fields": fields})
    assert faults(document) == [(4, "all", '["no"]', "invalid_json"), (5, "all", "{", "invalid_json")]
    kept = list(Lead.objects.order_by("pk").values_list("attributes", flat=True))
    assert kept == [{"size": "L", "seats": 7, "tags": ["a", None], "deep": {"x": 1.5}}, {}]


def test_a_row_says_from_which_system_it_is() -> None:
    assert leads("id,from\n1,shop\n1,crm\n1,\n", {"external_id": "id", "system": "from"}) == []
    assert sorted(Lead.objects.values_list("system", "external_id")) == [("crm", "1"), ("shop", "1"), ("t", "1")]


def test_map_and_blank_are_written_as_in_json_whatever_the_column_uses() -> None:
    amount = {"column": "amount", "map": {"small": 1000.5, "none": None}, "blank": 0.25}
    kept = deals("external_id;amount\na;12,50\nb;small\nc;\nd;none\ne;-\n", amount=amount)
    assert {key: value for key, (value, _currency) in kept.items()} == {
        "a": Decimal("12.5"),
        "b": Decimal("1000.5"),
        "c": Decimal("0.25"),
        "d": Decimal("0.25"),
        "e": Decimal("0.25"),
    }


class TestCurrency:
    """The row states it, else an unambiguous mark does, else it is the reporting one."""

    def test_an_unambiguous_mark_gives_the_currency_where_none_is_stated(self) -> None:
        content = "external_id;amount\na;1.363,90 €\nb;£ 5\nc;R$ 100.000,00\nd;USD 7\ne;8\n"
        assert deals(content) == {
            "a": (Decimal("1363.9"), "EUR"),
            "b": (Decimal(5), "GBP"),
            "c": (Decimal(100_000), "BRL"),
            "d": (Decimal(7), "USD"),
            "e": (Decimal(8), "EUR"),
        }

    def test_what_is_stated_goes_before_and_may_not_contradict(self) -> None:
        content = "external_id;amount;currency\na;€5;EUR\nb;€5;USD\nc;$5;CAD\nd;$5;EUR\ne;£5;\nf;5 kr;sek\n"
        fields = {name: name for name in ("external_id", "amount", "currency")}
        profile = {"kind": "deals", "delimiter": ";", "create_leads": True, "fields": fields}
        document = bring("deals", content, profile)
        assert faults(document) == [
            (3, "amount", "€5", "contradicting_currency"),
            (5, "amount", "$5", "contradicting_currency"),
        ]
        kept = {deal.external_id: deal.currency for deal in Deal.objects.all()}
        assert kept == {"a": "EUR", "c": "CAD", "e": "GBP", "f": "SEK"}

    def test_a_mark_of_several_currencies_states_none_and_is_told_with_how_many(self) -> None:
        content = "external_id,amount\na,$115.00K\nb,$5.70K\nc,7\n"
        fields = {"external_id": "external_id", "amount": "amount"}
        document = bring("deals", content, {"kind": "deals", "create_leads": True, "fields": fields}, chunk_rows=1)
        assert {deal.currency for deal in Deal.objects.all()} == {"EUR"}
        (warning,) = document["warnings"]
        assert (warning["code"], warning["count"], warning["lines"]) == ("currency_mark", 2, [2, 3])
        assert warning["detail"].startswith(
            "2 amounts with “$”, a mark of several currencies, were taken as EUR, the reporting currency; "
            "if that is wrong, state the currency in the profile"
        )

    def test_one_value_alone_may_mean_two_amounts_whatever_stands_around_it(self) -> None:
        fields = {"external_id": "external_id", "amount": "amount"}
        document = bring("deals", "external_id,amount\na,R$ 100.000\n", {"kind": "deals", "fields": fields})
        question = document["question"]
        assert question is not None
        assert (document["state"], question["code"], question["value"]) == (
            "needs_answer",
            "ambiguous_decimal",
            "R$ 100.000",
        )
        assert "in the profile" not in str(question["detail"])
        assert "may be R$ 100.00 (.) or R$ 100,000.00 (,)" in str(question["detail"])

    def test_each_mark_is_named_with_how_many_it_stood_at(self) -> None:
        content = "external_id,amount\na,¥1\nb,$2\nc,¥3\nd,C$4\ne,A$5\nf,S$6\n"
        fields = {"external_id": "external_id", "amount": "amount"}
        document = bring("deals", content, {"kind": "deals", "create_leads": True, "fields": fields}, chunk_rows=1)
        kept = dict(Deal.objects.values_list("external_id", "currency"))
        assert kept == {"a": "EUR", "b": "EUR", "c": "EUR", "d": "CAD", "e": "AUD", "f": "SGD"}
        (warning,) = document["warnings"]
        assert warning["detail"].startswith(
            "3 amounts with “¥” (2), “$” (1), marks of several currencies, were taken as EUR"
        )

    def test_more_decimals_than_are_kept_are_told_unless_they_are_noise(self) -> None:
        content = "external_id,amount\na,1.23456\nb,1.23450\nc,0.30000000000000004\nd,1234.5600000000002\ne,0.00004\n"
        fields = {"external_id": "external_id", "amount": "amount"}
        document = bring("deals", content, {"kind": "deals", "create_leads": True, "fields": fields}, chunk_rows=2)
        (warning,) = document["warnings"]
        assert (warning["code"], warning["count"], warning["lines"]) == ("rounded", 2, [2, 6])
        assert warning["detail"].startswith(
            "2 amounts had more than four decimals and were rounded to four (lines 2, 6)"
        )

    def test_what_has_no_currency_of_its_own_is_in_the_reporting_one(self) -> None:
        fields = {"name": "name", "annual_revenue": "revenue"}
        content = "name;revenue\nA;5 Mio. €\nB;$5M\nC;$1.5M USD\n"
        document = bring(
            "companies", content, {"kind": "companies", "delimiter": ";", "decimal": ".", "fields": fields}
        )
        assert faults(document) == [(4, "revenue", "$1.5M USD", "contradicting_currency")]
        assert [warning["code"] for warning in document["warnings"]] == ["currency_mark"]


def test_one_wide_file_comes_in_by_several_profiles() -> None:
    content = "week,tv,print\n2024-01-01,10,10\n2024-01-08,10,20\n"
    for channel in ("tv", "print"):
        fields = {"date": "week", "amount": channel, "channel": {"value": channel}}
        for times in ((2, 0), (0, 2)):
            document = bring("spend", content, {"kind": "spend", "system": "media", "fields": fields})
            assert counts(document) == ("done", 2, times[0], 0, times[1], 0)
    kept = sorted(Spend.objects.values_list("starts_on", "channel", "amount"))
    assert [(str(day), channel, int(amount)) for day, channel, amount in kept] == [
        ("2024-01-01", "print", 10),
        ("2024-01-01", "tv", 10),
        ("2024-01-08", "print", 20),
        ("2024-01-08", "tv", 10),
    ]


def test_stages_side_by_side_in_one_file_come_in_by_a_profile_each() -> None:
    content = "id,mql,won\na,2024-01-02,2024-02-03\n"
    for stage in ("mql", "won"):
        fields = {"lead_external_id": "id", "stage": {"value": stage}, "at": stage}
        document = bring("stages", content, {"kind": "stages", "create_leads": True, "fields": fields})
        assert counts(document) == ("done", 1, 1, 0, 0, 0)
    assert sorted(StageChange.objects.values_list("to", flat=True)) == ["mql", "won"]


def test_leads_without_id_are_the_same_though_the_profile_says_more_than_before() -> None:
    content = "name,firm,born\nAda,Engines,2024-01-02\n"
    first = {"full_name": "name", "created_at": "born"}
    assert leads(content, first) == []
    document = bring(
        "leads",
        content,
        {"kind": "leads", "system": "t", "fields": {**first, "company": "firm", "source": {"value": "x"}}},
    )
    assert counts(document)[1:4] == (1, 0, 1)
    assert Lead.objects.count() == 1
