"""Pages of a large company say what the worker read, from when it is, and the same as live; everybody else reads live."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from alignment.people.models import User
from kpis.agreed.headlines import five_numbers
from kpis.leaks.kept import gather, leakage_as_kept, risk_as_kept
from kpis.leaks.queries.flags import Only
from kpis.leaks.report import leakage
from kpis.models import KeptPage
from kpis.pages import kept
from kpis.pages.figures_kept import as_json, from_json, read_figures
from kpis.pages.overview import asked
from kpis.pages.periods import read_period
from tests.clocks import present_is
from tests.world import NOW, Cast

AFTER = NOW + timedelta(seconds=12)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch, people: Cast) -> Cast:
    """A company that counts as large, of which the worker has read the pages."""
    monkeypatch.setattr(kept, "LARGE", 1)
    assert kept.keep_due(now=NOW) == 7
    present_is(AFTER, monkeypatch)
    return people


def page(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


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


def test_figures_come_back_as_they_were_counted(people: Cast) -> None:
    today = NOW.date()
    period = read_period({}, today)
    counted = read_figures(asked(period, NOW), period, today, None)
    assert counted.leaks
    assert from_json(as_json(counted)) == counted


def test_the_five_numbers_come_back_in_the_same_words(large: Cast) -> None:
    live, again = five_numbers(now=NOW, user=large.marketer), kept.kept_five(large.marketer, AFTER)
    assert again is not None
    assert live.numbers
    assert [replace(one, measure=None) for one in live.numbers] == again.numbers
    assert kept.kept_five(large.partner, AFTER) is None


def test_pages_say_what_was_kept_and_from_when(large: Cast) -> None:
    KeptPage.objects.filter(key="leakage").update(
        document={**KeptPage.objects.get(key="leakage").document, "counts": [["unrouted", "sales", 4321]]}
    )
    for address in ("/", "/leakage/"):
        assert "Figures as of" in page(large.marketer, address), address
    assert "4,321" in page(large.marketer, "/leakage/")


def test_partners_and_other_days_are_read_live(large: Cast) -> None:
    assert "Figures as of" not in page(large.partner, "/")
    assert "Figures as of" not in page(large.partner, "/leakage/")
    assert "Figures as of" not in page(large.marketer, "/?start=2024-01-03&end=2024-02-02")
    assert "Figures as of" not in page(large.marketer, "/leakage/?state=all")


def test_what_is_kept_is_renewed_when_a_minute_has_passed(large: Cast) -> None:
    assert kept.keep_due(now=AFTER) == 0
    assert kept.keep_due(now=NOW + timedelta(seconds=61)) == 3
    assert KeptPage.objects.get(key="leakage").at == NOW + timedelta(seconds=61)


def test_what_rests_on_something_else_or_is_too_old_says_nothing(large: Cast) -> None:
    assert kept.kept_leakage(large.marketer, AFTER) is not None
    assert kept.kept_leakage(large.marketer, NOW + kept.TOO_OLD) is None
    KeptPage.objects.update(rests_on={})
    assert kept.kept_leakage(large.marketer, AFTER) is None


def test_a_small_company_keeps_nothing(large: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LARGE", 1_000_000)
    assert kept.keep_due(now=AFTER) == 0
    assert not KeptPage.objects.exists()
