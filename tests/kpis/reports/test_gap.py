"""The gap counts what was passed and what became of it, says which condition explains rejections, and begins a draft with it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.in_force import InForce, in_force
from alignment.agreements.models import Version
from alignment.people.models import User
from kpis.reports.gap_conditions import explain_rejections, words_of
from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from leads.definitions.suggesting.queries.people import Person
from leads.definitions.terms import LeadDefinition
from leads.handoffs.deciding import accept, reject
from leads.lifecycle.changes import NewChange, record_changes
from leads.models import Lead
from tests.clocks import present_is
from tests.kpis.pages.test_lists_behind_figures import LINK, length, read, signed_in
from tests.leads.handoffs.handing import agreed, offered
from tests.world import TIME_ZERO, Cast, a_lead, cast, day, did

pytestmark = pytest.mark.django_db

DEFINITION = {
    "criteria": {
        "all": [
            {"field": "lead.email_usable", "op": "is", "value": True},
            {"activity": {"kinds": ["page_view"]}, "op": "at_least", "count": 1},
        ]
    }
}
LATER = day(60)


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def definition(people: Cast) -> InForce:
    draft = start_draft("lead_definition", "mql", DEFINITION, author=people.marketing_lead, now=TIME_ZERO)
    propose(draft.pk, by=people.marketing_lead, now=TIME_ZERO)
    sign(draft.pk, by=people.sales_lead, now=TIME_ZERO)
    found = in_force("lead_definition", "mql", TIME_ZERO)
    assert found is not None
    return found


@pytest.fixture
def rule(people: Cast) -> InForce:
    return agreed(people)


def passed(definition: InForce, name: str, at: float, *, views: int = 1, **fields: Any) -> Lead:
    """A lead that the definition moved to MQL so many days after the beginning."""
    lead = a_lead(name, email=f"{name}@example.com", **fields)
    for number in range(views):
        did(lead, "page_view", at - 0.5 + number / 100)
    record_changes(
        [NewChange(lead.pk, "mql", day(at), "definition", agreement_version_id=definition.version_id)],
        recorded_at=day(at),
    )
    return lead


def answer(user: User | None = None, *, now: datetime = LATER, **options: str) -> dict[str, Any]:
    given = {"start": "2024-01-01", "end": "2024-02-01", **options}
    return REPORTS["gap"].run(read_params({k: [v] for k, v in given.items()}, now=now), user)


def lines(document: dict[str, Any]) -> dict[tuple[str | None, ...], tuple[int, ...]]:
    names = ("qualified", "offered", "open", "accepted", "rejected", "expired", "returned", "refused")
    return {tuple(g["group"].values()): tuple(g[name] for name in names) for g in document["groups"]}


def hour(days: float) -> datetime:
    return day(days) + timedelta(hours=1)


def test_each_passing_counts_once_in_each_column(people: Cast, definition: InForce, rule: InForce) -> None:
    seller, lead_ = people.salesperson, people.sales_lead
    passed(definition, "idle", 1, source="web")
    bounced = passed(definition, "bounced", 1, source="web")
    first = offered(bounced, rule, seller, when=day(1))
    reject(first.pk, by=seller, reason="not-mine", note=None, now=hour(1))
    second = offered(bounced, rule, lead_, when=day(2))
    accept(second.pk, by=lead_, now=hour(2))
    turned_down = passed(definition, "down", 3, source="fair")
    reject(offered(turned_down, rule, seller, when=day(3)).pk, by=seller, reason="not-now", note=None, now=hour(3))
    offered(passed(definition, "open", 4, source="web"), rule, seller, when=day(4))
    by_hand = a_lead("hand", email="hand@example.com", source="fair")
    record_changes([NewChange(by_hand.pk, "mql", day(5), "manual")], recorded_at=day(5))
    accept(offered(by_hand, rule, seller, when=day(5)).pk, by=seller, now=hour(5))

    assert lines(answer(by="definition,rule,source")) == {
        ("mql v1", "mql-to-sal", "fair"): (1, 1, 0, 0, 1, 0, 0, 1),
        ("mql v1", "mql-to-sal", "web"): (2, 2, 1, 1, 1, 0, 0, 0),
        ("mql v1", None, "web"): (1, 0, 0, 0, 0, 0, 0, 0),
        (None, "mql-to-sal", "fair"): (0, 1, 0, 1, 0, 0, 0, 0),
    }
    assert lines(answer()) == {
        ("mql v1", "mql-to-sal"): (3, 3, 1, 1, 2, 0, 0, 1),
        ("mql v1", None): (1, 0, 0, 0, 0, 0, 0, 0),
        (None, "mql-to-sal"): (0, 1, 0, 1, 0, 0, 0, 0),
    }
    total = answer()["total"]
    assert [total[name] for name in ("qualified", "offered", "accepted", "rejected", "refused")] == [4, 4, 2, 2, 1]
    assert total["acceptance_rate"] == pytest.approx(2 / 3)
    assert [(one["key"], one["n"]) for one in total["reasons"]] == [("not-mine", 1), ("not-now", 1)]
    assert lines(answer(by="definition")) == {
        ("mql v1",): (4, 3, 1, 1, 2, 0, 0, 1),
        (None,): (0, 1, 0, 1, 0, 0, 0, 0),
    }
    [whole] = answer(by="definition", where="definition=mql v1")["groups"]
    assert whole["acceptance_rate"] == 0.5
    assert whole["reasons"] == [
        {"key": "not-mine", "title": "Belongs to somebody else", "n": 1},
        {"key": "not-now", "title": "Not now", "n": 1},
    ]
    before = lines(answer(as_of=day(2.01).isoformat(), by="definition"))
    assert before == {("mql v1",): (2, 1, 1, 0, 1, 0, 0, 1)}
    assert lines(answer(start="2024-02-01", end="2024-03-01")) == {}


def test_a_second_qualification_has_its_own_offers(people: Cast, definition: InForce, rule: InForce) -> None:
    lead = passed(definition, "again", 1)
    reject(
        offered(lead, rule, people.salesperson, when=day(1)).pk,
        by=people.salesperson,
        reason="not-now",
        note=None,
        now=hour(1),
    )
    record_changes(
        [NewChange(lead.pk, "mql", day(20), "definition", agreement_version_id=definition.version_id)],
        recorded_at=day(20),
    )
    accept(offered(lead, rule, people.salesperson, when=day(20)).pk, by=people.salesperson, now=hour(20))
    assert lines(answer(by="definition")) == {("mql v1",): (2, 2, 0, 1, 1, 0, 0, 1)}
    assert lines(answer(by="week")) == {
        ("2024-W01",): (1, 1, 0, 0, 1, 0, 0, 1),
        ("2024-W03",): (1, 1, 0, 1, 0, 0, 0, 0),
    }


def decided(people: Cast, definition: InForce, rule: InForce) -> None:
    """Ten students, all turned down; twelve others who looked three times, of whom two were."""
    for number in range(10):
        lead = passed(definition, f"student-{number}", 1, title="Student", source="web")
        handoff = offered(lead, rule, people.salesperson, when=day(1))
        reject(handoff.pk, by=people.salesperson, reason="not-now", note=None, now=hour(1))
    for number in range(12):
        lead = passed(definition, f"buyer-{number}", 2, views=3, title="Buyer", source="web")
        handoff = offered(lead, rule, people.salesperson, when=day(2))
        if number < 2:
            reject(handoff.pk, by=people.salesperson, reason="not-now", note=None, now=hour(2))
        else:
            accept(handoff.pk, by=people.salesperson, now=hour(2))


def test_the_condition_that_explains_most_rejections_comes_first(
    people: Cast, definition: InForce, rule: InForce
) -> None:
    decided(people, definition, rule)
    [version] = answer(people.marketer)["conditions"]
    assert (version["definition"], version["rejected"], version["accepted"], version["in_force"]) == (
        "mql v1", 12, 10, True,
    )  # fmt: skip
    best = version["explains"][0]
    assert (best["rejected_explained"], best["accepted_lost"], best["net"], best["clear"]) == (10, 0, 10, True)
    assert best["rejected_share_without"] == 1.0
    assert best["rejected_share_with"] == pytest.approx(2 / 12)
    assert best["says"].startswith(
        "Of 12 leads that were turned down, 10 would not have been passed; all 10 that were accepted would have been. "
        "Turned down: 100 % of those that fail this, 17 % of those that meet it. "
    )
    assert version["left_out"] == 0
    assert "22 leads are few: it may be chance." in best["says"]
    assert all(one["net"] > 0 for one in version["explains"])
    assert answer(people.partner)["conditions"] == []


def test_the_sentence_says_of_accepted_leads_that_they_would_not_have_been_passed_either(
    people: Cast, definition: InForce, rule: InForce
) -> None:
    for number, title in enumerate(["Student"] * 4 + ["Buyer"] * 6):
        lead = passed(definition, f"{title}-{number}".lower(), 1, title=title)
        handoff = offered(lead, rule, people.salesperson, when=day(1))
        if number < 3:
            reject(handoff.pk, by=people.salesperson, reason="not-now", note=None, now=hour(1))
        else:
            accept(handoff.pk, by=people.salesperson, now=hour(1))
    [version] = answer(people.marketer)["conditions"]
    [said] = [one["says"] for one in version["explains"] if one["accepted_lost"] == 1]
    assert said.startswith(
        "Of 3 leads that were turned down, 3 would not have been passed; nor would 1 of the 7 that were accepted. "
        "Turned down: 75 % of those that fail this, 0 % of those that meet it. "
    )


def test_of_too_many_leads_the_latest_are_looked_at_and_it_says_so(people: Cast) -> None:
    """The lowest ids are those that came last: the order of ids is not the order of time."""
    late = [a_lead(f"late-{number}", title="Student" if number < 4 else "Buyer") for number in range(8)]
    early = [a_lead(f"early-{number}") for number in range(4)]
    people_seen = [Person(lead.pk, day(20), number >= 4) for number, lead in enumerate(late)]
    people_seen += [Person(lead.pk, day(2), False) for lead in early]
    found = explain_rejections(LeadDefinition.model_validate(DEFINITION), people_seen, most=8)
    assert (found.rejected, found.accepted, found.left_out) == (4, 4, 4)
    assert words_of(found, found.best[0]).startswith(
        "Of the latest 8 leads decided on: of 4 leads that were turned down, 4"
    )


def test_nothing_explains_where_nothing_was_turned_down(people: Cast, definition: InForce, rule: InForce) -> None:
    lead = passed(definition, "one", 1)
    accept(offered(lead, rule, people.salesperson, when=day(1)).pk, by=people.salesperson, now=hour(1))
    assert answer(people.marketer)["conditions"] == []


def test_a_draft_begins_with_the_condition(
    people: Cast, definition: InForce, rule: InForce, monkeypatch: pytest.MonkeyPatch
) -> None:
    present_is(LATER, monkeypatch)
    decided(people, definition, rule)
    client = signed_in(people.marketer)
    html = read(client, "/reports/gap/?start=2024-01-01&end=2024-02-01")
    behind = [(link, int(n)) for link, n in LINK.findall(html) if link.startswith("/reports/gap/behind/")]
    assert [n for _link, n in behind] == [22, 22, 0, 10, 12, 0, 0]
    assert [(link, length(client, link)) for link, _n in behind] == behind
    found = re.search(r'name="version" value="(\d+)"><input type="hidden" name="condition" value="([^"]+)"', html)
    assert found is not None
    sent = {"version": found[1], "condition": unescape(found[2])}
    answered = client.post("/reports/gap/draft/", sent)
    draft = Version.objects.latest("pk")
    assert answered.status_code == 302
    assert answered["Location"] == f"/agreements/lead_definition/mql/{draft.number}/edit/"
    assert (draft.step, draft.author, draft.note[:26]) == ("draft", people.marketer, "From the gap view, on vers")
    assert len(draft.terms["criteria"]["all"]) in (2, 3)
    assert draft.terms["criteria"] != DEFINITION["criteria"]
    assert client.get(answered["Location"]).status_code == 200
    assert client.post("/reports/gap/draft/", {**sent, "condition": "{}"}).status_code == 400
    assert client.post("/reports/gap/draft/", {**sent, "version": "999999"}).status_code == 404
    assert signed_in(people.partner).post("/reports/gap/draft/", sent).status_code in (403, 404)
    assert signed_in(people.manager).post("/reports/gap/draft/", sent).status_code == 403
