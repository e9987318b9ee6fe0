"""Which lines add up to figures of money? The families that metrics of money are sums of."""

from __future__ import annotations

from collections.abc import Callable

from kpis.attribution.live import prepare
from kpis.metrics.declaring import Asked, Family, Statement, Subject
from kpis.money.queries.accepted import accepted_lines
from kpis.money.queries.credited import credit_lines, credit_sums
from kpis.money.queries.deals import customer_lines, deal_lines
from kpis.money.queries.missing import missing_rates, sentence
from kpis.money.queries.spent import spend_lines
from kpis.money.queries.touched import touched_lines


def _unknown(lines: Callable[[Asked], Statement], table: str) -> Callable[[Asked, str], str]:
    """Why some of these lines have no value: names the currencies and days without a rate."""
    return lambda asked, measure: sentence(missing_rates(lines(asked), table, measure))


DEALS = Family("deals", Subject.DEAL, deal_lines, _unknown(deal_lines, "leads_deal"))
CUSTOMERS = Family("customers", Subject.DEAL, customer_lines)
SPEND = Family(
    "spend",
    Subject.SPEND,
    spend_lines,
    _unknown(spend_lines, "programs_spend"),
    untold="What was spent is told to marketing, sales and managers only.",
)
ACCEPTED = Family("accepted", Subject.LEAD, accepted_lines)
CREDITS = Family(
    "credits", Subject.DEAL, credit_lines, _unknown(credit_lines, "leads_deal"), prepare, added_up=credit_sums
)
TOUCHED = Family("touched", Subject.LEAD, touched_lines)
