"""What does a file of spend or of outside numbers change, and what is told of spend that came twice?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from alignment.own_names import own_name
from alignment.programs.models import Campaign, Series, Spend
from alignment.refusals import Refused
from tests.leads.imports.bringing import bring, faults
from tests.leads.imports.kinds.filing import bring_columns, everything, statuses, undo, warnings

pytestmark = pytest.mark.django_db


def test_spend_of_a_day_or_of_a_span() -> None:
    of_days = bring_columns(
        "spend",
        "date,amount,currency,campaign,channel,source\n2024-01-01,10.50,USD,Spring,paid,google\n2024-01-01,,USD,,paid,\n2024-01-02,2,,,paid,\n",
        decimal=".",
    )
    assert statuses(of_days) == (2, 0, 0, 1)
    assert [fault[:2] + fault[3:] for fault in faults(of_days)] == [
        (3, "amount", "missing_value"),
    ]
    of_spans = bring_columns(
        "spend",
        "starts_at,ends_at,amount\n2024-01-01,2024-01-31,-100\n2024-01-01,,5\n2024-01-05,2024-01-01,5\n,2024-01-05,5\n",
    )
    assert statuses(of_spans) == (1, 0, 0, 3)
    assert [(line, column, code) for line, column, _value, code in faults(of_spans)] == [
        (3, "ends_at", "required"), (4, "ends_at", "invalid_span"), (5, None, "missing_value"),
    ]  # fmt: skip
    assert sorted(Spend.objects.values_list("starts_on", "ends_on", "amount", "currency", "campaign__name", "channel", "source")) == [
        (date(2024, 1, 1), date(2024, 1, 1), Decimal("10.5"), "USD", "Spring", "paid", "google"),
        (date(2024, 1, 1), date(2024, 1, 31), Decimal(-100), "EUR", None, None, None),
        (date(2024, 1, 2), date(2024, 1, 2), Decimal(2), "EUR", None, "paid", None),
    ]  # fmt: skip


def test_a_profile_of_spend_is_of_days_or_of_spans() -> None:
    with pytest.raises(Refused, match="date and starts_at and ends_at contradict"):
        bring_columns("spend", "date,starts_at,ends_at,amount\n2024-01-01,2024-01-01,2024-01-31,1\n")


@pytest.mark.parametrize("size", [1, 100])
@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("series", "metric,date,value\nvisits,2024-01-01,5\nVisits,2024-01-01,7\nvisits,2024-01-02,1\n"),
        ("rates", "currency,date,rate\nUSD,2024-01-01,0.9\nUSD,2024-01-01,0.8\nUSD,2024-01-02,0.9\n"),
    ],
)
def test_several_rows_of_a_file_for_one_value_are_told(kind: str, content: str, size: int) -> None:
    names = content.split("\n", 1)[0].split(",")
    document = bring(kind, content, {"kind": kind, "fields": {name: name for name in names}}, chunk_rows=size)
    assert warnings(document) == {"repeated_value": [3]}
    assert (
        bring_columns(kind, content.replace("2024-01-01,7\n", "2024-01-03,7\n").replace("01,0.8", "03,0.8"))["warnings"]
        == []
    )


def test_a_rate_of_the_reporting_currency_is_one() -> None:
    document = bring_columns("rates", "currency,date,rate\nEUR,2024-01-01,1.1\nEUR,2024-01-02,1\n")
    assert statuses(document) == (1, 0, 0, 1)
    assert [fault[3] for fault in faults(document)] == ["invalid_rate"]


def test_what_came_already_for_the_same_days_is_told_and_stays() -> None:
    first = bring_columns("spend", "starts_at,ends_at,amount,campaign,channel\n2024-01-01,2024-01-31,10,Spring,paid\n")
    second = bring_columns(
        "spend",
        "date,amount,campaign,channel\n2024-01-31,1,SPRING,paid\n2024-02-01,1,Spring,paid\n2024-01-31,1,Spring,\n"
        "2024-01-31,1,Autumn,paid\n",
    )
    assert (statuses(second), warnings(second)) == ((4, 0, 0, 0), {"spend_overlaps": [2]})
    assert f"undo import {first['id']}" in second["warnings"][0]["detail"]
    third = bring_columns("spend", "date,amount,campaign,channel\n2024-01-31,3,Spring,paid\n")
    assert f"import {first['id']} and {second['id']} already" in third["warnings"][0]["detail"]
    undo(first["id"])
    undo(second["id"])
    fourth = bring_columns("spend", "date,amount,campaign,channel\n2024-01-30,3,Spring,paid\n")
    assert fourth["warnings"] == []


def test_spend_that_a_system_knows_by_an_id_is_brought_up_to_date() -> None:
    first = bring_columns("spend", "external_id,date,amount,channel\n1,2024-01-01,10,paid\n")
    before = everything()
    second = bring_columns("spend", "external_id,date,amount,channel\n1,2024-01-01,12,\n2,2024-01-01,1,\n")
    assert (statuses(second), second["warnings"]) == ((1, 1, 0, 0), [])
    assert sorted(Spend.objects.values_list("external_id", "amount", "channel")) == [
        ("1", Decimal(12), "paid"),
        ("2", Decimal(1), None),
    ]
    assert undo(second["id"]).spared == []
    assert everything() == before
    bring_columns("spend", "external_id,date,amount\n1,2024-01-01,13\n")
    assert [one["table"] for one in undo(first["id"]).spared] == ["spend"]


def test_spend_that_was_exported_is_found_by_our_own_name() -> None:
    bring_columns("spend", "date,amount,campaign\n2024-01-01,10,Spring\n")
    name = own_name(Spend.objects.get().pk)
    content = (
        f"system,external_id,starts_at,ends_at,amount,campaign\nalignment,{name},2024-01-01,2024-01-01,{{}},Spring\n"
    )
    assert statuses(bring_columns("spend", content.format(10))) == (0, 0, 1, 0)
    assert statuses(bring_columns("spend", content.format(11))) == (0, 1, 0, 0)
    assert list(Spend.objects.values_list("amount", "system", "external_id")) == [(Decimal(11), "t", None)]


def test_a_campaign_that_was_exported_is_found_by_our_own_name() -> None:
    bring_columns("campaigns", "name,type\nSpring,fair\n")
    name = own_name(Campaign.objects.get().pk)
    document = bring_columns("campaigns", f"system,external_id,name,type\nalignment,{name},Spring,fair\n")
    assert (statuses(document), Campaign.objects.get().external_id) == ((0, 0, 1, 0), None)


def test_a_value_of_a_series_is_one_a_day_and_cut() -> None:
    document = bring_columns(
        "series",
        "metric,date,value,campaign,channel,source\nVisits,2024-01-01,10,,,\nvisits,2024-01-01,11,,,\n"
        "Visits,2024-01-01,2,Spring,,\nVisits,2024-01-01,3,,paid,\nVisits,2024-01-01,4,,Paid,\nRate,2024-01-01,-0.25,,,web\n"
        ",2024-01-01,1,,,\nVisits,,1,,,\nVisits,2024-01-02,many,,,\n",
        decimal=".",
    )
    assert statuses(document) == (5, 1, 0, 3)
    assert [(line, column, code) for line, column, _value, code in faults(document)] == [
        (8, "metric", "missing_value"), (9, "date", "missing_value"), (10, "value", "invalid_number"),
    ]  # fmt: skip
    rows = Series.objects.order_by("metric", "value").values_list(
        "metric", "value", "campaign__name", "channel", "source"
    )
    assert list(rows) == [
        ("Rate", Decimal("-0.25"), None, None, "web"), ("Visits", Decimal(2), "Spring", None, None),
        ("Visits", Decimal(3), None, "paid", None), ("Visits", Decimal(4), None, "Paid", None),
        ("Visits", Decimal(11), None, None, None),
    ]  # fmt: skip


def test_a_corrected_value_is_put_back_and_one_changed_since_is_spared() -> None:
    first = bring_columns("series", "metric,date,value\nVisits,2024-01-01,10\n")
    before = everything()
    second = bring_columns("series", "metric,date,value\nVISITS,2024-01-01,20\nVisits,2024-01-02,1\n")
    assert undo(second["id"]).spared == []
    assert everything() == before
    bring_columns("series", "metric,date,value\nVisits,2024-01-01,30\n")
    assert [(one["table"], one["why"]) for one in undo(first["id"]).spared] == [
        ("series", "it is in use or was changed since")
    ]
    assert Series.objects.get().value == 30
