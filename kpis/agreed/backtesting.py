"""What would a KPI have been in the past? Its value in each of the last periods beside its target: the evidence that both sides sign."""

from __future__ import annotations

from datetime import timedelta

from alignment.agreements.kinds import BacktestQuestion, Document, Report
from alignment.people.selectors import reporting_zone
from kpis.agreed.measures import measure_of, values_of
from kpis.agreed.status import reached
from kpis.agreed.terms import KpiTerms
from kpis.metrics.periods import Grain, between
from kpis.reports.params import DEFAULT_WINDOW_DAYS, rfc3339

FEWEST = 3


def backtest(question: BacktestQuestion, report: Report) -> Document:
    """Every period that ended within the days asked, at least three: value, target (else the first one agreed), met or not."""
    terms: KpiTerms = question.terms
    measure = measure_of(terms)
    ripe = question.ends_at - timedelta(days=DEFAULT_WINDOW_DAYS if measure.windowed else 0)
    end = ripe.astimezone(reporting_zone()).date()
    reach = max(question.days, FEWEST * DAYS[Grain(terms.grain)])
    periods = [one for one in between(terms.grain, end - timedelta(days=reach), end) if one.until <= ripe]
    values = values_of(measure, periods, now=question.ends_at, user=None)
    report(0.9)
    usual = terms.targets[0].value if terms.targets else None
    rows = []
    for period in periods:
        value, agreed = values[period.name].value, terms.target_of(period.name)
        target = agreed if agreed is not None else usual
        met = None if value is None or target is None else reached(value, target, terms.direction)
        rows.append(
            {
                "period": period.name,
                "value": None if value is None else str(value),
                "target": None if target is None else str(target),
                "agreed": agreed is not None,
                "met": met,
            }
        )
    judged = [row for row in rows if row["met"] is not None]
    return {
        "unit": measure.unit.value,
        "grain": terms.grain,
        "direction": terms.direction,
        "periods": rows,
        "met": sum(1 for row in judged if row["met"]),
        "judged": len(judged),
        "usual": None if usual is None else str(usual),
        "computed_at": rfc3339(question.ends_at),
    }


DAYS = {Grain.WEEK: 14, Grain.MONTH: 62, Grain.QUARTER: 184, Grain.YEAR: 731}
"""So many days surely hold a whole period."""
