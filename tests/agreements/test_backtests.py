"""Backtests: asked for by people, computed once by one worker, taken over from a dead one, failing without harm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from alignment.agreements.backtests import LEASE, MOST_ATTEMPTS, MOST_DAYS, ask_backtest, compute, run_waiting
from alignment.agreements.drafts import change_draft
from alignment.agreements.kinds import BacktestQuestion, Report
from alignment.agreements.models import Backtest, Version
from alignment.refusals import Refused
from tests import world
from tests.agreements.at_once import all_at_once
from tests.agreements.lunch import a_draft, a_proposal, agreed, registered
from tests.clocks import present_is
from tests.world import NOW, Cast

SOON = NOW + LEASE + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(NOW, monkeypatch)


def asked(version: Version, cast: Cast, **fields: Any) -> Backtest:
    return ask_backtest(version, by=cast.marketer, now=NOW, **fields)


def minutes(backtest: Backtest) -> int:
    assert backtest.result is not None
    return int(backtest.result["minutes"])


def code(step: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        step()
    return caught.value.code


def test_it_is_computed_and_kept_with_the_version(cast: Cast) -> None:
    agreed(cast, NOW - timedelta(days=1), 30)
    made = asked(a_proposal(cast.marketer, NOW, 45), cast, days=7)
    assert (made.state, made.ends_at, made.asked_by) == ("queued", NOW, cast.marketer)
    assert run_waiting() == 1
    made.refresh_from_db()
    assert (made.state, made.progress, made.finished_at, made.lease_until, made.error) == ("done", 1.0, NOW, None, "")
    assert made.result == {"minutes": 45, "days": 7, "against_version": 1}
    assert run_waiting() == 0


def test_a_version_is_not_held_against_itself(cast: Cast) -> None:
    asked(agreed(cast, NOW, 30), cast)
    run_waiting()
    result = Backtest.objects.get().result
    assert result is not None
    assert result["against_version"] is None


def test_the_same_question_asked_while_it_waits_is_one(cast: Cast) -> None:
    version = a_draft(cast.marketer, NOW)
    first = asked(version, cast)
    assert asked(version, cast).pk == first.pk
    assert asked(version, cast, days=7).pk != first.pk
    assert asked(version, cast, sampled=True).pk != first.pk
    assert asked(version, cast, ends_at=NOW - timedelta(days=1)).pk != first.pk
    change_draft(version.pk, by=cast.marketer, now=NOW, document={"minutes": 50})
    assert asked(version, cast).pk != first.pk
    assert run_waiting() == 5
    assert sorted(minutes(b) for b in Backtest.objects.all()) == [45, 45, 45, 45, 50]
    assert asked(version, cast).state == "queued"


def test_what_cannot_be_asked_is_refused(cast: Cast) -> None:
    version = a_draft(cast.marketer, NOW)
    for days in (0, -1, MOST_DAYS + 1):
        assert code(lambda days=days: asked(version, cast, days=days)) == "invalid_number"  # type: ignore[misc]
    assert code(lambda: asked(version, cast, ends_at=NOW + timedelta(seconds=1))) == "in_the_future"
    assert code(lambda: ask_backtest(version, by=cast.manager, now=NOW)) == "may_not_write"
    assert code(lambda: ask_backtest(version, by=cast.partner, now=NOW)) == "not_found"
    with registered(backtest=None):
        assert code(lambda: asked(version, cast)) == "no_backtest"
    assert not Backtest.objects.exists()


def test_a_failure_is_told_with_it_and_harms_nobody_else(cast: Cast) -> None:
    def burnt(question: BacktestQuestion, report: Report) -> dict[str, Any]:
        if question.days == 1:
            raise RuntimeError("secret of the oven")
        if question.days == 2:
            raise Refused("no_data", "There is nothing to try it on.")
        return {"days": question.days}

    version = a_draft(cast.marketer, NOW)
    made = [asked(version, cast, days=days) for days in (1, 2, 3)]
    with registered(backtest=burnt):
        assert run_waiting() == 3
    found = [Backtest.objects.get(pk=one.pk) for one in made]
    assert [one.state for one in found] == ["failed", "failed", "done"]
    assert [one.error for one in found] == [
        "Something unexpected stopped it: RuntimeError.",
        "There is nothing to try it on.",
        "",
    ]


def test_what_a_dead_worker_left_is_taken_over_once_its_lease_is_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = asked(a_draft(cast.marketer, NOW), cast)
    Backtest.objects.update(state="running", lease_until=NOW + LEASE, progress=0.7)
    assert run_waiting() == 0
    present_is(SOON, monkeypatch)
    assert run_waiting() == 1
    made.refresh_from_db()
    assert (made.state, made.finished_at) == ("done", SOON)


def test_who_was_silent_too_long_finds_it_taken_and_changes_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow worker goes on computing while another one takes over, finishes, and is right."""

    def slow(question: BacktestQuestion, report: Report) -> dict[str, Any]:
        present_is(SOON, monkeypatch)
        with registered():
            assert run_waiting() == 1
        report(0.9)
        raise AssertionError("The report tells that it is over.")

    def slow_without_a_word(question: BacktestQuestion, report: Report) -> dict[str, Any]:
        present_is(SOON, monkeypatch)
        with registered():
            assert run_waiting() == 1
        return {"too": "late"}

    def slow_and_broken(question: BacktestQuestion, report: Report) -> dict[str, Any]:
        slow_without_a_word(question, report)
        raise RuntimeError("late too")

    for worker in (slow, slow_without_a_word, slow_and_broken):
        present_is(NOW, monkeypatch)
        version = a_draft(cast.marketer, NOW)
        made = asked(version, cast)
        with registered(backtest=worker):
            assert run_waiting() == 1
        made.refresh_from_db()
        assert (made.state, made.error, minutes(made)) == ("done", "", 45)


