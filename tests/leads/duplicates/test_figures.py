"""Figures stay right through merges and their undo: everything derived is what the logs say, and reports equal the oracles."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from alignment.people.models import User
from alignment.people.persons import add_person
from kpis.recompute import drain
from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from kpis.verify.run import verify
from leads.duplicates.merging import merge
from leads.duplicates.undoing import undo
from leads.records.models import Lead
from tests import snapshot
from tests.kpis.histories import draw_histories
from tests.kpis.test_reports_equal_oracles import ORACLES, as_question, in_order, without_extras
from tests.leads.duplicates.rows import all_rows, differences

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ASKED: tuple[dict[str, list[str]], ...] = ({}, {"by": ["source"]}, {"by": ["month", "owner"]}, {"start_stage": ["mql"]})


def equal_to_the_oracles() -> None:
    """What is kept is what the logs say, and so are the reports."""
    drain()
    assert verify().examples == []
    world, stages = snapshot.world(), snapshot.stages()
    for options in ASKED:
        params = read_params({"start": ["2024-01-01"], "end": ["2025-01-01"], **options}, now=NOW)
        for key, oracle in ORACLES.items():
            expected = in_order(oracle(world, stages, as_question(params))["groups"])
            found = in_order(REPORTS[key].run(params, None)["groups"])
            assert [without_extras(mine, theirs) for mine, theirs in zip(found, expected, strict=True)] == [
                without_extras(theirs, theirs) for theirs in expected
            ], (key, options)


def an_operator() -> User:
    return add_person(
        name="Operator", email="operator@test.example", role="operator", now=datetime(2024, 1, 1, tzinfo=UTC)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_merges_at_random_and_their_undo_keep_figures_right_and_leave_every_row_as_it_was(seed: int) -> None:
    draw_histories(seed, leads=50)
    random, operator = Random(seed), an_operator()
    equal_to_the_oracles()
    before = all_rows()
    done = []
    leads = list(Lead.objects.filter(is_test=False).order_by("pk").values_list("pk", flat=True))
    for _time in range(15):
        survivor, other = random.sample(leads, 2)
        leads.remove(other)
        choices = {"owner": random.choice(("survivor", "other")), "segment": random.choice(("survivor", "other"))}
        done.append(merge(survivor, other, choices, by=operator, now=NOW).pk)
    equal_to_the_oracles()
    for merge_id in reversed(done):
        undo(merge_id, by=operator, now=NOW)
    equal_to_the_oracles()
    assert differences(before, all_rows()) == {}
