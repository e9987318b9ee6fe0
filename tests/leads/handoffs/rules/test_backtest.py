"""What would a rule have done with the past: whom it would have offered, to whom, and what would have been met?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from alignment.agreements.backtests import ask_backtest, run_waiting
from alignment.agreements.drafts import start_draft
from alignment.agreements.models import Backtest
from alignment.people.models import User
from alignment.people.persons import add_person
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.handoffs.backtesting.lists import Row, find_listing, micros, moment_of, unpacked
from leads.handoffs.models import Absence, Receiver
from leads.handoffs.terms import KIND
from leads.lifecycle.changes import NewChange, record_changes
from leads.records.edits import mark_as_test
from leads.records.models import Lead
from tests import world
from tests.clocks import present_is
from tests.leads.definitions.qualifying import IN_GERMANY, a_lead_at, saw, viewed
from tests.leads.handoffs.rules.wording import Document, agreed, changed, small
from tests.leads.pages.conftest import Browse, browse
from tests.world import PASSWORD, TIME_ZERO, Cast, day, held_by

pytestmark = pytest.mark.django_db
__all__ = ["browse"]
END = 60.0


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    present_is(day(300), monkeypatch)
    return world.cast()


def rule(cast: Cast, **values: Any) -> Document:
    """Clock time: four hours to accept, eight to make contact."""
    spans = {"accept_within__business": False, "contact_within__business": False}
    document = small(cast) | {"accept_within": {"hours": 4}, "contact_within": {"hours": 8}, "criteria": IN_GERMANY}
    return changed(changed(document, **spans), **values)


def tried(cast: Cast, document: Document, *, key: str = "large", days: int = 30, ends: float = END) -> Backtest:
    """Tried through the doors: asked for, and computed by the worker."""
    version = start_draft(KIND, key, document, author=cast.marketer, now=day(200))
    backtest = ask_backtest(version, by=cast.marketer, now=day(250), days=days, ends_at=day(ends))
    assert run_waiting() == 1
    backtest.refresh_from_db()
    assert backtest.state == "done", backtest.error
    return backtest


def result(backtest: Backtest) -> dict[str, Any]:
    told: dict[str, Any] | None = backtest.result
    assert told is not None
    return told


def rows(backtest: Backtest, key: str = "offered") -> list[Row]:
    told = result(backtest)
    listing = find_listing(key, told["receivers"])
    assert listing is not None
    return [row for row in unpacked(told["offers"]) if listing.which(row, micros(backtest.ends_at))]


def who(backtest: Backtest, key: str = "offered") -> list[tuple[str, float]]:
    """Leads and how many days after TIME_ZERO, in order."""
    names = dict(Lead.objects.values_list("pk", "external_id"))
    return [(names[row.lead] or "", (moment_of(row.at) - day(0)) / timedelta(days=1)) for row in rows(backtest, key)]


def to(backtest: Backtest) -> list[int | None]:
    return [row.user for row in rows(backtest)]


def went(lead: Lead, *steps: tuple[str, float], recorded: float | None = None) -> None:
    for stage, at in steps:
        known = day(at if recorded is None else recorded)
        record_changes([NewChange(lead.pk, stage, day(at), "manual")], recorded_at=known)


def in_mql(name: str, at: float, country: str = "DE", **fields: Any) -> Lead:
    lead = a_lead_at(name, at - 1, country=country, **fields)
    went(lead, ("mql", at))
    return lead


def called(lead: Lead, at: float, *, by: str = "call", recorded: float | None = None, typed_in: bool = False) -> None:
    row = ActivityRow(kind=by, at=day(at), lead_id=lead.pk, typed_in=typed_in)
    [done] = log_activities([row], now=day(at if recorded is None else recorded), actor_id=None)
    assert done.status == "created", done


def test_each_stay_is_offered_once_at_the_first_moment_it_met_the_rule_by_what_was_known(cast: Cast) -> None:
    in_mql("before", 20)
    in_mql("at the start", 30)
    in_mql("within", 40)
    in_mql("at the end", 60)
    in_mql("elsewhere", 40, country="FR")
    learnt = a_lead_at("learnt later", 30, country="DE")
    went(learnt, ("mql", 41), recorded=44)
    twice = in_mql("twice", 35)
    went(twice, ("recycled", 36), ("mql", 50))
    mark_as_test(in_mql("test", 45), actor=cast.marketer, now=day(100))
    assert who(tried(cast, rule(cast))) == [
        ("at the start", 30), ("twice", 35), ("within", 40), ("learnt later", 44), ("twice", 50),
    ]  # fmt: skip


def test_criteria_that_come_to_hold_while_a_lead_stands_there_count_from_then(cast: Cast) -> None:
    stood, left, early = in_mql("stood", 10), in_mql("left", 10), in_mql("early", 10)
    saw(stood, 40)
    went(left, ("sal", 35))
    saw(left, 40)
    saw(early, 12)
    assert who(tried(cast, rule(cast, criteria=viewed(1)))) == [("stood", 40)]


def test_what_another_rule_would_have_had_is_told_apart(cast: Cast) -> None:
    large, both = in_mql("only this", 40), in_mql("both", 41, territory="DACH")
    dach = {"field": "lead.territory", "op": "is", "value": "DACH"}
    agreed(cast, rule(cast, criteria=dach, order=1), key="dach", now=day(10))
    later = tried(cast, rule(cast, order=5))
    assert (who(later), who(later, "taken")) == ([("only this", 40)], [("both", 41)])
    first = tried(cast, rule(cast, order=1), key="a")
    assert (who(first), who(first, "taken")) == ([("only this", 40), ("both", 41)], [])
    assert (large.pk, both.pk) == tuple(row.lead for row in rows(first))


def test_what_would_have_been_met_goes_by_what_sales_did_in_fact(cast: Cast) -> None:
    hour = 1 / 24
    prompt, late, early, machine = in_mql("prompt", 40), in_mql("late", 41), in_mql("early", 42), in_mql("machine", 43)
    idle = in_mql("idle", 44)
    called(prompt, 40 + 8 * hour)
    went(prompt, ("sal", 40 + 4 * hour))
    called(late, 41 + 9 * hour)
    went(late, ("sql", 41 + 5 * hour))
    called(early, 42 - hour)
    went(early, ("sal", 42 + hour))
    called(machine, 43 + hour, by="email_sent")
    called(idle, 44 + hour, recorded=45, typed_in=True)
    in_mql("not due", 60 - 6 * hour)
    found = tried(cast, rule(cast))
    told = result(found)
    assert [name for name, _at in who(found, "accept_due")] == ["prompt", "late", "early", "machine", "idle", "not due"]
    assert [name for name, _at in who(found, "accepted")] == ["prompt", "early"]
    assert [name for name, _at in who(found, "contact_due")] == ["prompt", "late", "early", "machine", "idle"]
    assert [name for name, _at in who(found, "contacted")] == ["prompt"]
    assert [name for name, _at in who(found, "contact_accepted")] == ["prompt", "late", "early"]
    assert (told["attained"]["accept"]["k"], told["attained"]["accept"]["n"]) == (2, 6)
    assert told["attained"]["contact"]["rate"] == 0.2
    assert round(told["attained"]["contact"]["low"], 4) == 0.0362
    assert round(told["attained"]["contact"]["high"], 4) == 0.6245
    assert told["attained"]["contact_of_accepted"]["n"] == 3
    assert told["times"]["contact"] == {"n": 3, "p50_seconds": 9 * 3600, "p90_seconds": 74880}


def test_a_later_pass_answers_for_no_earlier_one(cast: Cast) -> None:
    lead = in_mql("again", 40)
    went(lead, ("recycled", 41), ("mql", 45), ("sal", 45.1))
    found = tried(cast, rule(cast))
    assert [at for _name, at in who(found, "accept_due")] == [40, 45]
    assert [at for _name, at in who(found, "accepted")] == [45]


def a_colleague(cast: Cast, name: str) -> User:
    return add_person(
        name=name, email=f"{name}@test.example", password=PASSWORD, team=cast.sales, role="member", now=TIME_ZERO
    )


def takes(user: User, capacity: float, period: str = "week") -> None:
    Receiver.objects.create(user=user, capacity=Decimal(str(capacity)), period=period, since=date(2024, 1, 1))


def weighted(cast: Cast, people: list[User]) -> list[dict[str, Any]]:
    return [{"strategy": "weighted", "pool": {"team": cast.sales.pk, "people": [one.pk for one in people]}}]


def test_load_falls_by_turns_weighted_by_capacity_and_nobody_gets_more_than_they_take(cast: Cast) -> None:
    anna, ben = a_colleague(cast, "anna"), a_colleague(cast, "ben")
    takes(anna, 4)
    takes(ben, 2)
    monday = 35.0  # 5 February 2024
    for n in range(8):
        in_mql(f"m{n}", monday + n / 24)
    in_mql("next week", monday + 7)
    found = tried(cast, rule(cast, routing=weighted(cast, [anna, ben])))
    told = result(found)
    assert (to(found)[:3].count(anna.pk), to(found)[:3].count(ben.pk)) == (2, 1)
    assert to(found)[:6].count(anna.pk) == 4
    assert [name for name, _at in who(found, "nobody")] == ["m6", "m7"]
    assert told["nobody"] == [{"reason": "Everybody in Sales is full this week: 6 of 6.", "leads": 2}]
    load = {one["name"]: one for one in told["receivers"]}
    assert (load["anna"]["offered"], load["ben"]["offered"]) in ((5, 2), (4, 3))
    assert load["anna"]["most_a_day"] == 4
    assert load["anna"]["capacity"] == 17.7  # 31 days of the calendar, of 4 a week
    assert sum(told["hours"]) == sum(told["weekdays"]) == told["counts"]["offered"] == 7
    assert told["weekdays"] == [7, 0, 0, 0, 0, 0, 0]
    assert told["hours"][9:15] == [2, 1, 1, 1, 1, 1]
    assert "nobody could have taken at once" in " ".join(told["sentences"])


def test_whoever_is_away_gets_nothing_meanwhile(cast: Cast) -> None:
    anna, ben = a_colleague(cast, "anna"), a_colleague(cast, "ben")
    Absence.objects.create(user=anna, since=datetime(2024, 2, 5, tzinfo=UTC), until=datetime(2024, 2, 7, tzinfo=UTC))
    for n in range(6):
        in_mql(f"m{n}", 35 + n / 2)
    found = tried(cast, rule(cast, routing=weighted(cast, [anna, ben])))
    assert to(found)[:4] == [ben.pk] * 4
    assert anna.pk in to(found)[4:]


def test_the_companys_owner_is_whoever_held_it_then(cast: Cast) -> None:
    other = in_mql("other", 20, company="ACME")
    went(other, ("sal", 30))
    held_by(other, cast.salesperson, day(30))
    held_by(other, cast.sales_lead, day(50))
    in_mql("first", 40, company="ACME")
    in_mql("second", 55, company="ACME")
    in_mql("stranger", 56, company="Initech")
    queue = {"strategy": "queue", "team": cast.sales.pk}
    found = tried(cast, rule(cast, routing=[{"strategy": "company_owner"}, queue]))
    assert [(name, row.user) for (name, _at), row in zip(who(found), rows(found), strict=True)] == [
        ("first", cast.salesperson.pk), ("second", cast.sales_lead.pk), ("stranger", None),
    ]  # fmt: skip


def test_against_the_version_in_force(cast: Cast) -> None:
    in_mql("german", 40)
    in_mql("french", 41, country="FR")
    agreed(cast, rule(cast), now=day(10))
    found = tried(cast, rule(cast, criteria={"field": "lead.country", "op": "known"}))
    assert [name for name, _at in who(found)] == ["german", "french"]
    assert [name for name, _at in who(found, "offered_in_force")] == ["german"]
    assert "2 in 30 days, instead of 1 by the version in force" in result(found)["sentences"][0]
    assert result(found)["counts"]["taken"] == 0


def test_nobody_at_all_says_so(cast: Cast) -> None:
    told = result(tried(cast, rule(cast)))
    assert told["counts"]["offered"] == 0
    assert told["attained"]["accept"]["rate"] is None
    assert any("nobody can tell" in sentence for sentence in told["sentences"])


def test_every_figure_on_the_page_opens_into_its_list(cast: Cast, browse: Browse) -> None:
    lead = in_mql("german", 40)
    called(lead, 40.1)
    went(lead, ("sal", 40.1))
    found = tried(cast, rule(cast))
    here = f"/agreements/handoff_rule/large/{found.version.number}/"
    client = browse(cast.salesperson)
    page = client.get(here).content.decode()
    assert "1 in 30 days" in page
    behind = f"/handoff-rules/large/{found.version.number}/backtests/{found.pk}"
    for key in ("offered", "accepted", "contacted", f"team-{cast.sales.pk}", "hour-9", "saturday"):
        answer = client.get(f"{behind}/{key}/")
        assert 'data-total="1"' in answer.content.decode(), key
        assert f"/leads/{lead.pk}/" in answer.content.decode(), key
        assert f"{behind}/{key}/" in page, key
    file = b"".join(client.get(f"{behind}/offered.csv").streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(file) == 2
    assert file[1].startswith(f"{lead.pk},")
    assert client.get(f"{behind}/nothing/").status_code == 404
    assert client.get(f"{behind}/person-1/").status_code == 404
    assert browse(cast.partner).get(f"{behind}/offered/").status_code == 404


def test_a_rule_is_tried_on_every_lead_also_where_a_quick_look_is_asked_for(cast: Cast, browse: Browse) -> None:
    in_mql("german", 40)
    version = start_draft(KIND, "large", rule(cast), author=cast.marketer, now=day(200))
    here = f"/agreements/handoff_rule/large/{version.number}/"
    client = browse(cast.marketer)
    assert "Quick look at a sample" not in client.get(here).content.decode()
    client.post(f"{here}backtest/", {"days": "30", "sampled": "on"})
    assert run_waiting() == 1
    assert Backtest.objects.get().sampled is False
    assert "on a sample" not in client.get(here).content.decode()