def test_progress_is_told_and_keeps_the_lease(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[float, object]] = []

    def steady(question: BacktestQuestion, report: Report) -> dict[str, Any]:
        for minute, share in enumerate((0.25, 7.0, -1.0)):
            present_is(NOW + timedelta(minutes=4 * (minute + 1)), monkeypatch)
            report(share)
            kept = Backtest.objects.get()
            seen.append((kept.progress, kept.lease_until))
        return {}

    asked(a_draft(cast.marketer, NOW), cast)
    with registered(backtest=steady):
        run_waiting()
    assert seen == [
        (0.25, NOW + timedelta(minutes=9)),
        (1.0, NOW + timedelta(minutes=13)),
        (0.0, NOW + timedelta(minutes=17)),
    ]
    assert Backtest.objects.get().state == "done"


def test_an_older_form_of_the_terms_is_tried_as_it_reads_today(cast: Cast) -> None:
    version = a_draft(cast.marketer, NOW)
    Version.objects.filter(pk=version.pk).update(schema=1, terms={"hours": 2})
    asked(version, cast)
    run_waiting()
    found = Backtest.objects.get()
    assert (found.state, found.terms["minutes"], minutes(found)) == ("done", 120, 120)


@pytest.mark.django_db(transaction=True)
def test_two_workers_compute_each_once() -> None:
    cast = world.cast()
    computed: list[int] = []
    both = Event()

    def counted(question: BacktestQuestion, report: Report) -> dict[str, Any]:
        computed.append(question.days)
        if len(computed) > 1:
            both.set()
        assert both.wait(timeout=30), "the other worker takes the next one meanwhile"
        return {}

    version = a_draft(cast.marketer, NOW)
    for days in range(1, 7):
        asked(version, cast, days=days)
    with registered(backtest=counted):
        assert all_at_once([run_waiting, run_waiting]) == ["done", "done"]
    assert sorted(computed) == [1, 2, 3, 4, 5, 6]
    assert set(Backtest.objects.values_list("state", flat=True)) == {"done"}


def test_one_that_is_taken_is_computed_by_hand_too(cast: Cast) -> None:
    made = asked(a_draft(cast.marketer, NOW), cast)
    Backtest.objects.update(state="running", lease_until=NOW + LEASE)
    assert compute(Backtest.objects.get(pk=made.pk)).state == "done"


def test_one_that_takes_its_worker_down_every_time_is_given_up(cast: Cast) -> None:
    made = asked(a_draft(cast.marketer, NOW), cast)
    Backtest.objects.update(state="running", lease_until=NOW - LEASE, attempts=MOST_ATTEMPTS)
    run_waiting()
    made.refresh_from_db()
    assert (made.state, made.lease_until) == ("failed", None)
    assert "each time its worker was gone" in made.error
