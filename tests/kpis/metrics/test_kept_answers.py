"""Pages and API take what is kept where it answers, and it says the same as what is read live; else they read live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from alignment.clock import now
from kpis.metrics.by_period import KEPT, LIVE, Answer, values_by_period
from kpis.metrics.periods import Grain
from kpis.reports.params import ReportParams, read_params
from tests.conftest import Lasting
from tests.kpis.metrics.kept.comparing import begin
from tests.kpis.metrics.worlds import draw_everything
from tests.world import Cast, cast

pytestmark = pytest.mark.django_db
KEYS = ("leads_created", "entered.mql", "conversion.mql", "acceptance_rate", "leaks", "series.page_views")


@pytest.fixture(scope="module")
def people(lasting: Lasting) -> Iterator[Cast]:
    with lasting():
        found = cast()
        draw_everything(2, leads=16)
        begin()
        yield found


def ask(moment: datetime, **options: list[str]) -> ReportParams:
    return read_params({"start": ["2024-01-01"], "end": ["2024-07-01"], **options}, now=moment)


def told(answer: Answer) -> dict[str, dict[object, object]]:
    return {
        one.period.name: {group: value.value for group, value in one.groups.items() if value.value}
        for one in answer.periods
    }


@pytest.mark.parametrize("key", KEYS)
def test_what_is_kept_is_what_is_read_live(people: Cast, db: None, key: str) -> None:
    moment = now()
    for by, grain in (((), Grain.MONTH), ((), Grain.QUARTER), (("source",), Grain.MONTH)):
        params = replace(ask(moment), by=by)
        kept = values_by_period(key, params, None, grain=grain, windowed=False)
        live = values_by_period(
            key, replace(params, as_of=moment - timedelta(microseconds=1)), None, grain=grain, windowed=False
        )
        assert live.source == LIVE
        assert kept.source == KEPT, (by, grain)
        assert told(kept) == told(live), (by, grain)


def test_what_is_kept_is_not_for_partners_nor_for_the_past_nor_for_some_leads(people: Cast, db: None) -> None:
    moment = now()
    plain = ask(moment)
    asked = (
        (people.partner, plain),
        (None, ask(moment, as_of=["2024-06-01"])),
        (None, ask(moment, known_at=["2024-06-01"])),
        (None, ask(moment, where=["source=web"])),
        (None, ask(moment, by=["segment"])),
        (None, ask(moment, timezone=["Asia/Tokyo"])),
        (None, ask(moment, window_days=["30"])),
    )
    assert values_by_period("leads_created", plain, None, grain=Grain.MONTH, windowed=False).source == KEPT
    for user, params in asked:
        assert values_by_period("leads_created", params, user, grain=Grain.MONTH, windowed=False).source == LIVE
