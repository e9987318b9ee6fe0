"""What did both sides sign before the leads came? The terms of the demo company, in force for most of the two years.

Through the doors that people use, with the times of then. The definition of a qualified lead holds for the last two months: earlier
ones were moved by hand. A proposal lies before both sides, so that there is something to try on the past.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import ONLY_KEY
from alignment.agreements.terms import as_document
from alignment.people.models import User
from kpis.agreed.headline_terms import KIND as FIVE
from kpis.agreed.terms import KIND as KPI
from kpis.agreed.terms import TargetLine
from kpis.attribution.terms import KIND as ATTRIBUTION
from kpis.demo import terms
from kpis.demo.targets import round_down
from kpis.leaks.limits import KIND as LIMITS
from kpis.metrics.periods import Grain, Period, containing
from leads.calendars.kind import CALENDAR
from leads.definitions.terms import KIND as DEFINITION
from leads.demo import wordings
from leads.demo.days import DAY
from leads.handoffs.terms import KIND as HANDOFF
from tests.benchmarks.population.cast import DOMAIN, INSIDE, PARTNERS, TERRITORIES, Cast

HANDED, DEFINED = 300, 60
"""Since how many days before the end leads are handed over by rule, and called qualified by definition."""
A_LEAD = {"won-revenue": 220, "mqls": 0.021, "first-contact": None, "acceptance": None}
"""What a period brings, a lead of the whole company; None: a share, whatever the size."""
CUSTOMERS_QUIET = 75
"""Days without a word until a customer counts as dropped: what the two sides changed of the limits that were laid in."""
USUAL_SHARE = Decimal("0.6")
PAST = 6


@dataclass(frozen=True)
class Agreed:
    """Versions in force, by their ids."""

    funnel: int
    definition: int
    calendar: int
    rules: dict[str, int]
    """By the side that the rule hands over to: sales, or the partner's country."""


def agree(cast: Cast, leads: int, *, end: datetime) -> Agreed:
    """Everything that is in force at the end, from the moments at which it came into force."""
    marketing, sales = cast.named("marketing-lead"), cast.named("sales-lead")
    by = (marketing, sales)
    _signed(ATTRIBUTION, ONLY_KEY, as_document(terms.ATTRIBUTION), by=by, at=end - 500 * DAY)
    limits = in_force(LIMITS, ONLY_KEY, end)
    if limits is None:
        raise RuntimeError("No limits are laid in.")
    document = as_document(limits.terms)
    document["dropped_customer"] = {**document["dropped_customer"], "limit_days": CUSTOMERS_QUIET}
    _signed(LIMITS, ONLY_KEY, document, by=by, at=end - 480 * DAY)
    hours = wordings.working_time("UTC", end.year)
    calendar = _signed(CALENDAR, "side:sales", hours, by=(sales, marketing), at=end - 460 * DAY)
    rules = _rules(cast, by, end)
    definition = _signed(DEFINITION, "mql", wordings.MQL_STRICTER, by=by, at=end - DEFINED * DAY)
    proposed = start_draft(DEFINITION, "mql", wordings.MQL_PROPOSED, author=marketing, now=end - 4 * DAY)
    propose(proposed.pk, by=marketing, now=end - 3 * DAY)
    for plan in terms.PLANS:
        lines = _targets(plan.key, plan.terms.grain, leads, end)
        owner = plan.terms.owner.replace("demo.example", DOMAIN)
        kpi = plan.terms.model_copy(update={"targets": lines, "owner": owner})
        _signed(KPI, plan.key, as_document(kpi), by=by, at=end - 200 * DAY)
    _signed(FIVE, ONLY_KEY, as_document(terms.FIVE), by=by, at=end - 190 * DAY)
    from leads.funnel.stage_sets import stage_set

    return Agreed(stage_set().version_id, definition, calendar, rules)


def _signed(kind: str, key: str, document: object, *, by: tuple[User, User], at: datetime) -> int:
    """Proposed by the one, signed by the other within two hours; in force at that moment. The version's id."""
    draft = start_draft(kind, key, document, author=by[0], now=at - timedelta(hours=2))
    propose(draft.pk, by=by[0], now=at - timedelta(hours=1))
    sign(draft.pk, by=by[1], now=at)
    return draft.pk


def _rules(cast: Cast, by: tuple[User, User], end: datetime) -> dict[str, int]:
    """Two countries go to partners, the rest by territory, what has none to whoever inside has room."""
    found, at = {}, end - HANDED * DAY
    for number, (country, team) in enumerate(PARTNERS.items()):
        document = wordings.partner_rule(cast.teams[team].pk)
        document |= {"title": f"To {team}", "order": 10 + number}
        document["criteria"] = {"field": "lead.country", "op": "is", "value": country}
        found[country] = _signed(HANDOFF, f"partner-{country.lower()}", document, by=by, at=at)
    rows = [{"values": [place], "to": {"team": cast.teams[team].pk}} for place, team in TERRITORIES.items()]
    document = wordings.sales_rule(rows[0]["to"]["team"], rows[1]["to"]["team"])  # type: ignore[index]
    document["routing"] = [
        {"strategy": "company_owner"},
        {"strategy": "table", "field": "lead.territory", "rows": rows},
        {"strategy": "least_loaded", "pool": {"team": cast.teams[INSIDE].pk}},
    ]
    found["sales"] = _signed(HANDOFF, "own-sales", document, by=by, at=at)
    return found


def _targets(key: str, grain: str, leads: int, end: datetime) -> list[TargetLine]:
    """The same for the last periods, the running one and the next."""
    a_lead = A_LEAD[key]
    value = USUAL_SHARE if a_lead is None else max(Decimal(1), round_down(Decimal(str(a_lead)) * leads))
    period: Period = containing(Grain(grain), end.date())
    periods = [period.next, period]
    while len(periods) < PAST:
        periods.append(periods[-1].before)
    return [TargetLine(period=one.name, value=value) for one in reversed(periods)]
