"""What does history suggest, from what was known in leads' first days and from nothing else?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from alignment.agreements.backtests import run_waiting
from alignment.agreements.models import Backtest, Step, Version
from alignment.agreements.terms import terms_of
from alignment.people.api_keys import create_api_key
from alignment.refusals import Refused
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.definitions.suggesting.asking import ask_suggestion, work_off
from leads.definitions.suggesting.history import suggest
from leads.definitions.suggesting.models import SuggestionRun
from leads.definitions.terms import LeadDefinition
from leads.lifecycle.changes import NewChange, record_changes
from leads.records.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests import world
from tests.clocks import present_is
from tests.world import Cast, day

pytestmark = pytest.mark.django_db

NOW = day(400)
WEBINAR = {"activity": {"kinds": ["webinar"]}, "op": "at_least", "count": 1, "within_days": 30}
Does = Callable[[int, bool], list[ActivityRow]]


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    present_is(NOW, monkeypatch)
    return world.cast()


def nothing(_lead: int, _won: bool) -> list[ActivityRow]:
    return []


def history(
    won: int,
    others: int,
    does: Does = nothing,
    learnt: float = 3,
    fields: Callable[[int, bool], dict[str, Any]] = lambda _n, _won: {},
) -> None:
    """So many leads that were won 40 days after they came, and so many others, each with what it did and is."""
    rows = [
        LeadRow(system="test", external_id=str(n), created_at=day(0), **fields(n, n < won)) for n in range(won + others)
    ]
    upsert_leads(rows, now=day(0), actor_id=None)
    ids = dict(Lead.objects.values_list("external_id", "pk"))
    record_changes(
        [
            NewChange(ids[str(n)], stage, day(at), "manual")
            for n in range(won)
            for stage, at in (("sal", 20), ("won", 40))
        ],
        recorded_at=day(41),
    )
    log_activities(
        [row for n in range(won + others) for row in does(ids[str(n)], n < won)], now=day(learnt), actor_id=None
    )


def attended(at: float) -> Does:
    """Won leads attended a webinar; every fifth lead at all did."""

    def does(lead: int, won: bool) -> list[ActivityRow]:
        return [ActivityRow(kind="webinar", at=day(at), lead_id=lead)] if won or lead % 5 == 0 else []

    return does


def test_it_finds_what_won_leads_had_done_in_their_first_days(cast: Cast) -> None:
    history(40, 160, attended(3))
    found = suggest("mql", now=NOW)
    assert found.document == {"criteria": WEBINAR}
    assert (found.evidence.leads, found.evidence.won, found.evidence.base_rate) == (200, 40, 0.2)
    assert (found.evidence.recall.k, found.evidence.recall.n) == (40, 40)
    assert found.evidence.precision.n == 72
    assert found.evidence.wait_seconds == 40 * 86_400
    assert "Learned from 200 leads" in found.evidence.sentences[0]


def test_it_is_the_same_each_time(cast: Cast) -> None:
    history(
        40, 160, attended(3), fields=lambda n, won: {"source": "abc"[n % 3], "country": "DE" if won or n % 3 else "FR"}
    )
    assert suggest("mql", now=NOW) == suggest("mql", now=NOW)


@pytest.mark.parametrize("at", [7.5, 30])
def test_what_they_did_later_teaches_nothing(cast: Cast, at: float) -> None:
    history(40, 160, attended(at), learnt=at)
    with pytest.raises(Refused) as refused:
        suggest("mql", now=NOW)
    assert refused.value.code == "nothing_learned"


def test_an_attribute_that_hardly_any_but_won_leads_have_teaches_nothing(cast: Cast) -> None:
    history(40, 160, fields=lambda n, won: {"attributes": {"contract": "yes"} if won or n % 10 == 0 else {}})
    with pytest.raises(Refused) as refused:
        suggest("mql", now=NOW)
    assert refused.value.code == "nothing_learned"


def test_what_was_learnt_later_teaches_nothing(cast: Cast) -> None:
    history(40, 160, attended(3), learnt=300)
    with pytest.raises(Refused) as refused:
        suggest("mql", now=NOW)
    assert refused.value.code == "nothing_learned"


def test_it_learns_from_who_they_are_too(cast: Cast) -> None:
    def fields(n: int, won: bool) -> dict[str, Any]:
        return {"title": "Head of Sales" if won or n % 7 == 0 else "Student", "attributes": {"plan": "ab"[n % 2]}}

    history(40, 160, fields=fields)
    criteria = suggest("mql", now=NOW).document["criteria"]
    assert criteria in (
        {"field": "lead.title", "op": "contains", "value": "head"},
        {"field": "lead.title", "op": "contains", "value": "sales"},
        {"not": {"field": "lead.title", "op": "contains", "value": "student"}},
    )


@pytest.mark.parametrize(("won", "others"), [(0, 200), (29, 200), (40, 99)])
def test_too_little_history_is_refused_with_the_numbers(cast: Cast, won: int, others: int) -> None:
    history(won, others, attended(3))
    with pytest.raises(Refused) as refused:
        suggest("mql", now=NOW)
    assert refused.value.code == "too_little_history"
    assert "30 won and 100 other leads" in refused.value.detail


def test_a_wish_becomes_a_draft_with_its_evidence_and_its_backtest(cast: Cast) -> None:
    history(40, 160, attended(3))
    run = ask_suggestion("mql", by=cast.marketer, now=NOW)
    assert ask_suggestion("mql", by=cast.marketer, now=NOW) == run
    assert (work_off(), work_off()) == (1, 0)
    run.refresh_from_db()
    assert (run.state, run.error) == ("done", "")
    draft = Version.objects.get(agreement__kind="lead_definition")
    assert (run.version, draft.step, draft.author) == (draft, Step.DRAFT, cast.marketer)
    assert terms_of(draft) == LeadDefinition.model_validate({"criteria": WEBINAR})
    assert draft.note.startswith("Learned from 200 leads")
    assert run_waiting() == 1
    assert Backtest.objects.get().state == "done"


def test_why_there_is_none_is_kept_with_the_wish(cast: Cast) -> None:
    run = ask_suggestion("mql", by=cast.marketer, now=NOW)
    assert work_off() == 1
    run.refresh_from_db()
    assert (run.state, run.code, run.version) == ("failed", "too_little_history", None)
    assert Version.objects.filter(agreement__kind="lead_definition").count() == 0


def test_what_a_killed_worker_left_is_taken_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    run = ask_suggestion("mql", by=cast.marketer, now=NOW)
    SuggestionRun.objects.filter(pk=run.pk).update(state="running", lease_until=day(400.001))
    assert work_off() == 0
    present_is(day(401), monkeypatch)
    assert work_off() == 1


@pytest.mark.parametrize(("key", "code"), [("inquiry", "invalid_key"), ("nonsense", "invalid_key")])
def test_only_for_stages_that_can_have_a_definition(cast: Cast, key: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        ask_suggestion(key, by=cast.marketer, now=NOW)
    assert refused.value.code == code


def test_only_who_may_draft_may_ask(cast: Cast) -> None:
    for person, status in ((cast.manager, 403), (cast.partner, 404), (cast.outsider, 404)):
        with pytest.raises(Refused) as refused:
            ask_suggestion("mql", by=person, now=NOW)
        assert refused.value.status == status


def test_one_asks_with_a_button_watches_it_and_comes_to_the_draft(cast: Cast) -> None:
    history(40, 160, attended(3))
    person = Client()
    person.force_login(cast.salesperson)
    asked = person.post("/agreements/lead_definition/mql/suggested/")
    place = asked["Location"]
    assert asked.status_code == 302
    page = person.get(place)
    assert page.status_code == 200
    assert "Waiting for a worker" in page.content.decode()
    work_off()
    assert person.get(place)["Location"] == "/agreements/lead_definition/mql/1/"
    assert person.get(place, headers={"HX-Request": "true"})["HX-Redirect"] == "/agreements/lead_definition/mql/1/"
    assert "Suggest a start from history" in person.get("/agreements/lead_definition/mql/1/edit/").content.decode()
    assert person.post("/agreements/lead_definition/inquiry/suggested/").status_code == 404
    for somebody, status in ((cast.manager, 403), (cast.partner, 404)):
        person.force_login(somebody)
        assert person.post("/agreements/lead_definition/mql/suggested/").status_code == status


def test_why_there_is_none_stands_on_the_page_and_in_the_api(cast: Cast) -> None:
    person = Client()
    person.force_login(cast.marketer)
    place = person.post("/agreements/lead_definition/mql/suggested/")["Location"]
    work_off()
    assert "too little history" in person.get(place).content.decode()
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {create_api_key(cast.marketer, scope='write')}")
    asked = caller.post("/api/v1/agreements/suggest", {"kind": "lead_definition", "key": "mql"}, format="json")
    assert (asked.status_code, asked.json()["state"]) == (202, "queued")
    work_off()
    told = caller.get(asked["Location"]).json()
    assert (told["state"], told["code"], told["version"]) == ("failed", "too_little_history", None)
    refused = caller.post("/api/v1/agreements/suggest", {"kind": "funnel", "key": "default"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (400, "no_suggestion")
