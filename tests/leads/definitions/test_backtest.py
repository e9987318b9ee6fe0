"""What would a definition have done with the past, point by point, by what was known then?"""

from __future__ import annotations

import pytest
from django.test import Client

from alignment.agreements.drafts import discard_draft
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.definitions.backtesting import computing
from leads.definitions.backtesting.models import BacktestLead
from leads.imports.models import Import
from leads.privacy.removal import erase
from leads.records.edits import mark_as_test
from leads.records.models import Lead
from tests import world
from tests.clocks import present_is
from tests.leads.definitions.qualifying import IN_GERMANY, a_lead_at, agreed, saw, viewed
from tests.leads.definitions.trying import a_customer, listed, result_of, tried, went, who
from tests.world import NOW, Cast, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    present_is(day(300), monkeypatch)
    return world.cast()


def test_a_lead_qualifies_when_what_was_known_met_it_and_only_for_the_first_time(cast: Cast) -> None:
    before, within, late, twice = (a_lead_at(name, 1) for name in ("before", "within", "late", "twice"))
    saw(before, 20)
    saw(within, 40)
    saw(late, 25, recorded=45)
    saw(twice, 10)
    saw(twice, 50)
    at_start, at_end = a_lead_at("at the start", 1), a_lead_at("at the end", 1)
    saw(at_start, 30)
    saw(at_end, 60)
    assert who(tried(cast, viewed(1, days=5))) == {"within": 40.0, "at the start": 30.0}
    assert who(tried(cast, viewed(1))) == {"within": 40.0, "late": 45.0, "at the start": 30.0}


def test_what_is_added_dated_or_learnt_later_changes_nothing(cast: Cast) -> None:
    lead, other, third = a_lead_at("1", 1), a_lead_at("2", 1), a_lead_at("3", 1)
    saw(lead, 40)
    before = tried(cast, viewed(2))
    saw(lead, 61)
    saw(other, 50, recorded=60)
    saw(other, 51, recorded=100)
    saw(third, 60)
    saw(third, 60.5)
    after = tried(cast, viewed(2))
    assert who(before) == who(after) == {}
    told = [{key: value for key, value in result_of(one).items() if key != "computed_at"} for one in (before, after)]
    assert told[0] == told[1]


def test_an_imported_activity_counts_as_known_when_it_happened_and_is_marked_so(cast: Cast) -> None:
    lead, typed = a_lead_at("imported", 1), a_lead_at("typed in", 1)
    made = Import.objects.create(kind="activities", file="f", state="done", created_at=NOW, profile={}, decisions={})
    row = ActivityRow(kind="page_view", at=day(40), lead_id=lead.pk)
    log_activities([row], now=day(200), actor_id=None, import_id=made.pk)
    saw(typed, 41, recorded=200)
    backtest = tried(cast, viewed(1))
    assert who(backtest) == {"imported": 40.0}
    assert result_of(backtest)["known"] == {"fields_as_now": 0, "imported_as_happened": 1, "erased_winners": 0}
    assert "imported activities" in " ".join(result_of(backtest)["not_known"])


def test_a_leads_fields_count_from_its_creation_and_are_marked_so(cast: Cast) -> None:
    a_lead_at("in time", 45, country="DE")
    a_lead_at("before", 20, country="DE")
    a_lead_at("elsewhere", 45, country="FR")
    backtest = tried(cast, IN_GERMANY)
    assert who(backtest) == {"in time": 45.0}
    assert result_of(backtest)["known"]["fields_as_now"] == 1
    assert "present fields" in result_of(backtest)["not_known"][0]


