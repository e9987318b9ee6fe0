"""Which lines add up to figures of money? The families that metrics of money are sums of."""

from __future__ import annotations

from kpis.metrics.declaring import Family, Subject
from kpis.money.queries.accepted import accepted_lines
from kpis.money.queries.deals import customer_lines, deal_lines
from kpis.money.queries.spent import spend_lines

DEALS = Family("deals", Subject.DEAL, deal_lines)
CUSTOMERS = Family("customers", Subject.DEAL, customer_lines)
SPEND = Family("spend", Subject.SPEND, spend_lines)
ACCEPTED = Family("accepted", Subject.LEAD, accepted_lines)
