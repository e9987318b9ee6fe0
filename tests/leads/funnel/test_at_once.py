"""A lead is moved while a funnel is signed: whoever is first, every move is into a stage that the funnel in force knows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.models import Version
from leads.funnel.stage_sets import stage_set
from leads.funnel.terms import document_of
from leads.lifecycle.changes import move_stage
from leads.models import StageChange
from tests.agreements.at_once import all_at_once
from tests.world import NOW, Cast, a_lead, cast

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return cast()


@pytest.fixture
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    """Where the other one works, on a connection of their own."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def without_mql(people: Cast) -> Version:
    """A proposal that waits for sales: it does not mention the key `mql`, which no lead has been in."""
    stages = [stage for stage in document_of(stage_set().terms)["stages"] if stage["key"] != "mql"]
    draft = start_draft("funnel", "default", {"stages": stages}, author=people.marketer, now=NOW)
    return propose(draft.pk, by=people.marketing_lead, now=NOW)


def until_the_other_waits() -> None:
    """At most half a minute."""
    pause = Event()
    for _look in range(600):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        pause.wait(0.05)
    raise AssertionError("nobody waits for the funnel")


def test_who_signs_waits_for_the_lead_that_is_being_moved(people: Cast, elsewhere: ThreadPoolExecutor) -> None:
    lead, proposal = a_lead("a"), without_mql(people)
    signs = partial(sign, proposal.pk, by=people.sales_lead, now=NOW)
    with transaction.atomic():
        move_stage(lead, "mql", actor=people.operator, now=NOW)
        signing = elsewhere.submit(all_at_once, [signs])
        until_the_other_waits()
    assert signing.result(timeout=60) == ["stage_in_use"]
    assert stage_set().number == 1


def test_who_moves_a_lead_waits_for_the_funnel_that_is_being_signed(
    people: Cast, elsewhere: ThreadPoolExecutor
) -> None:
    lead, proposal = a_lead("a"), without_mql(people)
    moves = partial(move_stage, lead, "mql", actor=people.operator, now=NOW)
    with transaction.atomic():
        sign(proposal.pk, by=people.sales_lead, now=NOW)
        moving = elsewhere.submit(all_at_once, [moves])
        until_the_other_waits()
    assert moving.result(timeout=60) == ["unknown_stage"]
    assert not StageChange.objects.filter(to="mql").exists()


def test_many_move_leads_while_it_is_signed_and_none_is_lost(people: Cast) -> None:
    leads, proposal = [a_lead(name) for name in "abcde"], without_mql(people)
    told = all_at_once(
        [
            *(partial(move_stage, lead, "mql", actor=people.operator, now=NOW) for lead in leads),
            partial(sign, proposal.pk, by=people.sales_lead, now=NOW),
        ]
    )
    in_use = StageChange.objects.filter(to="mql").count()
    assert told.count("done") + told.count("unknown_stage") + told.count("stage_in_use") == 6
    assert (in_use == 0) == (stage_set().number == 2)
    assert in_use == told[:5].count("done")
