"""Every figure of money equals the oracle, on books drawn to be awkward and for every way of asking."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from alignment.people.models import Organisation
from kpis.metrics.declaring import Asked, Group, Summed, Value
from kpis.metrics.evaluating import evaluate
from kpis.metrics.queries.adding_up import read_sums
from kpis.money.amounts import in_minor_units
from kpis.money.families import CUSTOMERS, DEALS, SPEND
from kpis.money.metrics import metrics
from kpis.reports.params import ReportParams, read_params
from tests.kpis.money.dealing import books, draw_books
from tests.oracles.money_figures import Ledger
from tests.oracles.question import Question

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RATIOS = {
    "win_rate": ("won_deals", "closed_deals"),
    "average_deal": ("won_revenue", "deals_with_amount"),
    "cost_per_opportunity": ("spend", "opportunities"),
    "retention": ("customers_kept", "customers_to_keep"),
}

ASKED: tuple[dict[str, list[str]], ...] = (
    {},
    {"by": ["month"], "timezone": ["America/Sao_Paulo"]},
    {"by": ["week", "source"], "timezone": ["Pacific/Auckland"]},
    {"by": ["owner", "team"]},
    {"by": ["segment", "channel"]},
    {"by": ["campaign"], "as_of": ["2024-05-01T00:00:00Z"]},
    {"by": ["territory"], "known_at": ["2024-04-12T00:00:00Z"]},
    {"by": ["attributes.size"], "as_of": ["2024-04-10T09:00:00Z"], "known_at": ["2024-06-12T00:00:00Z"]},
    {"by": ["source"], "system": ["a"]},
    {"by": ["team"], "where": ["owner=ann@example.com"]},
    {"where": ["source=web", "channel="]},
    {"start": ["2024-03-01"], "end": ["2024-04-01"], "timezone": ["Europe/Berlin"], "by": ["owner"]},
)


def as_question(params: ReportParams) -> Question:
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
    )


def of_the_product(params: ReportParams) -> dict[tuple[str, Group], Decimal | None]:
    """Every sum of the three families."""
    summed = [metric for metric in metrics(params.stages) if isinstance(metric, Summed)]
    found: dict[tuple[str, Group], Decimal | None] = {}
    for family in (DEALS, CUSTOMERS, SPEND):
        keys = [metric.key for metric in summed if metric.family == family]
        for measure, groups in read_sums(family, Asked(params, None), keys).items():
            for group, total in groups.items():
                found[measure, group] = None if total.unknown else total.total
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_every_sum_equals_the_oracle(seed: int) -> None:
    draw_books(seed)
    facts = books()
    for options in ASKED:
        params = read_params({"start": ["2024-01-01"], "end": ["2025-01-01"], **options}, now=NOW)
        assert of_the_product(params) == Ledger(facts, as_question(params)).sums(), options


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_what_cannot_be_added_up_equals_the_oracle(seed: int) -> None:
    draw_books(seed, deals=90)
    facts = books()
    for options in ASKED:
        if options.get("by", [""])[0] in ("month", "week"):
            continue
        params = read_params({"start": ["2024-01-01"], "end": ["2025-01-01"], **options}, now=NOW)
        ledger = Ledger(facts, as_question(params))
        keys = ["sales_cycle", "customers_before", "repeat_rate", "upsell_rate"]
        found = evaluate(keys, params)
        assert told(found, "sales_cycle") == {group: Decimal(n) for group, n in ledger.cycles().items()}, options
        late = read_params(
            {"start": ["2024-08-01"], "end": ["2025-01-01"], **options, "as_of": ["2025-01-01"]}, now=NOW
        )
        found, expected = evaluate(keys, late), Ledger(facts, as_question(late)).customers()
        assert told(found, "customers_before") == {group: Decimal(n) for group, (n, _m, _k) in expected.items() if n}, (
            options
        )
        for key, place in (("repeat_rate", 1), ("upsell_rate", 2)):
            shares = {group: Decimal(counts[place]) / counts[0] for group, counts in expected.items() if counts[0]}
            assert told(found, key) == shares, (key, options)


@pytest.mark.django_db
def test_ratios_divide_what_the_oracle_adds_up() -> None:
    draw_books(7)
    params = read_params({"start": ["2024-01-01"], "end": ["2025-01-01"], "by": ["source"]}, now=NOW)
    sums = Ledger(books(), as_question(params)).sums()
    for group, values in evaluate(list(RATIOS), params).items():
        for key, (over, under) in RATIOS.items():
            top, bottom = (sums.get((part, group), Decimal(0)) for part in (over, under))
            expected = None
            if top is not None and bottom:
                expected = top / bottom
                if key in ("average_deal", "cost_per_opportunity"):
                    expected = in_minor_units(top, "EUR", times=1 / Fraction(bottom))
            assert values[key].value == expected, (key, group)


def told(found: dict[Group, dict[str, Value]], key: str) -> dict[Group, Decimal]:
    """The values of one metric that are known, and not the nothing of a group that another metric has."""
    cells = {group: values[key] for group, values in found.items()}
    return {group: cell.value for group, cell in cells.items() if cell.value is not None and cell.n}


class Drawn(TestCase):
    """Any books at all, in any currency."""

    @settings(max_examples=12)
    @given(
        seed=st.integers(100, 10**6),
        currency=st.sampled_from(["EUR", "JPY", "BHD"]),
        by=st.sampled_from(["month", "source", "owner"]),
    )
    def test_any_books_equal_the_oracle(self, seed: int, currency: str, by: str) -> None:
        Organisation.objects.update_or_create(id=1, defaults={"currency": currency, "timezone": "Asia/Kolkata"})
        draw_books(seed, leads=8, deals=25, spend=6)
        params = read_params({"start": ["2024-01-01"], "end": ["2025-01-01"], "by": [by]}, now=NOW)
        assert of_the_product(params) == Ledger(books(), as_question(params)).sums()
