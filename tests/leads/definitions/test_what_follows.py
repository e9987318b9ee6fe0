"""What is said, before a definition is signed, of whom it would move at once?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from alignment.agreements.kinds import Scope
from leads.definitions.following import follows, moved_at_once, stages_below
from leads.definitions.terms import LeadDefinition
from leads.lifecycle.changes import move_stage
from tests import world
from tests.leads.definitions.qualifying import IN_GERMANY, a_lead_at
from tests.world import day

pytestmark = pytest.mark.django_db

GERMAN = LeadDefinition.model_validate({"criteria": IN_GERMANY})


def said(key: str = "mql") -> list[str]:
    return follows(GERMAN, Scope(key, day(5)))


def test_only_open_stages_below_are_left() -> None:
    assert stages_below("mql") == ["inquiry"]
    assert set(stages_below("sql")) == {"inquiry", "mql", "sal"}
    assert stages_below("nonsense") == []


def test_those_who_meet_it_and_stand_below_are_told_and_nobody_else() -> None:
    cast = world.cast()
    assert said() == [
        "0 leads are judged anew in the background.",
        "No lead that stands below MQL meets it now; whoever comes to meet it is moved there.",
    ]
    _one, there, off, _elsewhere = (
        a_lead_at(name, 1, country=of) for name, of in zip("1234", ("DE", "DE", "DE", "FR"), strict=True)
    )
    move_stage(there, "mql", actor=cast.marketer, now=day(2))
    move_stage(off, "disqualified", actor=cast.marketer, now=day(2), reason="No")
    assert said() == [
        "4 leads are judged anew in the background.",
        "1 lead that stands below MQL meets it now and is moved there; nobody else is moved at once.",
    ]
    assert said("sal")[1].startswith("2 leads that stand below ")


def test_what_takes_too_long_to_count_is_said_of_a_sample() -> None:
    world.cast()
    a_lead_at("1", 1, country="DE")
    mql, never = Scope("mql", day(5)), timedelta(0)
    about = moved_at_once(GERMAN, mql, 1, exactly_within=never)
    assert about.startswith("About 1 lead that stands below MQL meets it now and is moved there (")
    assert "takes too long to count" in moved_at_once(GERMAN, mql, 1, exactly_within=never, about_within=never)
