"""Is a model put in use, are leads scored by it and kept right, and who sees what of it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from alignment.refusals import Refused
from kpis.recompute import drain
from kpis.scores import asking, scoring
from kpis.scores.models import ModelVersion, Score, ScoreDue
from kpis.scores.queries import keep
from kpis.scores.selectors import band_of, standing_of
from kpis.scores.verify import SOME, findings
from leads.lifecycle.changes import NewChange, NewValue, record_changes, record_values
from leads.models import Lead
from tests.clocks import present_is
from tests.conftest import Lasting
from tests.kpis.scores.making import a_history
from tests.leads.exports.taking import csv_rows, sent
from tests.world import NOW, Cast, a_lead, cast, moved

State = ModelVersion.State


@pytest.fixture(scope="module")
def _settled(lasting: Lasting) -> Iterator[Cast]:
    with lasting(), pytest.MonkeyPatch.context() as clock:
        present_is(NOW, clock)
        people = cast()
        a_history(3_000)
        asking.ask(by=None, now=NOW)
        assert asking.work_off() == 1
        clock.undo()
        yield people


@pytest.fixture
def people(_settled: Cast, db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast of a company whose leads are scored."""
    present_is(NOW, monkeypatch)
    return _settled


def open_leads() -> set[int]:
    return set(Lead.objects.filter(stage__in=("inquiry", "mql")).values_list("pk", flat=True))


def test_every_open_lead_has_a_score_and_nobody_else(people: Cast) -> None:
    model = ModelVersion.objects.get()
    assert model.state == State.IN_USE
    assert set(Score.objects.values_list("lead_id", flat=True)) == open_leads() != set()
    score = Score.objects.order_by("-chance").first()
    assert score is not None
    assert 0 < score.chance < 1
    assert score.reasons[0]["feature"] == "source"
    assert score.reasons[0]["points"] > 0
    before = list(Score.objects.order_by("pk").values())
    scoring.score_everybody(now=NOW, batch=7)
    assert list(Score.objects.order_by("pk").values()) == before


def test_a_lead_that_is_touched_is_scored_anew_and_one_that_is_won_no_more(people: Cast) -> None:
    replied, won = Score.objects.order_by("chance")[:2]
    asleep = replied.chance
    record_changes([NewChange(won.lead_id, "won", NOW, "manual")], recorded_at=NOW)
    record_changes([NewChange(replied.lead_id, "sal", NOW, "manual")], recorded_at=NOW)
    new = a_lead("new", created_at=NOW - timedelta(days=1), source="referral")
    moved(new, ("inquiry", 334))
    drain()
    assert ScoreDue.objects.exists()
    assert scoring.score_due(now=NOW + timedelta(minutes=1)) >= 3
    assert not ScoreDue.objects.exists()
    assert not Score.objects.filter(lead=won.lead_id).exists()
    assert Score.objects.get(lead=new).chance > asleep
    assert Score.objects.get(lead=replied.lead_id).computed_at == NOW + timedelta(minutes=1)


def test_everybodys_scoring_says_nothing_of_who_is_won_from_the_moment_of_the_win_on(people: Cast) -> None:
    soon, written = NOW + timedelta(minutes=2), Score.objects.order_by("pk")[1].lead_id
    record_changes([NewChange(written, "won", soon, "manual")], recorded_at=NOW)
    drain()
    assert Lead.objects.get(pk=written).stage_id == "won"
    for at, is_scored in ((soon - timedelta(seconds=1), True), (soon, False)):
        assert scoring.score_everybody(now=at) == Score.objects.count() == len(open_leads()) + is_scored
        assert Score.objects.filter(lead=written).exists() is is_scored
    assert not Score.objects.exclude(computed_at=soon).exists()


