"""Reports read from a real streaming replica: how old they are is said, and nobody is shown less than they have seen."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from alignment.embedded.children import product
from alignment.embedded.home import Home, Refusal
from alignment.embedded.lease import borrowed_servers
from alignment.embedded.locks import take_alive_lock
from alignment.embedded.processes import Child, Family
from alignment.embedded.programs import find_programs
from alignment.embedded.standby import Standby, run_standby
from tests.embedded.conftest import Place, copy_of, wait_until

PEOPLE = """
import io, json, django
django.setup()
from django.core.management import call_command
from django.test import Client
from knox.models import get_token_model
from tests.world import a_lead, cast
people, said = cast(), {}
for name in ("marketer", "salesperson", "manager"):
    person, client = getattr(people, name), Client()
    client.force_login(person)
    said[name] = client.cookies["sessionid"].value
a_lead("first", source="fair")
call_command("recompute", full=True, stdout=io.StringIO())
print(json.dumps(said))
"""
KEY = ("manage.py", "api_key", "marketer@test.example", "--scope", "write")
NEW_QUESTION = """
import django
django.setup()
from datetime import UTC, datetime
from alignment.people.models import User
from alignment.replica.router import reading_reports
from kpis.models import KeptPage
from kpis.pages import answers
from kpis.pages.questions import Question
answers.LARGE = 1
days = {"start": ("2024-01-01",), "end": ("2024-06-01",)}
asked, marketer = Question(days, datetime(2024, 6, 1, tzinfo=UTC)), User.objects.get(email="marketer@test.example")
with reading_reports():
    told = answers.answer("report velocity", asked, marketer, {})
