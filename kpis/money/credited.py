"""What marketing's touches brought, by each model of attribution: the figures that `kpis.money.metrics` adds for them."""

from __future__ import annotations

from collections.abc import Iterator

from kpis.attribution.terms import MODELS, TITLES
from kpis.metrics.declaring import Better, Metric, Ratio, Summed, Unit
from kpis.money.families import CREDITS

ROOM = "Attribution"
CONTROLS = {
    "marketing": "whom touches reach before a deal is opened",
    "sales": "which of these deals are won, and for how much",
}
USUAL = "the model that is agreed"


def metrics() -> Iterator[Metric]:
    """Credited wins, revenue, pipeline and return, by the agreed model and by each model."""
    yield _summed(
        "credited_wins", "Credited wins", f"Marketing's shares of the deals won in the period, by {USUAL}.", Unit.NUMBER
    )
    yield Ratio(
        key="cost_per_sale", title="Cost per sale",
        sentence=f"Spend in the period, divided by marketing's shares of the deals won in it, by {USUAL}.",
        unit=Unit.MONEY, better=Better.DOWN, room=ROOM, controls=CONTROLS, over="spend", under="credited_wins",
    )  # fmt: skip
    yield _summed(
        "credited_wins_of_leads", "Credited wins of leads",
        f"Marketing's shares of the deals that leads created in the period won within the window, by {USUAL}; "
        "counted once the window has passed.",
        Unit.NUMBER, windowed=True,
    )  # fmt: skip
    yield Ratio(
        key="cost_per_sale_of_leads", title="Cost per sale, by when leads came",
        sentence="Spend of the period's days whose window has passed, divided by marketing's shares of the deals that leads of "
        "these days won within it.",
        unit=Unit.MONEY, better=Better.DOWN, room=ROOM, controls=CONTROLS, over="spend_waited", under="credited_wins_of_leads",
        windowed=True,
    )  # fmt: skip
    for suffix, by in (("", USUAL), *((f".{model}", f"the model “{TITLES[model]}”") for model in MODELS)):
        yield from _by_model(suffix, by, f": {TITLES[suffix[1:]]}" if suffix else "")


def _by_model(suffix: str, by: str, named: str) -> Iterator[Metric]:
    yield _summed(
        f"credited_revenue{suffix}", f"Credited revenue{named}",
        f"What touches are credited with of the amounts of deals won in the period, by {by}.",
    )  # fmt: skip
    yield _summed(
        f"credited_pipeline{suffix}", f"Credited pipeline{named}",
        f"What touches are credited with of the amounts of deals opened in the period, by {by}.",
    )  # fmt: skip
    yield _summed(
        f"no_touch_revenue{suffix}", f"Revenue without a touch{named}",
        "The amounts of deals won in the period before which there was no touch.", better=Better.NEITHER,
    )  # fmt: skip
    yield Ratio(
        key=f"roi{suffix}", title=f"Return on spend{named}",
        sentence=f"Credited revenue of the period less spend, divided by spend, by {by}.",
        unit=Unit.NUMBER, better=Better.UP, room=ROOM, controls=CONTROLS, over=f"credited_revenue{suffix}", minus="spend",
        under="spend",
    )  # fmt: skip


def _summed(
    key: str, title: str, sentence: str, unit: Unit = Unit.MONEY, *, better: Better = Better.UP, windowed: bool = False
) -> Summed:
    return Summed(
        key=key, title=title, sentence=sentence, unit=unit, better=better, room=ROOM, controls=CONTROLS, family=CREDITS,
        windowed=windowed,
    )  # fmt: skip
