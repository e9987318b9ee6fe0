"""Pages of a large company say what was counted a moment ago, from when it is, and the same as live; everybody else reads live."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from alignment.people.models import User
from kpis.agreed.headlines import five_numbers
from kpis.leaks.kept import gather, leakage_as_kept, risk_as_kept
from kpis.leaks.queries.flags import Only
from kpis.leaks.report import leakage
from kpis.models import KeptPage
from kpis.pages import answers, kept
from kpis.pages.figures_kept import five_as_json, five_from_json
from kpis.pages.periods import presets
from kpis.pages.questions import Question
from kpis.pages.report_pages import PAGES
from kpis.pages.tasks import keep_answer
from kpis.reports.funnel import funnel, funnel_of_cells
from leads.handoffs.comebacks import SPANS
from tests.clocks import present_is
from tests.world import NOW, Cast

AFTER = NOW + timedelta(seconds=12)
LATER = NOW + timedelta(seconds=61)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch, people: Cast) -> Cast:
    """A company that counts as large, with figures of its own that nobody has counted yet."""
    cache.clear()
    monkeypatch.setattr(answers, "LARGE", 1)
    return people


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch, large: Cast) -> Cast:
    """The same; the worker has counted what everybody looks at, and a moment has passed."""
    kept.keep_due(now=NOW)
    present_is(AFTER, monkeypatch)
    return large


def page(user: User, address: str, status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def main_of(html: str) -> str:
    """What the page says, without what is drawn anew at each time, and without the instants in its links."""
    said = html[html.index("<main") : html.index("<footer")]
    return re.sub(r"(as_of|known_at)=[^&\"]*|nonce=\"[^\"]*\"", "", said)


@pytest.mark.parametrize(
    "only", [Only(still_open=True, kind=k, side=s) for k in (None, "unrouted", "untouched") for s in (None, "sales")]
)
def test_leakage_as_kept_is_the_report(people: Cast, only: Only) -> None:
    params = kept.leakage_question(NOW).but(limit="3").params
    live = leakage(params, None, only)
    found = gather(params)
    assert leakage_as_kept(found, params, only) == live
    if only == Only(still_open=True):
        assert live["open"] > 3
        assert risk_as_kept(found)["value_at_risk"] == live["value_at_risk"]


def test_the_five_numbers_come_back_in_the_same_words(people: Cast) -> None:
    live = five_numbers(now=NOW, user=people.marketer)
    again = five_from_json(five_as_json(live), NOW)
    assert live.numbers
    assert [replace(one, measure=None) for one in live.numbers] == again.numbers


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/leakage/",
        "/leakage/?order=value",
        "/leakage/?state=all&kind=untouched",
        "/explore/",
        "/explore/?compare=source&by=month",
        "/campaigns/",
        "/my-leads/",
        "/my-leads/?whose=mine",
        "/my-leads/?whose=all",
        *(f"/reports/{key}/" for key in PAGES),
        "/reports/velocity/?by=source",
        "/reports/money/?by=campaign",
    ],
)
def test_a_kept_page_says_what_it_says_live(people: Cast, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    live = main_of(page(people.marketer, address))
    monkeypatch.setattr(answers, "LARGE", 1)
    first, again = (main_of(page(people.marketer, address)) for _time in range(2))
    assert KeptPage.objects.exists()
    assert first == again == live


def test_pages_say_what_was_kept_and_from_when(counted: Cast) -> None:
    row = KeptPage.objects.get(key__startswith="all-that-leaks:")
    row.text = json.dumps({**row.document, "counts": [["unrouted", "sales", 4321]]})
    row.save()
    for address in ("/", "/leakage/", "/reports/funnel/", "/explore/", "/campaigns/"):
        assert "Figures as of" in page(counted.marketer, address), address
    for address in ("/", "/leakage/", "/?start=2024-01-03&end=2024-02-02"):  # one number, wherever it is told
        assert "4,321" in page(counted.marketer, address), address


def test_who_sees_some_leads_and_who_asks_about_the_past_reads_live(counted: Cast) -> None:
    rows = KeptPage.objects.count()
    assert "Figures as of" not in page(counted.partner, "/")
    assert "Figures as of" not in page(counted.partner, "/leakage/")
    assert "Figures as of" not in page(counted.marketer, "/reports/funnel/?as_of=2024-06-01")
    assert KeptPage.objects.count() == rows


def test_a_new_question_of_a_very_large_company_is_counted_by_the_worker(
    large: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PATIENT", 1)
    asked: list[Any] = []
    monkeypatch.setattr(keep_answer, "delay", lambda *given: asked.append(given))
    address = "/reports/velocity/?start=2024-01-03&end=2024-02-02&by=source"
    assert "looks again" in page(large.marketer, address, status=202)
    assert "looks again" in page(large.manager, address, status=202)
    assert len(asked) == 1  # one is at it already
    keep_answer(*asked[0])
    assert "Figures as of" in page(large.marketer, address)


def test_a_funnel_by_a_cut_comes_from_cells_whatever_days_are_asked_about(
    large: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PATIENT", 1)
    for days in ("start=2024-01-01&end=2025-01-01", "start=2024-02-03&end=2024-06-02"):
        assert "Figures as of" in page(large.marketer, f"/reports/funnel/?by=source&{days}")
    params = Question({"start": ("2024-02-03",), "end": ("2024-06-02",), "by": ("source",)}, NOW).params
    counted, live = funnel_of_cells(params, None), funnel(params)
    assert counted is not None
    assert [(group["group"], group["entered"]) for group in counted["groups"]] == [  # type: ignore[attr-defined]
        (group["group"], group["entered"])
        for group in live["groups"]  # type: ignore[attr-defined]
        if group["entered"]
    ]
    assert not KeptPage.objects.filter(key__startswith="report-funnel:").exists()


def test_who_would_rather_wait_gets_the_answer(large: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "PATIENT", 1)
    monkeypatch.setattr(keep_answer, "delay", lambda *_given: None)
    page(large.marketer, "/explore/", status=202)
    assert "Figures as of" in page(large.marketer, "/explore/?wait=1")


def test_what_cannot_be_answered_is_said_by_the_page_and_by_who_counts(
    large: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PATIENT", 1)
    asked: list[Any] = []
    monkeypatch.setattr(keep_answer, "delay", lambda *given: asked.append(given))
    address = "/reports/leakage/?by=source"
    page(large.marketer, address, status=202)
    keep_answer(*asked[0])
    assert "cannot be answered" in page(large.marketer, address, status=400)


def test_who_looks_at_an_answer_that_is_due_has_it_counted_anew(counted: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(keep_answer, "delay", lambda *given: asked.append(given))
    page(counted.marketer, "/campaigns/")
    assert asked == []
    present_is(LATER, monkeypatch)
    page(counted.marketer, "/campaigns/")
    assert [given[0] for given in asked] == ["campaigns"]
    keep_answer(*asked[0])
    assert KeptPage.objects.get(key__startswith="campaigns:").at == LATER


def test_each_question_that_everybody_asks_is_kept_once(large: Cast) -> None:
    asked = {
        answers.key_of(one.name, one.question, one.more) for one in kept.standing(NOW)
    }  # twelve months may be a year, too
    assert kept.keep_due(now=NOW) == len(asked)
    assert sorted(KeptPage.objects.values_list("key", flat=True)) == sorted(asked)
    named = Counter(key.partition(":")[0] for key in asked)
    of_reports = {f"report-{key}": n for key in PAGES if (n := named.pop(f"report-{key}"))}
    assert dict(named) == {
        "all-that-leaks": 1, "five-numbers": 1, "months": 1, "dashboard": len({*presets(NOW.date()).values()}), "campaigns": 1, "leaks": 1,
        "why-they-came-back": len(SPANS), "explorer": 1,
    }  # fmt: skip
    assert 1 <= of_reports.pop("report-funnel") <= 1 + kept.YEARS
    assert of_reports == {f"report-{key}": 1 for key in PAGES if key != "funnel"}


def test_what_is_kept_is_renewed_when_a_minute_has_passed(counted: Cast) -> None:
    assert kept.keep_due(now=AFTER) == 0
    assert kept.keep_due(now=LATER) == 4
    renewed = [key.partition(":")[0] for key in KeptPage.objects.filter(at=LATER).values_list("key", flat=True)]
    assert sorted(renewed) == ["all-that-leaks", "dashboard", "five-numbers", "months"]


def test_what_was_counted_long_ago_is_counted_anew_before_it_is_shown(
    counted: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PATIENT", 1)
    asked: list[Any] = []
    monkeypatch.setattr(keep_answer, "delay", lambda *given: asked.append(given))
    present_is(NOW + answers.SHOWN_FOR, monkeypatch)
    assert "Figures as of" in page(counted.marketer, "/campaigns/")
    present_is(NOW + answers.SHOWN_FOR + timedelta(seconds=1), monkeypatch)
    assert "looks again" in page(counted.marketer, "/campaigns/", status=202)
    keep_answer(*asked[0])
    assert "Figures as of" in page(counted.marketer, "/campaigns/")


def test_an_older_answer_never_takes_the_place_of_a_newer_one(counted: Cast) -> None:
    question = Question({}, NOW - timedelta(hours=1))
    answers.keep("campaigns", question)
    assert KeptPage.objects.get(key=answers.key_of("campaigns", question)).at == NOW


def test_what_rests_on_something_else_or_is_too_old_says_nothing(
    counted: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(late: timedelta) -> object:
        return answers.look_up(kept.ALL_THAT_LEAKS, kept.leakage_question(NOW + late))

    assert found(timedelta(hours=23)) is not None
    assert found(answers.TOO_OLD) is None
    monkeypatch.setattr(answers, "SHAPE", answers.SHAPE + 1)
    assert found(timedelta(seconds=12)) is None
    monkeypatch.undo()
    KeptPage.objects.update(rests_on={})
    assert found(timedelta(seconds=12)) is None


def test_a_small_company_keeps_nothing(counted: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LARGE", 1_000_000)
    assert kept.keep_due(now=AFTER) == 0
    assert not KeptPage.objects.exists()
