"""Random people take random steps with handoffs, through the services: what is kept of leaks equals the oracle at every instant.

Nothing is marked by hand: each service lets the leads wait whose leaks it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random

import pytest

from alignment.people.models import User
from alignment.refusals import Refused
from kpis.recompute import recompute_touched
from kpis.verify.run import verify
from leads.handoffs.contacting import contacted
from leads.handoffs.deciding import accept, reject
from leads.handoffs.holding import hold, resume
from leads.handoffs.models import Handoff, Receiver
from leads.handoffs.passing import reassign
from leads.handoffs.returning import explain, give_back
from leads.handoffs.routing.job import route_waiting
from leads.handoffs.routing.waiting import mark
from leads.handoffs.sweeping import sweep
from leads.handoffs.withdrawing import withdraw
from leads.lifecycle.changes import move_stage
from leads.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests import snapshot
from tests.conftest import Lasting
from tests.kpis.leaking import REPLIES, world
from tests.kpis.leaks.test_handoff_leaks_equal_oracle import KINDS, Row, as_row, reported
from tests.leads.handoffs.handing import REASONS, agreed, at, colleague
from tests.oracles.facts import Clock, World
from tests.oracles.leaks import Limits, Regime, flags_under
from tests.world import Cast, cast

pytestmark = pytest.mark.django_db

STEPS = 130
STAGES = ("mql", "mql", "mql", "mql", "sal", "recycled")


@pytest.fixture(scope="module", params=range(2))
def told(request: pytest.FixtureRequest, lasting: Lasting) -> Iterator[list[datetime]]:
    with lasting():
        yield live(request.param)


@pytest.fixture
def lived(told: list[datetime], db: None) -> list[datetime]:
    """The instants of the steps."""
    return told


def live(seed: int) -> list[datetime]:
    """The steps are taken, each at its instant."""
    random, people = Random(f"work {seed}"), cast()
    team = [people.salesperson, colleague("Second", people.sales)]
    reasons = [{**reason, "cool_off_days": 0} for reason in REASONS]
    pool = {"team": people.sales.pk, "people": [person.pk for person in team]}
    agreed(people, routing=[{"strategy": "round_robin", "pool": pool}], reasons=reasons, bounce_limit=5)
    for number in range(9):
        row = LeadRow(system="t", external_id=f"{number}", email=f"p{number}@example.com", created_at=at(0))
        upsert_leads([row], now=at(0), actor_id=None, scope=0)
    moment, instants = at(1), []
    for _ in range(STEPS):
        moment += timedelta(minutes=random.choice((5, 60, 240, 480, 1500)))
        step = random.choice(_steps(random, people, team, moment))
        try:
            step()
        except Refused:
            continue
        finally:
            route_waiting(now=partial(_same, moment))
            sweep(now=partial(_same, moment))
        instants.append(moment)
    recompute_touched(now=moment)
    assert Handoff.objects.count() > 5
    return [*instants, moment + timedelta(days=60)]


def _same(moment: datetime) -> datetime:
    return moment


def _steps(random: Random, people: Cast, team: list[User], now: datetime) -> list[Callable[[], object]]:
    """What somebody could try at that moment."""
    lead = random.choice(list(Lead.objects.order_by("pk")))
    handoffs = list(Handoff.objects.order_by("-pk")[:6])
    by = random.choice((*team, people.sales_lead, people.operator))
    found: list[Callable[[], object]] = [
        partial(move_stage, lead, random.choice(STAGES), actor=people.operator, now=now),
        partial(mark, list(Lead.objects.values_list("pk", flat=True)), due_at=now),
        partial(Receiver.objects.update_or_create, user=random.choice(team), defaults=_takes(random, now)),
    ]
    if handoffs:
        pk = random.choice(handoffs).pk
        why = {"reason": random.choice(REASONS)["key"], "note": "So it is."}
        found += [
            partial(accept, pk, by=by, now=now),
            partial(accept, pk, by=by, now=now),
            partial(reject, pk, by=by, now=now, **why),
            partial(give_back, pk, by=by, now=now, **why),
            partial(explain, pk, by=by, now=now, **why),
            partial(hold, pk, by=by, reason="customer", now=now),
            partial(resume, pk, by=by, now=now),
            partial(contacted, pk, by=by, kind="call", now=now),
            partial(reassign, pk, by=by, to_user_id=random.choice(team).pk, now=now),
            partial(withdraw, pk, by=by, why="Not now.", now=now),
        ]
    return found


def _takes(random: Random, now: datetime) -> dict[str, object]:
    return {"takes_leads": random.random() < 0.8, "since": now.date()}


def of_handoffs(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row[1] in KINDS]


def expected(facts: World, clock: Clock) -> list[Row]:
    regime = Regime(None, None, snapshot.stages(), Limits())
    return of_handoffs(sorted(as_row(flag) for flag in flags_under(facts, [regime], clock, REPLIES)))


def test_kept_leaks_equal_the_oracle_and_the_second_path(lived: list[datetime]) -> None:
    now = lived[-1]
    facts = world(now)
    for as_of in (*lived[::6], now):
        assert of_handoffs(reported(as_of)) == expected(facts, Clock(as_of, now))
    assert of_handoffs(reported(now))
    found = verify()
    assert (found.differences, found.examples) == (0, [])


def test_what_was_known_at_each_step_equals_the_oracle(lived: list[datetime]) -> None:
    for known_at in lived[10::25]:
        found = of_handoffs(reported(known_at, known_at))
        assert found == expected(world(known_at), Clock(known_at, known_at))
