"""From when until when: now, at a date, overtaken, put back; the past can be asked and never changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from alignment.agreements import selectors
from alignment.agreements.dates import read_effective_from
from alignment.agreements.deciding import propose, sign
from alignment.agreements.in_force import all_in_force, in_force, periods_of
from alignment.agreements.laying_in import is_signed, lay_in
from alignment.agreements.models import Period, Version
from alignment.agreements.overriding import override, revert
from alignment.agreements.periods import begin_due
from alignment.clock import BEGINNING
from alignment.people.models import Organisation
from alignment.refusals import Refused
from tests.agreements import lunch
from tests.agreements.lunch import LUNCH, a_draft, a_proposal, agreed, registered
from tests.world import NOW, Cast

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


def number(at: datetime, key: str = "monday") -> int | None:
    found = in_force(LUNCH, key, at)
    return found.number if found else None


def state(version: Version, now: datetime) -> str:
    return selectors.standing(Version.objects.get(pk=version.pk), now).state


def test_a_later_date_is_scheduled_until_it_comes(cast: Cast) -> None:
    first = agreed(cast, NOW - DAY, 10)
    second = agreed(cast, NOW, 20, effective_from=NOW + DAY)
    assert (state(first, NOW), state(second, NOW)) == ("in_force", "scheduled")
    assert (number(NOW + DAY - TICK), number(NOW + DAY)) == (1, 2)
    assert (state(first, NOW + DAY), state(second, NOW + DAY)) == ("superseded", "in_force")
    assert [(p.number, p.since, p.until) for p in periods_of(LUNCH, "monday")] == [
        (1, NOW - DAY, NOW + DAY),
        (2, NOW + DAY, None),
    ]


def test_what_is_signed_meanwhile_holds_until_the_date(cast: Cast) -> None:
    agreed(cast, NOW - DAY, 10)
    agreed(cast, NOW, 20, effective_from=NOW + 3 * DAY)
    third = agreed(cast, NOW + DAY, 30)
    assert [number(NOW + n * DAY) for n in (-2, -1, 0, 1, 2, 3, 9)] == [None, 1, 1, 3, 3, 2, 2]
    assert state(third, NOW + 4 * DAY) == "superseded"


def test_the_last_signature_counts_where_it_comes_after_the_date(cast: Cast) -> None:
    version = a_proposal(cast.marketing_lead, NOW, effective_from=NOW + DAY)
    sign(version.pk, by=cast.sales_lead, now=NOW + 3 * DAY)
    assert [number(NOW + n * DAY) for n in (1, 2)] == [None, None]
    assert number(NOW + 3 * DAY) == 1


def test_of_two_for_the_same_instant_the_one_settled_last_holds(cast: Cast) -> None:
    first = agreed(cast, NOW, 10, effective_from=NOW + DAY)
    agreed(cast, NOW, 20, effective_from=NOW + DAY)
    assert [p.number for p in periods_of(LUNCH, "monday")] == [2]
    assert state(first, NOW) == "superseded"
    begin_due(now=NOW + 2 * DAY)
    assert [minutes for _, minutes, _ in lunch.begun] == [20]


def test_an_earlier_date_lets_the_later_one_stand(cast: Cast) -> None:
    agreed(cast, NOW, 10, effective_from=NOW + 3 * DAY)
    agreed(cast, NOW, 20, effective_from=NOW + DAY)
    assert [number(NOW + n * DAY) for n in (0, 1, 2, 3)] == [None, 2, 2, 1]


def test_the_kind_hears_of_a_seal_at_once_and_of_the_beginning_when_it_comes(cast: Cast) -> None:
    version = agreed(cast, NOW, 20, effective_from=NOW + DAY)
    assert lunch.sealed == [(version.pk, 20, NOW + DAY)]
    assert (lunch.begun, begin_due(now=NOW + DAY - TICK)) == ([], 0)
    assert begin_due(now=NOW + DAY) == 1
    assert lunch.begun == [(version.pk, 20, NOW + DAY)]
    assert begin_due(now=NOW + 2 * DAY) == 0


def test_a_kind_that_fails_to_begin_is_tried_again_and_keeps_nobody_waiting(cast: Cast) -> None:
    agreed(cast, NOW, key="friday", effective_from=NOW + DAY)
    agreed(cast, NOW, 999 // 9, key="monday", effective_from=NOW + DAY)

    def begun(version_id: int, terms: lunch.LunchTerms, _scope: object) -> None:
        if terms.minutes == 111:
            raise RuntimeError("The oven is off.")
        lunch.begun.append((version_id, terms.minutes, NOW))

    with registered(begun=begun):
        assert begin_due(now=NOW + DAY) == 1
        assert [minutes for _, minutes, _ in lunch.begun] == [45]
    assert begin_due(now=NOW + DAY) == 1


def test_the_past_is_asked_and_does_not_change(cast: Cast) -> None:
    agreed(cast, NOW - 3 * DAY, 10)
    asked = [NOW - n * DAY for n in range(5)]
    before = {at: number(at) for at in asked if at < NOW}
    agreed(cast, NOW, 20)
    override(a_draft(cast.marketer, NOW + DAY, 30).pk, by=cast.operator, reason="Now.", now=NOW + DAY)
    assert {at: number(at) for at in asked if at < NOW} == before
    assert (number(NOW), number(NOW + DAY)) == (2, 3)


def test_an_override_taken_back_puts_back_what_held_and_keeps_what_was_settled(cast: Cast) -> None:
    agreed(cast, NOW - DAY, 10)
    agreed(cast, NOW - DAY, 20, effective_from=NOW + 5 * DAY)
    made = override(a_draft(cast.marketer, NOW, 30).pk, by=cast.operator, reason="Now.", now=NOW)
    revert(made.pk, by=cast.operator, now=NOW + 2 * DAY)
    assert [number(NOW + n * DAY) for n in (-1, 0, 1, 2, 4, 5)] == [1, 3, 3, 1, 1, 2]
    assert Period.objects.filter(version__number=1, agreement__kind=LUNCH).count() == 2
    first = Version.objects.get(number=1, agreement__kind=LUNCH)
    assert [state(first, NOW + n * DAY) for n in (0, 1, 2)] == ["scheduled", "scheduled", "in_force"]


def test_an_override_of_nothing_taken_back_leaves_nothing(cast: Cast) -> None:
    made = override(a_draft(cast.marketer, NOW).pk, by=cast.operator, reason="Now.", now=NOW)
    assert revert(made.pk, by=cast.operator, now=NOW + DAY) is None
    assert [number(NOW + n * DAY) for n in (-1, 0, 1)] == [None, 1, None]


def test_an_override_that_was_followed_waits_for_nobody(cast: Cast) -> None:
    made = override(a_draft(cast.marketer, NOW).pk, by=cast.operator, reason="Now.", now=NOW)
    agreed(cast, NOW + DAY, 20)
    stands = selectors.standing(Version.objects.get(pk=made.pk), NOW + DAY)
    assert (stands.state, stands.unsigned) == ("superseded", ())
    with pytest.raises(Refused, match="cannot be signed"):
        sign(made.pk, by=cast.sales_lead, now=NOW + DAY)
    with pytest.raises(Refused, match="not in force any more"):
        revert(made.pk, by=cast.operator, now=NOW + DAY)


def test_everything_of_a_kind_is_asked_at_once(cast: Cast) -> None:
    agreed(cast, NOW, 10, key="monday")
    agreed(cast, NOW, 20, key="friday")
    agreed(cast, NOW, 30, key="sunday", effective_from=NOW + DAY)
    a_draft(cast.marketer, NOW, key="tuesday")
    assert [(f.key, f.terms.minutes) for f in all_in_force(LUNCH, NOW)] == [("friday", 20), ("monday", 10)]


def test_a_date_is_midnight_where_the_company_reports(cast: Cast) -> None:
    for zone, midnight in (
        ("America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),  # that day began at 01:00: clocks went forward
        ("Europe/Berlin", datetime(2018, 11, 3, 23, tzinfo=UTC)),
        ("UTC", datetime(2018, 11, 4, tzinfo=UTC)),
    ):
        Organisation.objects.update(timezone=zone)
        now = datetime(2018, 11, 1, tzinfo=UTC)
        assert read_effective_from("2018-11-04", now=now) == midnight, zone


def test_today_is_not_past_and_yesterday_is_where_the_company_reports(cast: Cast) -> None:
    Organisation.objects.update(timezone="Asia/Tokyo")
    late = datetime(2024, 6, 1, 16, tzinfo=UTC)  # 01:00 on 2 June in Tokyo
    assert read_effective_from("2024-06-02", now=late) == datetime(2024, 6, 1, 15, tzinfo=UTC)
    with pytest.raises(Refused) as caught:
        read_effective_from("2024-06-01", now=late)
    assert caught.value.code == "effective_in_the_past"
    assert read_effective_from("2024-06-01T15:56:00Z", now=late) is not None
    with pytest.raises(Refused):
        read_effective_from("2024-06-01T15:54:00Z", now=late)
    version = a_proposal(cast.marketing_lead, late, effective_from=read_effective_from("2024-06-02", now=late))
    sign(version.pk, by=cast.sales_lead, now=late)
    assert (number(late - TICK), number(late)) == (None, 1)


def test_a_date_that_passed_while_it_was_a_draft_is_refused(cast: Cast) -> None:
    version = a_draft(cast.marketer, NOW, effective_from=NOW + DAY, review_by=date(2024, 12, 2))
    with pytest.raises(Refused) as caught:
        propose(version.pk, by=cast.marketer, now=NOW + 2 * DAY)
    assert [(e.field, e.code) for e in caught.value.errors] == [
        ("effective_from", "effective_in_the_past"),
        ("review_by", "review_in_the_past"),
    ]


def test_what_is_laid_in_holds_from_the_beginning_until_people_decide(cast: Cast) -> None:
    first = lay_in(LUNCH, "monday", {"minutes": 10}, now=NOW)
    assert (number(BEGINNING), number(NOW), is_signed(LUNCH, "monday")) == (1, 1, False)
    again = lay_in(LUNCH, "monday", {"minutes": 15}, now=NOW)
    assert (again.pk, in_force(LUNCH, "monday", BEGINNING).terms.minutes) == (first.pk, 15)  # type: ignore[union-attr]
    agreed(cast, NOW, 20)
    assert (number(BEGINNING), number(NOW - TICK), number(NOW), is_signed(LUNCH, "monday")) == (1, 1, 2, True)
    with pytest.raises(Refused) as caught:
        lay_in(LUNCH, "monday", {"minutes": 25}, now=NOW)
    assert caught.value.code == "signed_already"
    assert in_force(LUNCH, "monday", BEGINNING).terms.minutes == 15  # type: ignore[union-attr]
