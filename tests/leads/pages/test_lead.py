"""A lead's page: who sees it, what it tells, and what is done on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alignment.people.models import User
from kpis.models import Leak
from leads.activities.models import Activity
from leads.lifecycle.models import StageChange
from leads.privacy.models import Removal
from leads.records.models import Lead
from leads.selectors.timeline import PAGE
from tests.leads.pages.reading import next_of, text_of, undo_of
from tests.world import Cast, a_deal, a_lead, day, did, held_by, moved

Browse = Callable[[User], Client]


def test_strangers_find_no_lead_and_nothing_to_do_with_it(people: Cast, browse: Browse) -> None:
    lead = a_lead("1", full_name="Ada")
    held_by(lead, people.partner)
    for user, status in (
        (people.partner, 200),
        (people.marketer, 200),
        (people.manager, 200),
        (people.other_partner, 404),
        (people.outsider, 404),
    ):
        assert browse(user).get(f"/leads/{lead.pk}/").status_code == status, user
    for path in ("move/", "log/", "test/", "notes/", "erase/"):
        assert (
            browse(people.other_partner).post(f"/leads/{lead.pk}/{path}", {"to": "mql", "body": "x"}).status_code == 404
        ), path
        assert browse(people.manager).post(f"/leads/{lead.pk}/{path}", {"to": "mql", "body": "x"}).status_code == 403, (
            path
        )
    assert browse(people.other_partner).get(f"/leads/{lead.pk}/edit/").status_code == 404
    assert browse(people.manager).get(f"/leads/{lead.pk}/edit/").status_code == 404


def test_the_page_tells_who_it_is_how_far_it_came_and_what_happened(people: Cast, browse: Browse) -> None:
    lead = a_lead("1", first_name="Ada", last_name="Quarrell", title="CTO", company="Ferrous Ltd", email="ada@ferrous.example",
                  source="web", consents={"marketing": "withdrawn"}, attributes={"shoe size": "38"})  # fmt: skip
    moved(lead, ("mql", 3))
    moved(lead, ("disqualified", 4), reason="a competitor")
    did(lead, "call", 3.5, by=people.salesperson.label, subject="First call", outcome="reached")
    a_deal(lead, amount="1250", status="lost", closed_at=day(6), lost_reason="too dear")
    text = text_of(browse(people.salesperson).get(f"/leads/{lead.pk}/"))
    for said in ("Ada Quarrell", "CTO at Ferrous Ltd", "To MQL", "Reason: a competitor", "First call", "Outcome: reached", "€1,250.00",
                 "too dear", "must not be contacted", "shoe size 38", "web", "Consent for marketing: withdrawn"):  # fmt: skip
        assert said in text, said


def test_what_somebody_else_wrote_is_text_and_nothing_else(people: Cast, browse: Browse) -> None:
    lead = a_lead("1", full_name="<script>alert(1)</script>", attributes={"<b>": "<i>"})
    browser = browse(people.salesperson)
    browser.post(f"/leads/{lead.pk}/notes/", {"body": "<img src=x onerror=alert(1)> @marketer@test.example"})
    page = browser.get(f"/leads/{lead.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert '<span class="mention" title="marketer@test.example">@Marketer</span>' in page


def test_older_things_are_on_further_pages_and_nothing_is_lost(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    for n in range(PAGE + 30):
        did(lead, "page_view", 1, url=f"/page-{n}/")
    browser = browse(people.marketer)
    first = browser.get(f"/leads/{lead.pk}/")
    second = browser.get(f"/leads/{lead.pk}/{next_of(first)}")
    text = text_of(first) + text_of(second)
    assert all(text.count(f"/page-{n}/") == 1 for n in range(PAGE + 30))
    assert next_of(second) == ""


@pytest.mark.parametrize(
    "before",
    ["x", "~~", "2024-01-01~1~1", "2024-01-01T00:00:00+00:00~9~" + "9" * 40, "9999-12-31T23:59:59-12:00~1~1", "%00"],
)
def test_no_address_breaks_the_page(people: Cast, browse: Browse, before: str) -> None:
    lead = a_lead("1")
    assert browse(people.marketer).get(f"/leads/{lead.pk}/", {"before": before}).status_code == 200
    assert browse(people.marketer).get(f"/leads/{'9' * 40}/").status_code == 404


def test_a_long_history_costs_as_many_queries_as_a_short_one(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    browser = browse(people.marketer)

    def look() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/leads/{lead.pk}/")
        return len(queries)

    def happen(times: int) -> None:
        for n in range(times):
            did(lead, "call", 1 + n, by=people.salesperson.label, campaign="Spring")
            moved(lead, ("mql" if n % 2 else "sal", 2 + n))
            held_by(lead, people.salesperson if n % 2 else people.sales_lead, day(n + 0.5))
            browser.post(f"/leads/{lead.pk}/notes/", {"body": f"note {n}"})

    happen(2)
    look()
    few = look()
    happen(6)
    look()
    assert look() == few


def test_a_move_is_logged_and_taken_back_with_one_click(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    browser = browse(people.salesperson)
    answer = browser.post(
        f"/leads/{lead.pk}/move/", {"to": "mql", "expected": "inquiry", "reason": "fits"}, follow=True
    )
    assert "Moved to MQL." in text_of(answer)
    lead.refresh_from_db()
    assert lead.stage_id == "mql"
    undo = undo_of(answer)
    assert "not this move" not in text_of(browse(people.marketer).post(undo, follow=True))
    lead.refresh_from_db()
    assert lead.stage_id == "mql", "somebody else's move stays"
    assert "taken back" in text_of(browser.post(undo, follow=True))
    lead.refresh_from_db()
    assert lead.stage_id == "inquiry"
    assert StageChange.objects.filter(lead=lead, to="mql", void__isnull=False).count() == 1
    assert browser.post(undo).status_code == 404, "once is enough"


def test_who_gave_a_lead_up_is_asked_why_until_somebody_says_so(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    moved(lead, ("disqualified", 4))
    browser = browse(people.salesperson)
    assert "Why was it given up?" in text_of(browser.get(f"/leads/{lead.pk}/"))
    given = {"to": "disqualified", "expected": "disqualified", "reason": "a competitor"}
    answer = browser.post(f"/leads/{lead.pk}/move/", given, follow=True)
    assert "The reason is kept." in text_of(answer)
    assert "Why was it given up?" not in text_of(answer)
    browser.post(undo_of(answer))
    assert "Why was it given up?" in text_of(browser.get(f"/leads/{lead.pk}/"))


def test_who_saw_an_older_stage_is_told_and_moves_nothing(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    moved(lead, ("sql", 3))
    text = text_of(
        browse(people.salesperson).post(f"/leads/{lead.pk}/move/", {"to": "mql", "expected": "inquiry"}, follow=True)
    )
    assert "This lead is in sql by now, not in inquiry" in text
    lead.refresh_from_db()
    assert lead.stage_id == "sql"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"to": "nonsense"}, "Select a valid choice"),
        ({"to": "mql", "at": "9999-01-01T00:00"}, "future"),
        ({"to": "mql", "at": "soon"}, "When: Write a date"),
    ],
)
def test_a_move_that_cannot_be_is_said_and_not_made(
    people: Cast, browse: Browse, given: dict[str, str], said: str
) -> None:
    lead = a_lead("1")
    assert said in text_of(browse(people.salesperson).post(f"/leads/{lead.pk}/move/", given, follow=True))
    assert StageChange.objects.filter(lead=lead).count() == 1


def test_what_is_logged_by_hand_says_who_and_when(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    given = {"kind": "call", "at": "2024-05-06T10:30", "subject": "Hello", "outcome": "reached"}
    assert "Logged." in text_of(browse(people.salesperson).post(f"/leads/{lead.pk}/log/", given, follow=True))
    row = Activity.objects.get(lead=lead)
    assert (row.kind, row.by, row.actor, row.typed_in, row.subject, row.outcome) == (
        "call", people.salesperson, people.salesperson, True, "Hello", "reached",
    )  # fmt: skip
    assert row.at.isoformat() == "2024-05-06T10:30:00+00:00"


def test_a_test_is_marked_for_good_and_its_page_says_so(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    text = text_of(browse(people.marketer).post(f"/leads/{lead.pk}/test/", follow=True))
    assert "Marked as a test" in text
    assert "Test, counts in no figure" in text
    lead.refresh_from_db()
    assert lead.is_test


def test_only_an_operator_erases_and_only_with_the_word(people: Cast, browse: Browse) -> None:
    lead = a_lead("1", full_name="Ada Quarrell", email="ada@ferrous.example")
    assert browse(people.marketer).post(f"/leads/{lead.pk}/erase/", {"word": "erase"}).status_code == 404
    operator = browse(people.operator)
    assert "Nothing was erased" in text_of(operator.post(f"/leads/{lead.pk}/erase/", {"word": "yes"}, follow=True))
    text = text_of(operator.post(f"/leads/{lead.pk}/erase/", {"word": "Erase"}, follow=True))
    assert "Quarrell" not in text
    assert "(erased)" in text
    assert "Keep note" not in text, "nothing is written about it any more"
    assert Removal.objects.count() == 1
    assert Lead.objects.get(pk=lead.pk).erased_at is not None


def test_leaks_stand_on_the_page_and_in_the_list(people: Cast, browse: Browse) -> None:
    lead = a_lead("1")
    Leak.objects.create(
        lead=lead, kind="stalled", pass_number=1, since=day(1), side="sales", stage="sql", limit_seconds=86_400
    )
    browser = browse(people.salesperson)
    assert "What leaks here" in text_of(browser.get(f"/leads/{lead.pk}/"))
    assert "stalled" in text_of(browser.get("/leads/?leak=stalled&leak_side=sales"))
    assert "No lead fits" in text_of(browser.get("/leads/?leak=orphaned"))
