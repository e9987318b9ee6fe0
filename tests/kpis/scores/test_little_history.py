"""What is a lead's label, and what is said where there is too little to learn from?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from alignment.refusals import Refused
from kpis.scores.queries.rows import in_the_past
from kpis.scores.training import train
from leads.funnel.stage_sets import stage_set
from leads.lifecycle.changes import NewChange, record_changes
from leads.models import Lead
from tests.kpis.scores.making import a_history
from tests.world import NOW, cast

MOST = 1_000_000


def test_a_label_is_a_win_within_the_horizon_and_not_at_its_very_beginning(db: None) -> None:
    cast()
    lead = Lead.objects.create(created_at=NOW, recorded_at=NOW, source="web")
    record_changes([NewChange(lead.pk, "mql", NOW, "manual")], recorded_at=NOW)
    won_at = NOW + timedelta(days=10)
    record_changes([NewChange(lead.pk, "won", won_at, "manual")], recorded_at=won_at)

    def labels(wait: timedelta) -> list[bool]:
        at = [(NOW + timedelta(days=5), 0), (won_at, 1)]
        return [row.won for row in in_the_past(stage_set(), at, wait=wait, most=MOST)]

    assert labels(timedelta(days=5)) == [True]
    assert labels(timedelta(days=5) - timedelta(microseconds=1)) == [False]


def test_too_little_history_is_refused_with_what_there_is_and_what_it_takes(db: None) -> None:
    cast()
    with pytest.raises(Refused) as nothing:
        train(now=NOW)
    assert nothing.value.code == "too_little_history"
    assert "Nothing has been won yet" in nothing.value.detail
    a_history(150)
    with pytest.raises(
        Refused, match=r"It takes 40 won and 100 other leads .* there are \d+ and \d+ to learn"
    ) as little:
        train(now=NOW)
    assert little.value.status == 409
