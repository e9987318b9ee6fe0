"""What does the leakage report say, to whom, and what is at risk?"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alignment.people.models import User
from alignment.refusals import Refused
from kpis.leaks.kinds import KINDS
from kpis.leaks.queries.flags import Only
from kpis.leaks.report import leakage
from kpis.leaks.selectors import leaking, leaks_of, open_counts
from kpis.leaks.whole import all_leaks
from kpis.recompute import recompute_touched
from kpis.reports.params import read_params, rfc3339
from leads.models import Lead
from tests.world import NOW, Cast, a_deal, a_lead, cast, day, moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def ask(user: User | None = None, only: Only | None = None, **options: str) -> dict[str, Any]:
    """The report over the year, as of NOW unless said otherwise."""
    recompute_touched(now=NOW)
    asked = {"start": "2024-01-01", "end": "2025-01-01", "as_of": rfc3339(NOW), **options}
    return leakage(read_params({name: [value] for name, value in asked.items()}, now=NOW), user, only or Only())


def flags(document: dict[str, Any], *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(flag[key] for key in keys) for flag in document["flags"]]


def test_an_empty_company_leaks_nothing(people: Cast) -> None:
    answer = ask()
    assert (answer["open"], answer["flags"], answer["next"]) == (0, [], None)
    assert answer["by_kind"] == {kind.key: 0 for kind in KINDS}
    assert answer["by_side"] == {"marketing": 0, "sales": 0}
    assert (answer["value_at_risk"], answer["value_unknown"]) == ({"amount": "0.00", "currency": "EUR"}, 0)


def test_a_flag_says_what_whose_and_since_when(people: Cast) -> None:
    lead = a_lead(email="ann@example.com")
    moved(lead, ("lost", 10))
    answer = ask()
    assert answer["flags"] == [
        {
            "lead": lead.pk,
            "kind": "unexplained",
            "since": rfc3339(day(10)),
            "until": None,
            "pass": 1,
            "side": "sales",
            "stage": "lost",
            "limit_seconds": 0,
            "value_at_risk": None,
        }
    ]
    assert (answer["open"], answer["by_kind"]["unexplained"], answer["by_side"]) == (1, 1, {"marketing": 0, "sales": 1})
    assert answer["value_unknown"] == 1


def test_a_leak_is_open_from_its_first_instant_and_closed_at_its_last(people: Cast) -> None:
    lead = a_lead()
    moved(lead, ("mql", 35))

    def at(days: float) -> list[tuple[Any, ...]]:
        answer = ask(as_of=rfc3339(day(days)))
        assert answer["open"] == len([flag for flag in answer["flags"] if flag["until"] is None])
        return flags(answer, "kind", "since", "until")

    opened, closed = rfc3339(day(30)), rfc3339(day(35))
    assert at(29.999999) == []
    assert at(30) == [("stalled", opened, None)]
    assert at(34.999999) == [("stalled", opened, None)]
    assert at(35) == [("stalled", opened, closed)]


def test_the_period_is_half_open(people: Cast) -> None:
    a_lead()
    start, after = rfc3339(day(30)), rfc3339(day(31))
    assert len(ask(start=start, end=after)["flags"]) == 1
    assert len(ask(start=rfc3339(day(29)), end=start)["flags"]) == 0


def test_what_was_known_earlier_is_told_from_the_log(people: Cast) -> None:
    lead = a_lead()
    moved(lead, ("disqualified", 10), recorded_at=day(10))
    moved(lead, ("disqualified", 12), reason="No budget", recorded_at=day(40))
    known = {days: flags(ask(known_at=rfc3339(day(days))), "kind", "until") for days in (9, 10, 40)}
    assert known == {9: [], 10: [("unexplained", None)], 40: [("unexplained", rfc3339(day(12)))]}


def test_what_was_known_is_computed_once_for_all_that_is_said_of_it(people: Cast) -> None:
    for days in (3, 20):
        moved(a_lead(), ("sal", days))
    moved(a_lead(), ("disqualified", 10), recorded_at=day(10))
    known = rfc3339(NOW)
    with CaptureQueriesContext(connection) as queries:
        told = ask(known_at=known)
    assert (
        sum("stays AS MATERIALIZED" in query["sql"] for query in queries if "kpis_leakcount" not in query["sql"]) == 1
    )
    assert told["flags"]
    assert {**told, "known_at": None} == {**ask(), "known_at": None}
    with CaptureQueriesContext(connection) as queries:
        params = read_params({"start": ["2024-01-01"], "end": ["2025-01-01"], "known_at": [known]}, now=NOW)
        taken = list(all_leaks(params, None, Only(), by_value=False, page=2))
    assert sum("stays AS MATERIALIZED" in query["sql"] for query in queries) == 1
    assert len(taken) == told["total"]


def test_pages_follow_each_other_without_gap_or_repeat(people: Cast) -> None:
    for _ in range(5):
        moved(a_lead(), ("sal", 3))
    everything = ask()["flags"]
    assert len(everything) == 15
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = ask(limit="4", cursor=cursor)
        assert (page["open"], page["total"]) == (15, 15)
        found += page["flags"]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert found == everything


def test_a_cursor_that_we_did_not_give_out_is_refused(people: Cast) -> None:
    with pytest.raises(Refused) as refused:
        ask(cursor="abc")
    assert refused.value.code == "invalid_cursor"


def test_flags_can_be_narrowed_by_cut_kind_side_and_whether_they_are_open(people: Cast) -> None:
    web, fair = a_lead(source="web"), a_lead(source="fair")
    moved(web, ("lost", 10))
    moved(fair, ("mql", 35))
    assert flags(ask(where="source=fair"), "lead", "kind") == [(fair.pk, "stalled"), (fair.pk, "stalled")]
    assert flags(ask(only=Only(kind="unexplained")), "lead") == [(web.pk,)]
    assert flags(ask(only=Only(side="marketing", still_open=True)), "lead", "since") == [(fair.pk, rfc3339(day(65)))]


def test_everybody_is_told_of_the_leads_they_may_see(people: Cast) -> None:
    ours, theirs = a_lead(owner=people.salesperson), a_lead(owner=people.partner)
    for lead in (ours, theirs):
        moved(lead, ("lost", 10))
    both, told = {ours.pk, theirs.pk}, {}
    for user in (people.marketer, people.manager, people.partner, people.other_partner, people.outsider):
        answer = ask(user)
        told[user.name] = {flag["lead"] for flag in answer["flags"]}
        assert answer["open"] == len(answer["flags"]) == sum(row.count for row in open_counts(user, now=NOW))
    assert told == {
        "Marketer": both,
        "Manager": both,
        "Partner": {theirs.pk},
        "Other Partner": set(),
        "Outsider": set(),
    }


def test_the_value_is_the_chance_times_the_deal_and_each_deal_counts_once(people: Cast) -> None:
    lead = a_lead()
    moved(lead, ("sal", 3))
    a_deal(lead, amount="1000.05", currency="EUR", opened_at=day(4))
    a_deal(amount="9", currency="EUR", status="won", closed_at=day(5))
    answer = ask(only=Only(still_open=True))
    assert {flag[0] for flag in flags(answer, "kind")} == {"stalled", "orphaned", "unreachable"}
    half = {"amount": "500.02", "currency": "EUR"}
    assert {tuple(flag["value_at_risk"].items()) for flag in answer["flags"]} == {tuple(half.items())}
    assert (answer["value_at_risk"], answer["value_unknown"]) == (half, 0)


def test_while_nothing_was_won_no_value_is_known(people: Cast) -> None:
    lead = a_lead()
    moved(lead, ("sal", 3))
    a_deal(lead, amount="1000", currency="EUR", opened_at=day(4))
    answer = ask(only=Only(still_open=True))
    assert {flag["value_at_risk"] for flag in answer["flags"]} == {None}
    assert (answer["value_at_risk"], answer["value_unknown"]) == ({"amount": "0.00", "currency": "EUR"}, 1)


def test_a_missing_rate_is_refused_by_name(people: Cast) -> None:
    lead = a_lead()
    moved(lead, ("sal", 3))
    a_deal(lead, amount="1000", currency="USD", opened_at=day(4))
    a_deal(amount="9", currency="EUR", status="won", closed_at=day(5))
    with pytest.raises(Refused) as refused:
        ask()
    assert refused.value.code == "missing_rate"
    assert "USD" in refused.value.detail
    assert f"{NOW:%Y-%m-%d}" in refused.value.detail


def test_pages_ask_for_counts_leaks_of_a_lead_and_leads_that_leak(people: Cast) -> None:
    lost, fresh = a_lead(email="ann@example.com"), a_lead(created_at=NOW)
    moved(lost, ("lost", 10))
    recompute_touched(now=NOW)
    assert [(row.kind.key, row.side, row.count) for row in open_counts(people.marketer, now=NOW)] == [
        ("unexplained", "sales", 1)
    ]
    assert [leak.kind for leak in leaks_of(lost, now=NOW)] == ["unexplained"]
    assert leaks_of(fresh, now=NOW) == []
    leads = Lead.objects.visible_to(people.marketer)
    assert list(leaking(leads, now=NOW)) == [lost]
    assert list(leaking(leads, now=NOW, kind="stalled")) == []