print(told.kept, KeptPage.objects.count())
answers.counted_by_request("report velocity", asked, {})
print(KeptPage.objects.count())
"""
BEHIND = "Figures-Behind-Seconds"
FUNNEL = "/api/v1/reports/funnel?start=2024-01-01&end=2025-01-01"
PAGES = (
    "/",
    "/leakage/",
    "/metrics/",
    "/kpis/",
    "/campaigns/",
    "/explore/",
    *(f"/reports/{key}/" for key in ("funnel", "flow", "velocity", "cohorts", "survival", "leakage", "trail", "sla")),
    *(f"/reports/{key}/" for key in ("acceptance", "gap", "pace", "paths", "money")),
)


@dataclass(frozen=True)
class Answer:
    status: int
    behind: str | None
    text: str

    @property
    def entered(self) -> int:
        """How many leads a funnel without groups tells of."""
        document: dict[str, Any] = json.loads(self.text)
        return sum(group["entered"] for group in document["groups"])


@dataclass
class Scene:
    """A web process, its database and a replica."""

    place: Place
    standby: Standby
    family: Family
    child: Child
    sessions: dict[str, str]
    key: str

    def ask(self, path: str, *, by: str = "", body: object = None) -> Answer:
        """By somebody's session, else by the marketer's key."""
        who = {"Cookie": f"sessionid={self.sessions[by]}"} if by else {"Authorization": f"Bearer {self.key}"}
        line = HTTPConnection("127.0.0.1", int(self.place.variables["PORT"]), timeout=30)
        with closing(line):
            text = None if body is None else json.dumps(body)
            line.request("GET" if body is None else "POST", path, text, {**who, "Content-Type": "application/json"})
            answer = line.getresponse()
            return Answer(answer.status, answer.getheader(BEHIND), answer.read().decode())

    def tell_the_replica(self, statement: str) -> Any:
        with closing(psycopg2.connect(self.standby.url)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()[0][0]

    def from_the_replica(self, path: str, by: str = "") -> Answer:
        """Asked until the replica answers."""
        found: list[Answer] = []

        def look() -> bool:
            found.append(self.ask(path, by=by))
            return found[-1].behind is not None

        log = self.place.home.log / "web.log"
        wait_until(look, f"{path} was never answered by the replica; see {log}")
        return found[-1]

    @contextmanager
    def paused(self) -> Iterator[None]:
        self.tell_the_replica("SELECT pg_wal_replay_pause()::text")
        try:
            yield
        finally:
            self.tell_the_replica("SELECT pg_wal_replay_resume()::text")

    def create_lead(self, external_id: str) -> None:
        lead = {"system": "test", "external_id": external_id, "created_at": "2024-05-01T10:00:00Z"}
        made = self.ask("/api/v1/leads", body=lead)
        assert made.status == 201, made


@pytest.fixture(scope="module")
def scene(company_model: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    place = copy_of(company_model, tmp_path_factory.mktemp("replica") / "home")
    with ExitStack() as ending:
        ending.callback(place.clear)
        ending.enter_context(borrowed_servers(place.environment, durable=False))
        made = place.run("-c", PEOPLE)
        assert made.returncode == 0, made.stderr
        key = place.run(*KEY)
        assert key.returncode == 0, key.stderr
        home = Home(place.home.path.with_name("replica"))
        standby = Standby(place.home, home, find_programs(home, None).postgres, durable=False)
        standby.copy()
        family = Family(ending.enter_context(take_alive_lock(home)).fileno())
        ending.callback(family.stop)
        child = standby.start(family)
        place.variables["REPLICA_URL"] = standby.url
        web, *_others = product(place.environment, place.home)
        family.start(replace(web, environment=place.variables))
        there = Scene(place, standby, family, child, json.loads(made.stdout), key.stdout.strip())
        wait_until(lambda: _answers(there), "the web process did not come up")
        yield there


def _answers(scene: Scene) -> bool:
    try:
        return scene.ask("/healthz").status == 200
    except OSError:
        return False


def test_pages_of_figures_are_read_from_the_replica_and_say_how_old_they_are(scene: Scene) -> None:
    assert scene.ask("/leakage/", by="manager").behind is None, "of whom nothing is known, the primary is asked"
    for page in PAGES:
        read = scene.from_the_replica(page, by="manager")
        assert read.status == 200, page
        assert "Figures as of" in read.text, page
    assert scene.ask("/leads/", by="manager").behind is None
    assert scene.ask("/reports/funnel/?format=csv", by="manager").behind is None


def test_who_wrote_reads_their_write_while_others_are_told_how_old_theirs_is(scene: Scene) -> None:
    before = scene.from_the_replica(FUNNEL).entered
    assert scene.from_the_replica(FUNNEL, by="salesperson").entered == before
    with scene.paused():
        scene.create_lead("while-paused")
        mine = scene.ask(FUNNEL)
        assert (mine.entered, mine.behind) == (before + 1, None)
        theirs = scene.ask(FUNNEL, by="salesperson")
        assert theirs.entered == before
        assert theirs.behind is not None
        assert "while-paused" in scene.ask("/api/v1/leads?external_id=while-paused", by="salesperson").text
        assert scene.ask(FUNNEL, by="salesperson").entered == before + 1, "they have seen the lead elsewhere"
    assert scene.from_the_replica(FUNNEL).entered == before + 1


def test_what_a_replica_cannot_do_is_asked_of_the_primary(scene: Scene) -> None:
    past = "/reports/attribution/?start=2024-01-01&end=2024-06-01&as_of=2024-06-01T00:00:00Z"
    scene.from_the_replica("/", by="manager")
    answer = scene.ask(past, by="manager")
    assert (answer.status, answer.behind) == (200, None)


def test_a_new_question_is_counted_by_the_replica_and_kept_by_a_worker(scene: Scene) -> None:
    said = scene.place.run("-c", NEW_QUESTION)
    assert said.stdout.split() == ["False", "0", "1"], said


def test_a_replica_that_lags_too_far_is_left_out_and_operators_are_told(scene: Scene) -> None:
    script = "import django; django.setup(); from alignment.replica import state; state.TOO_FAR_SECONDS = 0.0; print(state.told())"
    with scene.paused():
        scene.create_lead("too-far")
        said = scene.place.run("-c", script)
    assert "Not read: It is" in said.stdout, said
    assert "allowed" in said.stdout


def test_pages_go_on_without_the_replica_and_use_it_again_when_it_is_back(scene: Scene) -> None:
    before = scene.from_the_replica(FUNNEL).entered
    os.kill(scene.child.process.pid, signal.SIGKILL)
    scene.child.process.wait()
    answers = [scene.ask(FUNNEL) for _ in range(5)]
    assert [(one.status, one.entered, one.behind) for one in answers] == [(200, before, None)] * 5
    notes = json.loads(scene.ask("/readyz").text)["notes"]
    told = {
        "Not read: It does not answer.",
        "Not read: It did not answer a moment ago.",
    }  # by which process is asked, and when
    assert notes["replica"] in told
    scene.child = scene.standby.start(scene.family)
    assert scene.from_the_replica(FUNNEL).entered == before


def test_a_folder_that_holds_no_replica_is_not_replaced(quiet_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIGNMENT_HOME", str(quiet_place.home.path))
    kept = quiet_place.home.postgres / "PG_VERSION"
    with pytest.raises(Refusal, match="is no replica"):
        run_standby([str(quiet_place.home.path)])
    assert Path(kept).exists()
