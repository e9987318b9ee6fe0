"""A campaign is judged by what both sides agreed before it began: once, on the day, and never changed afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from alignment.agreements.drafts import start_draft
from alignment.agreements.kinds import find_kind
from alignment.agreements.models import Version
from alignment.agreements.pages.shapes import shape_of
from alignment.agreements.terms import parse_terms
from alignment.outbox.models import Notice
from alignment.programs.models import Campaign, Spend
from alignment.refusals import Refused
from kpis.models import Verdict
from kpis.verdicts.judging import due, judge, judge_due
from tests.clocks import present_is
from tests.kpis.agreeing import agreed
from tests.world import Cast, a_lead, day, moved

SIGNED = datetime(2023, 12, 1, 9, tzinfo=UTC)
DUE = datetime(2024, 3, 1, tzinfo=UTC)


@pytest.fixture
def fair(people: Cast, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    present_is(SIGNED, monkeypatch)
    return Campaign.objects.create(name="Fair = 1", starts_at=datetime(2024, 1, 1, tzinfo=UTC))


def terms(**changes: Any) -> dict[str, Any]:
    return {"metric": "accepted_leads", "direction": "at least", "threshold": 2, "judged_on": "2024-03-01", **changes}


def two_accepted(campaign: Campaign) -> None:
    for number in range(3):
        lead = a_lead(f"c{number}", created_at=day(number), campaign=campaign.name, recorded_at=day(number))
        if number < 2:
            moved(lead, ("mql", 5), ("sal", 6 + number), recorded_at=day(8))


def the_verdict() -> Verdict:
    return Verdict.objects.get()


def test_it_is_judged_on_the_day_and_not_before(people: Cast, fair: Campaign) -> None:
    two_accepted(fair)
    version = agreed(people, "verdict", terms(), at=SIGNED, key=str(fair.pk))
    assert judge_due(now=DUE - timedelta(seconds=1)) == 0
    assert judge_due(now=DUE) == 1
    verdict = the_verdict()
    assert (verdict.outcome, verdict.value, verdict.version_id) == ("met", Decimal(2), version.pk)
    assert (verdict.as_of, verdict.judged_at, verdict.agreed_before_launch) == (DUE, DUE, True)
    assert (verdict.campaign_id, verdict.campaign_name, verdict.threshold) == (fair.pk, "Fair = 1", Decimal(2))


def test_judging_twice_tells_both_sides_once(people: Cast, fair: Campaign) -> None:
    two_accepted(fair)
    agreed(people, "verdict", terms(threshold=3), at=SIGNED, key=str(fair.pk))
    late = DUE + timedelta(days=2)
    for one in due(late) * 2:
        judge(one, now=late)
    assert judge_due(now=late) == 0
    assert the_verdict().outcome == "missed"
    told = Notice.objects.filter(key__startswith="verdict:")
    sides = {people.marketer, people.marketing_lead, people.salesperson, people.sales_lead}
    assert sorted(told.values_list("user", flat=True)) == sorted(person.pk for person in sides)
    assert {notice.path for notice in told} == {f"/campaigns/{fair.pk}/"}
    assert "came to 2; agreed was at least 3" in told[0].text


def test_what_comes_later_does_not_change_it(people: Cast, fair: Campaign) -> None:
    two_accepted(fair)
    agreed(people, "verdict", terms(threshold=3), at=SIGNED, key=str(fair.pk))
    judge_due(now=DUE)
    lead = a_lead("late", created_at=day(3), campaign=fair.name)
    moved(lead, ("mql", 5), ("sal", 9))
    assert judge_due(now=DUE + timedelta(days=30)) == 0
    assert (the_verdict().value, the_verdict().outcome) == (Decimal(2), "missed")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Verdict.objects.update(outcome="met")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        the_verdict().delete()


def test_other_campaigns_do_not_count(people: Cast, fair: Campaign) -> None:
    two_accepted(Campaign.objects.create(name="Other"))
    agreed(people, "verdict", terms(), at=SIGNED, key=str(fair.pk))
    judge_due(now=DUE)
    assert (the_verdict().value, the_verdict().outcome) == (Decimal(0), "missed")


def test_what_happened_after_the_day_does_not_count_however_late_the_task(people: Cast, fair: Campaign) -> None:
    two_accepted(fair)
    moved(a_lead("later", created_at=day(61), campaign=fair.name), ("mql", 62), ("sal", 63))
    agreed(people, "verdict", terms(), at=SIGNED, key=str(fair.pk))
    judge_due(now=DUE + timedelta(days=90))
    assert the_verdict().value == Decimal(2)


def test_what_was_learnt_after_the_day_does_not_count_however_late_the_task(people: Cast, fair: Campaign) -> None:
    """Otherwise a worker that was down over an import would decide."""
    two_accepted(fair)
    lead = a_lead("told late", created_at=day(3), campaign=fair.name, recorded_at=DUE + timedelta(days=1))
    moved(lead, ("mql", 5), ("sal", 9), recorded_at=DUE + timedelta(days=1))
    agreed(people, "verdict", terms(threshold=3), at=SIGNED, key=str(fair.pk))
    judge_due(now=DUE + timedelta(days=2))
    assert (the_verdict().value, the_verdict().outcome) == (Decimal(2), "missed")


def test_at_most_is_the_other_way_round(people: Cast, fair: Campaign) -> None:
    two_accepted(fair)
    Spend.objects.create(
        campaign=fair, starts_on=date(2024, 1, 1), ends_on=date(2024, 1, 10), amount=Decimal(300), currency="EUR",
        created_at=day(10),
    )  # fmt: skip
    agreed(
        people,
        "verdict",
        terms(metric="cost_per_lead", direction="at most", threshold=99.5),
        at=SIGNED,
        key=str(fair.pk),
    )
    judge_due(now=DUE)
    verdict = the_verdict()
    assert (verdict.value, verdict.over, verdict.under, verdict.outcome) == (
        Decimal(100),
        Decimal(300),
        Decimal(3),
        "missed",
    )


def test_what_cannot_be_known_is_said_to_be_so(people: Cast, fair: Campaign) -> None:
    agreed(people, "verdict", terms(metric="roi", threshold=0.5), at=SIGNED, key=str(fair.pk))
    judge_due(now=DUE)
    assert (the_verdict().value, the_verdict().outcome) == (None, "unknown")
    assert the_verdict().problem == "There is nothing to measure it by."


def test_agreed_after_launch_is_said(people: Cast, fair: Campaign) -> None:
    agreed(people, "verdict", terms(), at=datetime(2024, 1, 2, tzinfo=UTC), key=str(fair.pk))
    judge_due(now=DUE)
    assert the_verdict().agreed_before_launch is False
    assert "agreed after launch" in Notice.objects.filter(key__startswith="verdict:")[0].text


def test_without_a_beginning_the_first_spend_is_it(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(SIGNED, monkeypatch)
    campaign = Campaign.objects.create(name="Unknown")
    Spend.objects.create(
        campaign=campaign, starts_on=date(2023, 11, 1), ends_on=date(2023, 11, 1), amount=1, currency="EUR"
    )
    agreed(people, "verdict", terms(), at=SIGNED, key=str(campaign.pk))
    judge_due(now=DUE)
    assert the_verdict().agreed_before_launch is False


def test_a_version_that_was_replaced_before_its_day_is_not_judged(people: Cast, fair: Campaign) -> None:
    agreed(people, "verdict", terms(), at=SIGNED, key=str(fair.pk))
    later = agreed(
        people, "verdict", terms(judged_on="2024-05-01"), at=datetime(2024, 2, 1, tzinfo=UTC), key=str(fair.pk)
    )
    assert judge_due(now=DUE + timedelta(days=1)) == 0
    judge_due(now=datetime(2024, 5, 1, tzinfo=UTC))
    assert the_verdict().version == later
    assert the_verdict().agreed_before_launch is False


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"judged_on": "2023-12-01"}, "in_the_past"),
        ({"judged_on": "2024-01-01"}, "before_launch"),
        ({"metric": "happiness"}, "invalid"),
        ({"threshold": True}, "invalid_number"),
        ({"threshold": 1e13}, "invalid_number"),
    ],
)
def test_what_makes_no_sense_is_refused(people: Cast, fair: Campaign, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        start_draft("verdict", str(fair.pk), terms(**changes), author=people.marketer, now=SIGNED)
    assert code in [error.code for error in refused.value.errors]


@pytest.mark.parametrize("key", ["", "default", "0", "999999999", "9" * 30, "1.5"])
@pytest.mark.usefixtures("people")
def test_a_verdict_is_about_a_campaign_that_is_there(key: str) -> None:
    assert find_kind("verdict").key_error(key)


def test_it_says_itself_in_sentences(people: Cast, fair: Campaign) -> None:
    kind = find_kind("verdict")
    said = kind.say(str(fair.pk), parse_terms(kind, terms(metric="roi", threshold=0.25)))
    assert said[0] == "“Fair = 1”: It begins on 1 January 2024."
    assert "“Return on spend” is at least 0.25" in said[1]
    changed = kind.difference(parse_terms(kind, terms()), parse_terms(kind, terms(threshold=3)))
    assert list(changed) == ["What it should do: at least 2 → at least 3."]
    assert kind.title_of(str(fair.pk)) == "Verdict on “Fair = 1”"
    assert kind.starting(str(fair.pk)).judged_on == date(2024, 3, 31)


def test_a_draft_is_written_without_json(people: Cast, fair: Campaign) -> None:
    shape = shape_of(find_kind("verdict"))
    assert shape is not None
    assert [part.name for part in shape.parts] == ["metric", "direction", "threshold", "judged_on"]
    draft: Version = start_draft("verdict", str(fair.pk), terms(), author=people.marketer, now=SIGNED)
    assert draft.terms["judged_on"] == "2024-03-01"
