"""Funnel, flow and velocity equal the oracles, on histories drawn to be awkward and for every way of asking."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from tests import snapshot
from tests.kpis.histories import draw_histories
from tests.oracles.flow import flow
from tests.oracles.funnel import funnel
from tests.oracles.question import Question
from tests.oracles.velocity import velocity

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ORACLES: dict[str, Any] = {"funnel": funnel, "flow": flow, "velocity": velocity}

ASKED: tuple[dict[str, list[str]], ...] = (
    {},
    {"window_days": ["1"]},
    {"start_stage": ["mql"], "window_days": ["30"]},
    {"start_stage": ["won"]},
    {"by": ["source"]},
    {"by": ["month"], "timezone": ["America/Sao_Paulo"]},
    {"by": ["week", "source"], "timezone": ["Europe/Berlin"]},
    {"by": ["owner", "team"]},
    {"by": ["segment", "channel"], "start_stage": ["sal"]},
    {"by": ["territory"], "as_of": ["2024-05-01T00:00:00Z"]},
    {"by": ["attributes.size"], "as_of": ["2024-04-10T09:00:00Z"], "known_at": ["2024-04-12T00:00:00Z"]},
    {"by": ["system"], "known_at": ["2024-06-01"]},
    {"by": ["source"], "system": ["a"]},
    {"by": ["owner"], "known_at": ["2024-05-05"], "as_of": ["2024-05-01"], "start_stage": ["mql"]},
    {"by": ["source"], "where": ["owner=ann@example.com"]},
    {"where": ["source=", "segment=x"]},
    {"where": ["month=2024-03"], "by": ["channel"]},
    {"start": ["2024-03-01"], "end": ["2024-04-01"], "timezone": ["Pacific/Auckland"], "by": ["source"]},
)


def as_question(params: Any) -> Question:
    """The same question for the oracle, which is asked in dates."""
    return Question(
        date.fromisoformat(params.start_text),
        date.fromisoformat(params.end_text),
        params.as_of,
        params.known_at or NOW,
        params.zone.key,
        params.by,
        params.where,
        params.system,
        params.start_stage,
        params.window_days,
        params.stages.number,
    )


def without_extras(answer: Any, like: Any) -> Any:
    """`answer` with only the keys that the contract names, and with floats rounded to twelve places."""
    if isinstance(like, dict):
        return {key: without_extras(answer[key], value) for key, value in like.items()}
    if isinstance(like, list):
        assert len(answer) == len(like)
        return [without_extras(a, b) for a, b in zip(answer, like, strict=True)]
    return round(answer, 12) if isinstance(answer, float) else answer


def in_order(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(groups, key=lambda group: sorted((k, v is None, v or "") for k, v in group["group"].items()))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_every_report_equals_its_oracle(seed: int) -> None:
    draw_histories(seed, leads=120)
    world, stages = snapshot.world(), snapshot.stages()
    for options in ASKED:
        params = read_params({"start": ["2024-01-01"], "end": ["2025-01-01"], **options}, now=NOW)
        for key, oracle in ORACLES.items():
            expected = in_order(oracle(world, stages, as_question(params))["groups"])
            found = in_order(REPORTS[key].run(params, None)["groups"])
            assert [g["group"] for g in found] == [g["group"] for g in expected], (key, options)
            for mine, theirs in zip(found, expected, strict=True):
                assert without_extras(mine, theirs) == without_extras(theirs, theirs), (key, options)