def test_who_comes_to_stand_open_behind_everybodys_scoring_keeps_the_score_that_it_gets(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop = keep.drop_elsewhere

    def meanwhile(open_stages: Sequence[str], *, now: datetime) -> None:
        moved(a_lead("new", created_at=NOW - timedelta(days=1)), ("inquiry", 334))
        drain()
        assert scoring.score_due(now=NOW + timedelta(minutes=1)) >= 1
        drop(open_stages, now=now)

    monkeypatch.setattr(keep, "drop_elsewhere", meanwhile)
    scoring.score_everybody(now=NOW + timedelta(minutes=2))
    assert Score.objects.get(lead__external_id="new").computed_at == NOW + timedelta(minutes=1)


def test_verify_asks_the_model_anew(people: Cast) -> None:
    found = list(findings(NOW))
    assert len(found) == 3
    assert sum(len(one.kept) for one in found if isinstance(one.kept, dict)) == min(SOME, Score.objects.count())
    assert [one for one in found if one.kept != one.expected] == []


@pytest.mark.parametrize(
    "planted",
    [
        "UPDATE kpis_score SET chance = chance * 0.99",
        "DELETE FROM kpis_score",
        "UPDATE kpis_score s SET lead_id = l.id"
        " FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM leads_lead WHERE stage = 'lost') l"
        " JOIN (SELECT lead_id, row_number() OVER (ORDER BY lead_id) AS n FROM kpis_score) k USING (n) WHERE s.lead_id = k.lead_id",
        "UPDATE kpis_score SET lead_id = 999999999 WHERE lead_id = (SELECT min(lead_id) FROM kpis_score)",
    ],
)
def test_verify_finds_a_score_that_the_model_does_not_give(people: Cast, planted: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(planted)
    assert any(one.kept != one.expected for one in findings(NOW))


def test_without_a_model_nobody_waits_for_a_score(people: Cast) -> None:
    ModelVersion.objects.update(state=State.KEPT)
    moved(a_lead("new", created_at=NOW), ("inquiry", 334))
    assert not ScoreDue.objects.exists()
    assert scoring.score_due(now=NOW) == scoring.score_everybody(now=NOW) == 0


def test_learning_anew_replaces_the_model_and_keeps_what_the_old_one_said_of_itself(people: Cast) -> None:
    old = ModelVersion.objects.get()
    assert asking.ask(by=people.operator, now=NOW) == asking.ask(by=None, now=NOW)
    assert asking.work_off() == 1
    kept = ModelVersion.objects.get(pk=old.pk)
    assert (kept.state, kept.figures) == (State.KEPT, old.figures)
    new = ModelVersion.objects.get(state=State.IN_USE)
    assert set(Score.objects.values_list("version", flat=True)) == {new.pk}
    assert asking.work_off() == 0


def test_a_refusal_is_kept_with_its_sentence_and_the_model_in_use_goes_on(people: Cast) -> None:
    asked = asking.ask(by=None, now=NOW - timedelta(days=390))
    asking.work_off()
    asked.refresh_from_db()
    assert (asked.state, asked.code) == (State.REFUSED, "too_little_history")
    assert asked.error
    assert ModelVersion.objects.filter(state=State.IN_USE).count() == 1
    assert Score.objects.exists()


def test_a_worker_that_was_killed_leaves_the_model_to_the_next(people: Cast) -> None:
    asked = asking.ask(by=None, now=NOW)
    ModelVersion.objects.filter(pk=asked.pk).update(state=State.RUNNING, lease_until=NOW + timedelta(minutes=1))
    assert asking.work_off() == 0
    ModelVersion.objects.filter(pk=asked.pk).update(lease_until=NOW - timedelta(minutes=1))
    assert asking.work_off() == 1
    asked.refresh_from_db()
    assert asked.state == State.IN_USE


def test_once_a_week_a_model_is_asked_for(people: Cast) -> None:
    asking.ask_weekly(now=NOW + timedelta(days=6))
    assert ModelVersion.objects.count() == 1
    asking.ask_weekly(now=NOW + timedelta(days=7))
    assert ModelVersion.objects.filter(state=State.QUEUED).count() == 1


def test_only_operators_have_it_learned_anew(people: Cast, client: Client) -> None:
    with pytest.raises(Refused, match="Operators"):
        asking.ask(by=people.marketer, now=NOW)
    client.force_login(people.marketer)
    assert "Learn anew" not in client.get("/scores/").content.decode()
    assert client.post(reverse("scores-learn")).status_code == 403
    client.force_login(people.operator)
    assert "Learn anew" in client.get("/scores/").content.decode()
    assert client.post(reverse("scores-learn")).status_code == 302
    assert ModelVersion.objects.filter(asked_by=people.operator).count() == 1


def test_the_command_learns_and_scores(people: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("train_score")
    assert "Learned model" in capsys.readouterr().out


def test_both_teams_see_how_chances_held_and_who_is_likeliest(people: Cast, client: Client) -> None:
    for person in (people.marketer, people.salesperson, people.manager):
        client.force_login(person)
        shown = client.get("/scores/").content.decode()
        for words in (
            "How well such chances have held",
            "Beside a plain model",
            "What it looks at",
            "Used by no agreement",
        ):
            assert words in shown
        best = Score.objects.order_by("-chance", "-lead_id").first()
        assert best is not None
        assert reverse("lead", args=[best.lead_id]) in shown
        lines = csv_rows(sent(client, "/scores/?format=csv"))
        assert len(lines) == Score.objects.count()
        assert lines[0]["lead"] == str(best.lead_id)


def test_a_partner_sees_the_chances_of_its_own_leads_only(people: Cast, client: Client) -> None:
    own, other = Score.objects.order_by("-chance")[:2]
    record_values([NewValue(own.lead_id, "owner", NOW, ref=people.partner.pk)], recorded_at=NOW)
    client.force_login(people.partner)
    shown = client.get("/scores/").content.decode()
    assert reverse("lead", args=[own.lead_id]) in shown
    assert reverse("lead", args=[other.lead_id]) not in shown
    assert "Beside a plain model" not in shown
    assert "Chance to be won" in client.get(reverse("lead", args=[own.lead_id])).content.decode()
    assert standing_of(Lead.objects.get(pk=other.lead_id), people.partner) is None
    client.force_login(people.other_partner)
    assert client.get(reverse("lead", args=[own.lead_id])).status_code == 404
    assert reverse("lead", args=[own.lead_id]) not in client.get("/scores/").content.decode()


def test_a_lead_shows_its_chance_with_reasons_and_how_such_chances_held(people: Cast, client: Client) -> None:
    client.force_login(people.salesperson)
    score = Score.objects.order_by("-chance").first()
    assert score is not None
    shown = client.get(reverse("lead", args=[score.lead_id])).content.decode()
    for words in ("Chance to be won", "points", "usual:", "before,", "It decides nothing by itself"):
        assert words in shown
    api = client.get(f"/api/v1/leads/{score.lead_id}")
    assert api.json()["chance"] == score.chance
    closed = Lead.objects.filter(stage="lost").first()
    assert closed is not None
    assert client.get(f"/api/v1/leads/{closed.pk}").json()["chance"] is None
    assert "Chance to be won</h2>" not in client.get(reverse("lead", args=[closed.pk])).content.decode()


def test_the_list_of_leads_is_narrowed_by_chance(people: Cast, client: Client) -> None:
    client.force_login(people.marketer)
    lines = csv_rows(sent(client, "/leads/?chance=25&format=csv"))
    likely = Score.objects.filter(chance__gte=0.25).values_list("lead_id", flat=True)
    assert len(lines) == len(likely) > 0


def test_every_chance_has_one_band() -> None:
    table = [{"low": 0.0, "high": 0.1}, {"low": 0.1, "high": 0.4}, {"low": 0.4, "high": 1.0}]
    assert [band_of(chance, table) for chance in (0.0, 0.0999, 0.1, 0.4, 1.0)] == [
        table[0],
        table[0],
        table[1],
        table[2],
        table[2],
    ]
    assert band_of(0.5, []) is None
