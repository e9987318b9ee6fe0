"""Who came to nothing is erased when both sides agreed on it, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leads.privacy.retention import RETENTION, Retention, carry_out, follows, over, sentences
from leads.records.models import Lead
from tests.kpis.agreeing import agreed
from tests.world import NOW, Cast, a_deal, a_lead, cast, day, did, moved

pytestmark = pytest.mark.django_db
TERMS = Retention(given_up_days=30, recycled_days=None, open_days=60)


@pytest.fixture
def people() -> Cast:
    return cast()


def leads() -> dict[str, int]:
    """At day 0 each; what happened since is said by its name."""
    found = {
        name: a_lead(name, stage="inquiry") for name in ("given up", "called", "customer", "recycled", "open", "fresh")
    }
    for name in ("given up", "called"):
        moved(found[name], ("disqualified", 1), reason="no need")
    did(found["called"], "call", 20)
    a_deal(found["customer"], status="won", opened_at=day(1), closed_at=day(2))
    moved(found["recycled"], ("recycled", 1))
    moved(found["fresh"], ("mql", 35))
    return {name: lead.pk for name, lead in found.items()}


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        (31, set()),
        (31.01, {"given up"}),
        (50.01, {"given up", "called"}),
        (60.01, {"given up", "called", "open"}),
        (95.01, {"given up", "called", "open", "fresh"}),
    ],
)
def test_each_goes_when_nothing_happened_for_so_long(people: Cast, days: float, gone: set[str]) -> None:
    there = leads()
    assert set(over(TERMS, now=day(days))) == {there[name] for name in gone}


def test_nothing_goes_before_it_is_agreed_and_then_so_many_a_night(people: Cast) -> None:
    there = leads()
    later = NOW + timedelta(days=400)
    assert carry_out(now=later) == 0
    agreed(people, RETENTION, TERMS.model_dump(mode="json"), at=NOW)
    assert carry_out(now=later, limit=2) == 2
    assert [carry_out(now=later), carry_out(now=later)] == [2, 0]
    kept = Lead.objects.filter(erased_at=None).values_list("pk", flat=True)
    assert set(kept) == {there["customer"], there["recycled"]}


def test_who_signs_is_told_how_many_it_would_be(people: Cast) -> None:
    from alignment.agreements.kinds import Scope

    leads()
    assert follows(TERMS, Scope("default", day(400)))[0].startswith("4 people would be erased")
    assert sentences(Retention()) == ["Nobody is erased by the passing of time."]
