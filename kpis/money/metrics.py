"""Every figure of money, declared once: what was spent, what came of it, and what it cost. `kpis.metrics.catalogue` collects them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kpis.metrics.declaring import Better, Computed, Family, Metric, Ratio, Summed, Unit
from kpis.money import computed, credited
from kpis.money.families import ACCEPTED, CUSTOMERS, DEALS, SPEND, TOUCHED
from kpis.money.queries.accepted import accepting_stage
from leads.funnel.stage_sets import StageSet

ROOM = "Money"
MARKETING = {"marketing": "what is spent on what, and whom it reaches"}
EVERYBODY = {
    "marketing": "which leads come, and how well they fit",
    "sales": "which of them are worked, and how they are won",
}
COSTS = {"marketing": "what is spent on what", "sales": "which leads are taken up and won"}
ACCEPTING = {"marketing": "which leads are passed on", "sales": "which of them are accepted"}


def metrics(stages: StageSet) -> Sequence[Metric]:
    """The figures of money, by the stages of a version of the funnel."""
    return (*_spent(stages), *_dealt(), *_came_again(), *credited.metrics())


def _summed(
    key: str,
    title: str,
    sentence: str,
    unit: Unit,
    family: Family,
    better: Better = Better.UP,
    controls: dict[str, str] = EVERYBODY,
    *,
    windowed: bool = False,
) -> Summed:
    return Summed(
        key=key, title=title, sentence=sentence, unit=unit, better=better, room=ROOM, controls=controls, family=family,
        windowed=windowed,
    )  # fmt: skip


def cost(key: str, title: str, sentence: str, under: str, controls: dict[str, str] = COSTS) -> Ratio:
    """Spend, divided by what it brought."""
    return Ratio(
        key=key, title=title, sentence=sentence, unit=Unit.MONEY, better=Better.DOWN, room=ROOM, controls=controls,
        over="spend", under=under,
    )  # fmt: skip


def _spent(stages: StageSet) -> tuple[Metric, ...]:
    accepting = stages.by_key.get(accepting_stage(stages) or "")
    reached = f"reached “{accepting.title}”, the first stage of sales," if accepting else "were accepted by sales"
    return (
        _summed(
            "spend", "Spend",
            "What was spent in the period: each entry spread evenly over its days, at the rate of each day.",
            Unit.MONEY, SPEND, Better.NEITHER, MARKETING,
        ),
        _summed(
            "spend_waited", "Spend whose window has passed",
            "What was spent on the days of the period whose leads have had the whole window.",
            Unit.MONEY, SPEND, Better.NEITHER, MARKETING, windowed=True,
        ),
        _summed(
            "accepted_leads", "Accepted leads", f"Leads that {reached} in the period.", Unit.COUNT, ACCEPTED,
            controls=ACCEPTING,
        ),
        _summed(
            "touched_leads",
            "Leads touched",
            "Leads that a campaign touched for the first time in the period, each once a campaign.",
            Unit.COUNT,
            TOUCHED,
            controls=MARKETING,
        ),
        cost(
            "cost_per_lead", "Cost per lead", "Spend in the period, divided by the leads created in it.",
            "leads_created", MARKETING,
        ),
        cost(
            "cost_per_accepted_lead", "Cost per accepted lead",
            "Spend in the period, divided by the leads that sales accepted in it.", "accepted_leads",
        ),
        cost(
            "cost_per_opportunity", "Cost per opportunity", "Spend in the period, divided by the deals opened in it.",
            "opportunities",
        ),
    )  # fmt: skip


def _dealt() -> tuple[Metric, ...]:
    return (
        _summed("opportunities", "Opportunities", "Deals opened in the period.", Unit.COUNT, DEALS),
        _summed(
            "pipeline_created", "Pipeline created",
            "The amounts of the deals opened in the period, at the rate of that day.", Unit.MONEY, DEALS,
        ),
        _summed(
            "opened_without_amount", "Opportunities without an amount",
            "Deals opened in the period of which no amount is known: they are missing in the pipeline created.",
            Unit.COUNT, DEALS, Better.DOWN,
        ),
        _summed("won_deals", "Won deals", "Deals won in the period.", Unit.COUNT, DEALS),
        _summed("lost_deals", "Lost deals", "Deals lost in the period.", Unit.COUNT, DEALS, Better.DOWN),
        _summed("closed_deals", "Closed deals", "Deals won or lost in the period.", Unit.COUNT, DEALS, Better.NEITHER),
        _summed(
            "won_revenue", "Won revenue", "The amounts of the deals won in the period, at the rate of that day.",
            Unit.MONEY, DEALS,
        ),
        _summed(
            "deals_with_amount", "Won deals with an amount", "Deals won in the period of which the amount is known.",
            Unit.COUNT, DEALS,
        ),
        _summed(
            "won_without_amount", "Won deals without an amount",
            "Deals won in the period of which no amount is known: they are missing in won revenue.",
            Unit.COUNT, DEALS, Better.DOWN,
        ),
        _summed("upsell_wins", "Upsells won", "Deals of kind upsell won in the period.", Unit.COUNT, DEALS),
        Ratio(
            key="win_rate", title="Win rate", sentence="Of the deals won or lost in the period, the share that was won.",
            unit=Unit.SHARE, better=Better.UP, room=ROOM, controls=EVERYBODY, over="won_deals", under="closed_deals",
        ),
        Ratio(
            key="average_deal", title="Average deal",
            sentence="Won revenue of the period, divided by the won deals with an amount.",
            unit=Unit.MONEY, better=Better.UP, room=ROOM, controls=EVERYBODY, over="won_revenue", under="deals_with_amount",
        ),
        Computed(
            key="sales_cycle", title="Sales cycle",
            sentence="The median time from opening to winning, of the deals won in the period whose opening is known.",
            unit=Unit.SECONDS, better=Better.DOWN, room=ROOM, controls=EVERYBODY, compute=computed.sales_cycle,
            follows=(DEALS,), behind="won_deals",
        ),
    )  # fmt: skip


def _came_again() -> tuple[Metric, ...]:
    share: Any = {"unit": Unit.SHARE, "better": Better.UP, "room": ROOM, "controls": EVERYBODY}
    return (
        _summed("first_wins", "New customers", "Companies that were won for the first time.", Unit.COUNT, CUSTOMERS),
        _summed("repeat_wins", "Second wins", "Companies won for the second time.", Unit.COUNT, CUSTOMERS),
        _summed(
            "customers_to_keep", "Customers to keep",
            "Companies first won in the period, counted once 365 days have passed since.", Unit.COUNT, CUSTOMERS,
            windowed=True,
        ),
        _summed(
            "customers_kept", "Customers kept",
            "Companies first won in the period that were won again within 365 days, counted once these have passed.",
            Unit.COUNT, CUSTOMERS, windowed=True,
        ),
        Ratio(
            key="retention", title="Retention",
            sentence="Of the companies first won in the period, at least 365 days ago, the share won again within 365 days.",
            windowed=True, over="customers_kept", under="customers_to_keep", **share,
        ),
        Computed(
            key="customers_before", title="Customers before", sentence="Companies that were won before the period began.",
            unit=Unit.COUNT, better=Better.UP, room=ROOM, controls=EVERYBODY, compute=computed.customers_before,
            follows=(DEALS, CUSTOMERS),
        ),
        Computed(
            key="repeat_rate", title="Repeat rate",
            sentence="Companies whose second win falls in the period, divided by the companies that were won before it.",
            compute=computed.repeat_rate, follows=(DEALS, CUSTOMERS), behind="repeat_wins", **share,
        ),
        Computed(
            key="upsell_rate", title="Upsell rate",
            sentence="Companies with an upsell won in the period, divided by the companies that were won before it.",
            compute=computed.upsell_rate, follows=(DEALS, CUSTOMERS), behind="upsell_wins", **share,
        ),
    )  # fmt: skip
