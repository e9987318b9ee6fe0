"""Which leads came back, why, what was tried, and what becomes of them?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alignment.programs.rows import CampaignRow
from alignment.programs.save import save_campaigns
from kpis.pages import answers
from kpis.pages.tasks import keep_answer
from leads.funnel.stage_sets import stage_set
from leads.handoffs.comebacks import NO_REASON, Wanted, reasons, returned
from leads.handoffs.deciding import accept, reject
from leads.handoffs.models import Handoff
from leads.handoffs.returning import give_back
from tests.leads.handoffs.handing import an_mql, offered
from tests.leads.handoffs.pages.conftest import Browse
from tests.leads.handoffs.pages.scene import Scene, before, tried
from tests.leads.pages.reading import text_of, undo_of
from tests.world import NOW, Cast, moved

EVER = Wanted(since=NOW - timedelta(days=365))


def test_it_tells_why_from_whom_and_what_was_tried(cast: Cast, morning: Scene, browse: Browse) -> None:
    text = text_of(browse(cast.marketer).get("/returned/"))
    for said in ("Theo Turned-Down", "Not now : “Budget only in spring”", "Turned down by Salesperson of Sales, yesterday",
                 "Tried 1 time, last: No answer", "Recycled"):  # fmt: skip
        assert said in text, said
    assert "Rita Running" not in text


def test_given_back_counts_and_what_was_tried_ends_with_it(cast: Cast, morning: Scene, browse: Browse) -> None:
    connie = morning.of("Connie Contact")
    tried(connie.lead, cast.salesperson, before(3), "Reached")
    give_back(connie.pk, by=cast.salesperson, reason="no-fit", note="A school", now=before(2))
    tried(connie.lead, cast.salesperson, before(1), "Much later")
    text = text_of(browse(cast.marketer).get("/returned/"))
    assert "Given back by Salesperson of Sales," in text
    assert "Tried 1 time, last: Reached." in text
    assert "Much later" not in text
    assert text.index("Connie Contact") < text.index("Theo Turned-Down")


def test_which_reasons_come_back_better(cast: Cast, morning: Scene) -> None:
    theo = morning.of("Theo Turned-Down").lead
    moved(theo, ("mql", 334.9))
    again = offered(theo, morning.rule, cast.salesperson, when=before(2))
    accept(again.pk, by=cast.salesperson, now=before(1))
    other = offered(an_mql("other"), morning.rule, cast.salesperson, when=before(9))
    reject(other.pk, by=cast.salesperson, reason="not-now", now=before(8))
    never = offered(an_mql("never"), morning.rule, cast.salesperson, when=before(9))
    reject(never.pk, by=cast.salesperson, reason="no-fit", note="A school", now=before(8))
    found = [
        (one.title, one.facts.n, one.facts.again, one.facts.accepted, one.facts.won)
        for one in reasons(EVER, stage_set())
    ]
    assert found == [("Not now", 2, 1, 1, 0), ("Does not fit", 1, 0, 0, 0)]
    moved(theo, ("won", 335.1))
    assert [one.facts.won for one in reasons(EVER, stage_set())] == [1, 0]
    assert [one.facts.n for one in reasons(Wanted(since=before(8.5)), stage_set())] == [1, 1]


def test_it_is_narrowed_by_reason_team_and_what_became_of_it(cast: Cast, morning: Scene) -> None:
    theo = morning.of("Theo Turned-Down")
    never = offered(an_mql("never"), morning.rule, cast.salesperson, when=before(9))
    reject(never.pk, by=cast.salesperson, reason="no-fit", note="A school", now=before(8))

    def ids(**asked: object) -> list[int]:
        return [one.pk for one in returned(cast.marketer, Wanted(since=EVER.since, **asked), None).rows]  # type: ignore[arg-type]

    assert ids() == [never.pk, theo.pk]
    assert ids(reason="mql-to-sal:not-now") == [theo.pk]
    assert ids(reason=f"mql-to-sal:{NO_REASON}") == []
    assert ids(team_id=cast.partners.pk) == []
    assert ids(from_team_id=cast.marketing.pk) == [theo.pk]
    moved(theo.lead, ("mql", 334.9))
    assert ids(still=True) == [never.pk]


def test_the_page_is_narrowed_by_its_address(cast: Cast, morning: Scene, browse: Browse) -> None:
    client = browse(cast.marketer)
    for asked, there in (("reason=mql-to-sal:not-now", True), ("reason=mql-to-sal:no-fit", False), ("team=x&days=x", True),
                         (f"team={cast.sales.pk}", True), (f"team={cast.partners.pk}", False)):  # fmt: skip
        assert ("“Budget only in spring”" in text_of(client.get(f"/returned/?{asked}"))) == there, asked


def test_a_lead_is_nurtured_and_that_is_undone(cast: Cast, morning: Scene, browse: Browse) -> None:
    save_campaigns([CampaignRow(name="Spring letters")], now=NOW, actor_id=None)
    client, theo = browse(cast.marketer), morning.of("Theo Turned-Down")
    page = client.post(f"/returned/{theo.pk}/nurture/?days=30", {"campaign": "spring letters"}, follow=True)
    assert page.redirect_chain[-1][0] == "/returned/?days=30"
    assert "Theo Turned-Down is nurtured by Spring letters now." in text_of(page)
    client.post(undo_of(page))
    theo.lead.refresh_from_db()
    assert theo.lead.campaign is None
    wrong = client.post(f"/returned/{theo.pk}/nurture/", {"campaign": "Sprung"}, follow=True)
    assert "There is no campaign “Sprung”." in text_of(wrong)


def test_it_is_for_who_sees_every_lead(cast: Cast, morning: Scene, browse: Browse) -> None:
    theo = morning.of("Theo Turned-Down")
    for user, status in ((cast.manager, 200), (cast.operator, 200), (cast.partner, 404), (cast.outsider, 404)):
        assert browse(user).get("/returned/").status_code == status, user
    assert browse(cast.partner).post(f"/returned/{theo.pk}/nurture/", {"campaign": "x"}).status_code == 404
    assert browse(cast.manager).post(f"/returned/{theo.pk}/nurture/", {"campaign": "x"}).status_code == 403


def test_many_of_them_take_no_more_questions(cast: Cast, morning: Scene, browse: Browse) -> None:
    client = browse(cast.marketer)
    client.get("/returned/")
    with CaptureQueriesContext(connection) as one:
        client.get("/returned/")
    for n in range(4):
        handoff = offered(an_mql(f"more-{n}"), morning.rule, cast.salesperson, when=before(9))
        reject(handoff.pk, by=cast.salesperson, reason="not-now", now=before(8))
    assert Handoff.objects.filter(state="rejected").count() == 5
    with CaptureQueriesContext(connection) as five:
        client.get("/returned/")
    assert len(five) <= len(one)


def test_a_large_company_reads_reasons_that_were_counted_beforehand(
    cast: Cast, morning: Scene, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browse(cast.marketer)
    live = text_of(client.get("/returned/"))
    monkeypatch.setattr(answers, "LARGE", 1)
    assert text_of(client.get("/returned/")) == live.replace(
        "which come back better", "which come back better Counted just now"
    )
    reject(
        offered(an_mql("never"), morning.rule, cast.salesperson, when=before(9)).pk,
        by=cast.salesperson, reason="no-fit", note="A school", now=before(8),
    )  # fmt: skip
    kept = text_of(client.get("/returned/"))
    assert "“A school”" in kept  # the leads are as they are
    assert "Does not fit" not in kept[: kept.index("The leads")]


def test_while_reasons_are_counted_the_leads_stand_there(
    cast: Cast, morning: Scene, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "LARGE", 1)
    monkeypatch.setattr(answers, "PATIENT", 1)
    monkeypatch.setattr(keep_answer, "delay", lambda *_given: None)
    client = browse(cast.marketer)
    text = text_of(client.get("/returned/?reason=mql-to-sal:not-now"))
    assert "Why they came back is being counted." in text
    assert "“Budget only in spring”" in text
    assert "Why they came back, and which come back better" in text_of(client.get("/returned/?wait=1"))
