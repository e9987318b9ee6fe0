"""The pages about KPIs: for both sides, managers and operators; begun, written, agreed and read without a script."""

from __future__ import annotations

import pytest
from django.test import Client

from alignment.agreements.models import Version
from alignment.agreements.terms import terms_of
from alignment.people.models import User
from kpis.agreed.milestones import tick_off
from kpis.agreed.standings import refresh
from kpis.agreed.terms import KpiTerms
from tests.clocks import present_is
from tests.kpis.agreed.agreeing import a_kpi
from tests.world import TIME_ZERO, Cast, a_deal, a_lead, cast, day

pytestmark = pytest.mark.django_db
TODAY = day(45)  # 15 February 2024


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Cast:
    present_is(TODAY, monkeypatch)
    return cast()


def client(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found


def shown(user: User, path: str) -> str:
    answer = client(user).get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def won(number: int, at: float) -> None:
    for one in range(number):
        lead = a_lead(f"l-{at}-{one}", source="web" if one % 2 else "fair")
        a_deal(lead, status="won", opened_at=day(at - 5), closed_at=day(at), system="t", external_id=f"d-{at}-{one}")


def test_nothing_agreed_teaches_how_to_begin(people: Cast) -> None:
    said = shown(people.salesperson, "/kpis/")
    assert "No KPI is agreed yet" in said
    assert "Begin a draft" in said
    assert "Begin a draft" not in shown(people.manager, "/kpis/")


def test_partners_and_outsiders_see_no_kpi(people: Cast) -> None:
    a_kpi(people, at=TIME_ZERO)
    for user in (people.partner, people.outsider):
        for path in (
            "/kpis/",
            "/kpis/won-deals/",
            "/kpis/targets/",
            "/kpis/baseline/",
            "/api/v1/kpis",
            "/api/v1/kpis/won-deals",
        ):
            assert client(user).get(path).status_code == 404, path


def test_the_scorecard_tells_value_target_status_and_next_milestone(people: Cast) -> None:
    a_kpi(
        people, at=TIME_ZERO, milestones=[{"title": "Half way", "share": "0.5"}, {"title": "The castle", "share": "0.8"}],
        owner="salesperson@test.example",
    )  # fmt: skip
    won(2, 40)
    tick_off(TODAY)
    refresh(TODAY)
    said = shown(people.marketer, "/kpis/")
    assert "Half way" in said
    assert "The castle: 3.2" in said
    assert "at least 4" in said
    assert "Salesperson" in said
    assert "most of it by source" in said
    assert "No KPI is agreed yet" in shown(people.marketer, "/kpis/?side=marketing")


def test_a_kpis_page_tells_what_was_agreed_what_changed_and_who_did_what(people: Cast) -> None:
    a_kpi(people, at=TIME_ZERO, milestones=[{"title": "Half way", "value": "2"}], why="It is what we live on.")
    won(3, 40)
    won(1, 10)
    tick_off(TODAY)
    said = shown(people.sales_lead, "/kpis/won-deals/")
    for words in (
        "It is what we live on.", "2024-02", "Well done, both.", "Sales Lead signed version 1 for sales.", "fair", "web",
        "at least 4", "No bonus hangs on it.",
    ):  # fmt: skip
        assert words in said, words
    assert client(people.sales_lead).get("/kpis/no-such-kpi/").status_code == 404


def test_a_draft_is_begun_written_and_said_in_words_on_plain_forms(people: Cast) -> None:
    writer = client(people.marketer)
    begun = writer.post("/kpis/new/", {"title": "Good Leads!"})
    assert begun["Location"] == "/kpis/good-leads/draft/1/"
    page = writer.get(begun["Location"]).content.decode()
    assert "What each metric counts" in page
    assert "<script" not in page.partition('<form method="post" action="/kpis/good-leads')[2].partition("</form>")[0]
    form = {
        "title": "Good leads", "metric": "accepted_leads", "divided_by": "leads_created", "over_cut_0": "source",
        "over_value_0": "web", "under_cut_0": "source", "under_value_0": "web", "direction": "up", "grain": "quarter",
        "course": "", "side": "marketing", "owner": "", "rows": "2", "target_period_0": "2024-Q1", "target_value_0": "25",
        "target_period_1": "2024-Q2", "target_value_1": "27.5", "milestone_title_0": "Nearly", "milestone_share_0": "90",
        "revision": "1",
    }  # fmt: skip
    looked = writer.post(begun["Location"], {**form, "do": "look"}).content.decode()
    assert "In 2024-Q2: at least 27.5 %." in looked
    assert Version.objects.get(agreement__key="good-leads").revision == 1
    saved = writer.post(begun["Location"], {**form, "do": "save"})
    assert saved["Location"] == "/agreements/kpi/good-leads/1/"
    terms = terms_of(Version.objects.select_related("agreement").get(agreement__key="good-leads"))
    assert isinstance(terms, KpiTerms)
    assert [(line.period, str(line.value)) for line in terms.targets] == [("2024-Q1", "0.25"), ("2024-Q2", "0.275")]
    assert [part.where for part in terms.parts] == [{"source": "web"}, {"source": "web"}]
    assert terms.milestones[0].share is not None
    assert f"{terms.milestones[0].share:f}" == "0.9"
    again = writer.get(begun["Location"]).content.decode()
    assert 'value="27.5"' in again
    assert writer.get(saved["Location"]).status_code == 200


def test_what_is_wrong_is_told_and_what_was_written_stays(people: Cast) -> None:
    writer = client(people.marketer)
    writer.post("/kpis/new/", {"title": "Revenue"})
    form = {
        "title": "Our revenue", "metric": "won_revenue", "direction": "up", "grain": "month", "side": "sales", "bonus": "on",
        "rows": "1", "target_period_0": "2024-02", "target_value_0": "1000", "revision": "1", "do": "save",
    }  # fmt: skip
    answer = writer.post("/kpis/revenue/draft/1/", form)
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "is moved by marketing" in said
    assert "Our revenue" in said
    wrong = writer.post("/kpis/revenue/draft/1/", {**form, "bonus": "", "target_value_0": "many"}).content.decode()
    assert "“many” is no number" in wrong


def test_more_rows_go_on_with_the_following_periods(people: Cast) -> None:
    writer = client(people.marketer)
    writer.post("/kpis/new/", {"title": "Won deals"})
    form = {
        "metric": "won_deals",
        "grain": "month",
        "rows": "1",
        "target_period_0": "2024-11",
        "target_value_0": "3",
        "do": "rows",
    }
    said = writer.post("/kpis/won-deals/draft/1/", form).content.decode()
    assert 'value="2024-12"' in said
    assert 'value="2025-05"' in said


def test_managers_read_and_write_nothing(people: Cast) -> None:
    client(people.marketer).post("/kpis/new/", {"title": "Won deals"})
    assert client(people.manager).get("/kpis/won-deals/draft/1/").status_code == 404
    client(people.manager).post("/kpis/new/", {"title": "Mine"})
    assert not Version.objects.filter(agreement__key="mine").exists()


def test_the_api_gives_the_scorecard_and_one_kpi(people: Cast) -> None:
    a_kpi(people, at=TIME_ZERO, milestones=[{"title": "Half way", "value": "2"}])
    won(2, 40)
    tick_off(TODAY)
    document = client(people.salesperson).get("/api/v1/kpis").json()
    [one] = document["kpis"]
    assert (one["key"], one["period"], one["value"], one["target"], one["status"]) == (
        "won-deals",
        "2024-02",
        2,
        4,
        "on_track",
    )
    assert one["milestones"] == [
        {"title": "Half way", "threshold": 2, "reached_at": "2024-02-10T09:00:00Z", "taken_back_at": None}
    ]
    assert client(people.salesperson).get("/api/v1/kpis/won-deals").json() == one
    assert client(people.salesperson).get("/api/v1/reports/scorecard").json()["kpis"] == [one]
    assert client(people.salesperson).get("/api/v1/kpis/none").status_code == 404
    assert client(people.salesperson).get("/api/v1/kpis?side=both").status_code == 400


def test_the_dashboard_begins_with_five_numbers_and_what_to_do(people: Cast) -> None:
    won(2, 40)
    said = shown(people.marketer, "/")
    for title in ("Leads created", "Acceptance rate", "Leaks open", "Won deals", "Won revenue"):
        assert title in said, title
    assert "not agreed yet" in said
    assert "Close those first that are worth most." in said
    assert "not agreed yet" not in shown(people.partner, "/")
