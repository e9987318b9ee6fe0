"""SLA and acceptance equal the oracles on handoffs drawn to be awkward, for every way of asking, and open into lists of that length."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kpis.reports.params import ReportParams, read_params
from kpis.reports.registry import REPORTS
from tests import snapshot
from tests.kpis.histories import draw_histories
from tests.kpis.reports.handed_histories import draw_handoffs, handoff_rows, outreach_rows
from tests.kpis.test_reports_equal_oracles import as_question
from tests.oracles import sla as oracle
from tests.oracles.shares import share, wilson

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ASKED: tuple[dict[str, list[str]], ...] = (
    {},
    {"by": ["month"]},
    {"by": ["week", "rule"], "timezone": ["Pacific/Auckland"]},
    {"by": ["owner"]},
    {"by": ["team", "source"]},
    {"by": ["segment"], "as_of": ["2024-04-10T09:00:00Z"], "known_at": ["2024-04-12T00:00:00Z"]},
    {"by": ["rule"], "as_of": ["2024-05-01"]},
    {"known_at": ["2024-06-01"], "by": ["channel"]},
    {"start": ["2024-03-01"], "end": ["2024-04-01"], "by": ["attributes.size"]},
    {"where": ["owner=kim@example.com"], "by": ["month"]},
    {"where": ["rule=named", "month=2024-03"]},
    {"system": ["a"], "where": ["owner="]},
)
COUNTS = {
    "acceptance": ("offered", "open", "accepted", "rejected", "expired", "withdrawn", "returned"),
    "sla": (
        *(f"accept_{name}" for name in ("n", "met", "late", "expired", "withdrawn", "open")),
        *(f"contact_{name}" for name in ("n", "met", "late", "open")),
        "rejected",
        "first_offers",
        "contacted",
    ),
}


def asked(options: dict[str, list[str]]) -> ReportParams:
    return read_params({"start": ["2024-01-01"], "end": ["2025-01-01"], **options}, now=NOW)


def keyed(document: dict[str, Any]) -> dict[tuple[str | None, ...], dict[str, Any]]:
    return {tuple(group["group"].values()): group for group in document["groups"]}


def nearly(one: float | None) -> float | None:
    return None if one is None else round(one, 12)


def rates(part: int, whole: int) -> tuple[float | None, ...]:
    between = wilson(part, whole)
    low, high = (between.low, between.high) if between else (None, None)
    return nearly(share(part, whole)), nearly(low), nearly(high)


def same_rate(found: dict[str, Any], name: str, part: int, whole: int, *, prefix: str = "") -> None:
    named = (name, f"{prefix}wilson_low", f"{prefix}wilson_high")
    assert tuple(nearly(found[one]) for one in named) == rates(part, whole)


def flat(found: dict[str, Any], key: str) -> int:
    clock, _, name = key.partition("_")
    value: int = found[clock][name] if clock in ("accept", "contact") and name else found[key]
    return value


def check_acceptance(found: dict[str, Any], tally: oracle.Tally) -> None:
    assert {name: found[name] for name in COUNTS["acceptance"]} == {
        name: tally.counts[name] for name in COUNTS["acceptance"]
    }
    decided = sum(tally.counts[name] for name in ("accepted", "rejected", "expired"))
    same_rate(found, "acceptance_rate", tally.counts["accepted"], decided)
    for list_name, state in (("reasons", "rejected"), ("returned_reasons", "accepted")):
        told = {(state, one["key"]): one["n"] for one in found[list_name]}
        assert told == {key: n for key, n in tally.reasons.items() if key[0] == state}


def check_sla(found: dict[str, Any], tally: oracle.Tally) -> None:
    assert {name: flat(found, name) for name in COUNTS["sla"]} == {name: tally.counts[name] for name in COUNTS["sla"]}
    for clock in ("accept", "contact"):
        same_rate(found[clock], "attainment", tally.counts[f"{clock}_met"], tally.counts[f"{clock}_n"])
    same_rate(found, "rejection_rate", tally.counts["rejected"], tally.counts["decided"], prefix="rejection_")
    assert (found["first_offers"], found["contacted"]) == (tally.counts["first_offers"], tally.counts["contacted"])
    for name, waits in (
        ("first_offer_to_contact", tally.from_offer),
        ("speed", tally.speed),
        ("speed_business", tally.speed),
    ):
        assert tuple(found[f"{name}_p{p}_seconds"] for p in (50, 75, 90)) == tally.quantiles(waits), name
    assert found["speed_km_median_seconds"] == tally.median_with_censored()


@pytest.mark.parametrize("seed", range(3))
def test_sla_and_acceptance_equal_their_oracles(seed: int) -> None:
    draw_histories(seed, leads=100)
    draw_handoffs(seed)
    world, stages, handoffs, outreach = snapshot.world(), snapshot.stages(), handoff_rows(), outreach_rows()
    for options in ASKED:
        params = asked(options)
        question = as_question(params)
        expected = {
            "acceptance": oracle.acceptance(world, handoffs, outreach, question),
            "sla": oracle.sla(world, stages, handoffs, outreach, question),
        }
        for key, check in (("acceptance", check_acceptance), ("sla", check_sla)):
            found = keyed(REPORTS[key].run(params, None))
            assert found.keys() == expected[key].keys(), (key, options)
            for group, tally in expected[key].items():
                check(found[group], tally)


@pytest.mark.parametrize("key", ["sla", "acceptance"])
def test_every_count_opens_into_a_list_of_that_length(key: str) -> None:
    draw_histories(5, leads=60)
    draw_handoffs(5)
    listing = REPORTS[key].listing
    assert listing is not None
    some = 0
    for options in ({"by": ["rule"]}, {"by": ["month"], "known_at": ["2024-06-01"]}):
        params = asked(options)
        for group in REPORTS[key].run(params, None)["groups"]:
            narrowed = params.narrowed(*group["group"].items())
            for name in COUNTS[key]:
                lines = listing.read(narrowed, None, measure=name, which={}, limit=1000)
                assert len(lines) == flat(group, name), (options, group["group"], name)
                some += len(lines)
            if key == "acceptance":
                for reason in group["reasons"]:
                    which = {"reason": reason["key"] or ""}
                    assert len(listing.read(narrowed, None, measure="rejected", which=which, limit=1000)) == reason["n"]
    assert some
