"""What if a definition cannot be judged by? The others go on, the operators are told, and its leads are judged once it works."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction

from alignment.outbox.models import Notice
from leads.definitions import failing
from leads.definitions.models import Evaluation, ToQualify
from tests import world
from tests.leads.definitions.qualifying import IN_GERMANY, a_lead_at, agreed, moves, saw, viewed, work_until
from tests.world import Cast, day

pytestmark = pytest.mark.django_db(transaction=True)

GRANTED = {"consent": "marketing", "op": "allowed"}


@pytest.fixture
def cast(db: None) -> Cast:
    return world.cast()


def test_a_definition_that_takes_too_long_keeps_no_other_from_moving_leads(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Consents are locked by somebody, so that whoever asks for them waits longer than the job is patient."""
    monkeypatch.setattr(failing, "PATIENCE", timedelta(milliseconds=300))
    agreed(cast, "mql", {"all": [GRANTED, viewed(1)]}, day(0))
    agreed(cast, "sal", {"all": [IN_GERMANY, viewed(2)]}, day(0))
    lead, other = a_lead_at("1", 1, country="FR"), a_lead_at("2", 1, country="DE")
    for one in (lead, other, other):
        saw(one, 2)
    locked, done = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("LOCK leads_consent IN ACCESS EXCLUSIVE MODE")
                locked.set()
                assert done.wait(timeout=30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(hold)
        assert locked.wait(timeout=30)
        try:
            work_until(3)
        finally:
            done.set()
        first.result(timeout=30)
    assert [move[:3] for move in moves()] == [("2", "sal", 2.0)]
    assert ToQualify.objects.count() == 0
    told = Notice.objects.filter(key__startswith="definition-failing").values_list("user", "title")
    assert list(told) == [(cast.operator.pk, "The definition of MQL cannot be judged by")]
    assert set(Evaluation.objects.filter(key="mql").values_list("next_at", flat=True)) == {day(3) + failing.LATER}
    assert work_until(3.001).moved == 0
    work_until(4)
    assert [move[:3] for move in moves() if move[0] == "1"] == [("1", "mql", 2.0)]