def test_it_stands_beside_the_version_that_was_in_force_at_the_end(cast: Cast) -> None:
    agreed(cast, "mql", viewed(1), day(0.5))
    agreed(cast, "mql", viewed(9), day(100))
    for name, views in (("one view", 1), ("two views", 2), ("none", 0)):
        lead = a_lead_at(name, 31)
        for n in range(views):
            saw(lead, 40 + n)
    backtest = tried(cast, viewed(2))
    assert (who(backtest), who(backtest, "other_at")) == (
        {"two views": 41.0},
        {"one view": 40.0, "two views": 40.0},
    )
    assert result_of(backtest)["against_version"] == 1
    assert {key: listed(backtest, key) for key in ("gained", "dropped", "both")} == {
        "gained": 0,
        "dropped": 1,
        "both": 1,
    }
    assert [(week["week"], week["this"], week["in_force"], week["whole"]) for week in result_of(backtest)["weeks"]] == [
        ("2024-W05", 0, 0, False), ("2024-W06", 1, 2, True), ("2024-W07", 0, 0, True), ("2024-W08", 0, 0, True),
        ("2024-W09", 0, 0, False),
    ]  # fmt: skip


def test_precision_asks_those_old_enough_and_tells_who_was_never_worked(cast: Cast) -> None:
    a_customer("old customer", 10)
    won, lost, never, young = (a_lead_at(name, 31) for name in ("won", "worked", "never", "young"))
    for lead, at in ((won, 35), (lost, 36), (never, 37), (young, 55)):
        saw(lead, at)
    went(won, ("sal", 38), ("won", 41))
    went(lost, ("sal", 39), ("lost", 42))
    backtest = tried(cast, viewed(1))
    told = result_of(backtest)
    assert (told["horizon_seconds"], told["horizon_leads"]) == (10 * 86_400, 2)
    assert {key: told["precision"]["this"][key] for key in ("n", "k", "never_worked")} == {
        "n": 3,
        "k": 1,
        "never_worked": 1,
    }
    assert (told["precision"]["this"]["worked"]["n"], told["precision"]["this"]["worked"]["k"]) == (2, 1)
    assert round(told["precision"]["this"]["low"], 4) == 0.0615
    assert (told["recall"]["this"]["n"], told["recall"]["this"]["k"]) == (1, 1)
    assert told["precision"]["in_force"] is None
    assert "33.3 % were won within 10 days" in " ".join(told["sentences"])


def test_who_had_been_won_before_is_no_lead_that_qualifies(cast: Cast) -> None:
    customer = a_customer("customer", 33, began=31)
    saw(customer, 40)
    backtest = tried(cast, viewed(1))
    assert (who(backtest), listed(backtest, "customers_already"), listed(backtest, "won_not_found")) == ({}, 1, 1)


def test_it_names_later_customers_it_would_have_missed_and_lost_ones_it_would_have_kept_out(cast: Cast) -> None:
    agreed(cast, "mql", viewed(1), day(0.5))
    for name, stage in (("bought later", "won"), ("lost later", "lost"), ("open", "sal")):
        lead = a_lead_at(name, 31)
        saw(lead, 40)
        went(lead, (stage, 90))
    backtest = tried(cast, viewed(2))
    assert {key: listed(backtest, key) for key in ("missed", "kept_out", "dropped", "customers_since_in_force")} == {
        "missed": 1, "kept_out": 1, "dropped": 3, "customers_since_in_force": 1,
    }  # fmt: skip
    assert (
        "It would have missed 1 of 1 later customers that the version in force had." in result_of(backtest)["sentences"]
    )


def test_nothing_won_yet_leaves_the_rates_open_and_says_so(cast: Cast) -> None:
    saw(a_lead_at("1", 31), 35)
    told = result_of(tried(cast, viewed(1)))
    assert told["horizon_seconds"] is None
    assert (told["precision"]["this"]["rate"], told["recall"]["this"]["rate"]) == (None, None)
    assert "No lead had been won by then" in " ".join(told["sentences"])


def test_a_span_too_short_to_tell_names_the_days_it_needs(cast: Cast) -> None:
    a_customer("customer", 45, began=1.2)
    saw(a_lead_at("1", 31), 35)
    told = result_of(tried(cast, viewed(1)))
    assert (told["needed_days"], told["precision"]["this"]["n"]) == (44, 0)
    assert "Try at least 44 days" in " ".join(told["sentences"])


def test_tests_merged_and_erased_leads_are_left_out(cast: Cast) -> None:
    test, merged, erased, other = (a_lead_at(name, 31) for name in ("test", "merged", "erased", "other"))
    for lead in (test, merged, erased, other):
        saw(lead, 35)
        went(lead, ("won", 41))
    mark_as_test(test, actor=cast.operator, now=day(50))
    Lead.objects.filter(pk=merged.pk).update(merged_into=other)
    erase(erased, now=day(50), actor_id=None)
    backtest = tried(cast, viewed(1))
    assert (who(backtest), listed(backtest, "won")) == ({"other": 35.0}, 1)
    assert (result_of(backtest)["horizon_leads"], result_of(backtest)["known"]["erased_winners"]) == (2, 1)


def test_a_quick_look_takes_a_share_of_the_leads_and_says_how_far_off_it_may_be(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(40):
        saw(a_lead_at(str(n), 31), 35)
    monkeypatch.setattr(computing, "SAMPLE", 20)
    first, again = (tried(cast, viewed(1), sampled=True) for _ in range(2))
    told = result_of(first)
    assert who(first) == who(again)
    assert not told["exact"]
    assert told["sample"]["of"] == 40
    assert 5 < told["sample"]["leads"] < 35
    figure = told["counts"]["qualified"]
    assert (figure["listed"], figure["leads"], figure["high"]) == (told["sample"]["leads"], 40, 40)
    assert figure["low"] < 40
    assert result_of(tried(cast, viewed(1)))["counts"]["qualified"] == {
        "listed": 40,
        "leads": 40,
        "low": 40,
        "high": 40,
    }


def test_every_figure_opens_into_a_list_of_its_length(cast: Cast) -> None:
    agreed(cast, "mql", viewed(1), day(0.5))
    a_customer("old customer", 10)
    for n in range(6):
        lead = a_lead_at(f"={n}", 31)
        for view in range(n % 3):
            saw(lead, 35 + view)
        went(lead, (("lost", "won", "sal")[n % 3], 41 + n))
    backtest = tried(cast, viewed(2))
    reader = Client()
    reader.force_login(cast.salesperson)
    base = f"/agreements/lead_definition/mql/{backtest.version.number}/backtests/{backtest.pk}"
    for key, figure in result_of(backtest)["counts"].items():
        page = reader.get(f"{base}/{key}/")
        assert page.status_code == 200
        assert page.content.decode().count('<th scope="row"') == figure["listed"], key
        lines = b"".join(reader.get(f"{base}/{key}.csv").streaming_content).decode().splitlines()  # type: ignore[attr-defined]
        assert len(lines) == figure["listed"] + 1
        assert not any(",=" in line for line in lines)
    assert reader.get(f"{base}/nonsense/").status_code == 404
    shown = reader.get(f"/agreements/lead_definition/mql/{backtest.version.number}/").content.decode()
    assert result_of(backtest)["sentences"][0] in shown.replace("&#x27;", "'")
    assert f"{base}/missed/" in shown
    for stranger in (cast.partner, cast.outsider):
        reader.force_login(stranger)
        assert reader.get(f"{base}/qualified/").status_code == 404


def test_a_list_says_how_many_were_taken_out_since(cast: Cast) -> None:
    for name in ("1", "2", "3"):
        saw(a_lead_at(name, 31), 35)
    backtest = tried(cast, viewed(1))
    reader = Client()
    reader.force_login(cast.salesperson)
    address = f"/agreements/lead_definition/mql/{backtest.version.number}/backtests/{backtest.pk}/qualified/"
    assert "taken out since" not in reader.get(address).content.decode()
    mark_as_test(Lead.objects.get(external_id="1"), actor=cast.salesperson, now=day(290))
    Lead.objects.filter(external_id="2").update(merged_into=Lead.objects.get(external_id="3"))
    page = reader.get(address).content.decode()
    assert page.count('<th scope="row"') == 1
    assert "1 of 3 are listed; the others were taken out since" in page


def test_a_draft_that_is_thrown_away_takes_its_lists_with_it(cast: Cast) -> None:
    saw(a_lead_at("1", 31), 35)
    backtest = tried(cast, viewed(1))
    assert BacktestLead.objects.count() == 1
    discard_draft(backtest.version_id, by=cast.marketer)
    assert BacktestLead.objects.count() == 0
