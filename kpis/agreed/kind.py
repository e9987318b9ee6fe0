"""KPIs as a kind of agreement. The key is a short name such as `won-deals`; what people read is the title."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from alignment.agreements.in_force import all_in_force
from alignment.agreements.kinds import Kind, register
from alignment.agreements.models import Version
from alignment.clock import now
from alignment.people.selectors import reporting_zone
from alignment.refusals import Refused
from kpis.agreed.backtesting import backtest
from kpis.agreed.checks import check
from kpis.agreed.measures import measure_of
from kpis.agreed.sentences import difference, sentences
from kpis.agreed.terms import KIND, KpiTerms, TargetLine
from kpis.metrics.periods import Grain, containing

SHORT_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
TAKEN = ("targets", "baseline", "new", "ask")
"""Names that are pages of their own under /kpis/."""

SUGGESTED = ("won-deals", "won-revenue", "accepted-leads", "acceptance-rate", "leads-created", "speed-to-lead")


def key_error(key: str) -> str | None:
    """What is wrong with a key; None where it is a short name."""
    if key in TAKEN:
        return f"“{key}” is the name of a page; choose another one."
    if SHORT_NAME.fullmatch(key):
        return None
    return "A KPI has a short name of up to 40 small letters, digits and dashes, such as won-deals."


def title_of(key: str) -> str:
    return titles_of([key])[key]


def titles_of(keys: Collection[str]) -> Mapping[str, str]:
    """`KPI: Won deals`, by the version in force, else the newest one; by the key where there is none."""
    titles = {one.key: one.says(KpiTerms).title for one in all_in_force(KIND)}
    missing = [key for key in keys if key not in titles]
    if missing:
        newest = Version.objects.filter(agreement__kind=KIND, agreement__key__in=missing).order_by("number")
        titles |= dict(newest.values_list("agreement__key", "terms__title"))
    return {key: f"KPI: {titles.get(key) or key.replace('-', ' ')}" for key in keys}


def starting(key: str) -> KpiTerms:
    """To begin with: the metric that is called like the key, else won deals; one in the running month."""
    metric = key.replace("-", "_")
    metric = metric if metric in {one.replace("-", "_") for one in SUGGESTED} else "won_deals"
    month = containing(Grain.MONTH, now().astimezone(reporting_zone()).date())
    terms = KpiTerms(title=key.replace("-", " ").capitalize(), metric=metric, side="sales", targets=[])
    measure = measure_of(terms)
    side = "marketing" if set(measure.over_metric.controls) == {"marketing"} else "sales"
    direction = "down" if measure.better == "down" else "up"
    first = TargetLine.model_validate_json(
        f'{{"period": "{month.name}", "value": {0.5 if measure.unit == "share" else 1}}}'
    )
    return terms.model_copy(update={"side": side, "direction": direction, "targets": [first]})


def caveat(key: str) -> str | None:
    """A KPI stays in force when its metric goes with a stage of the funnel: then it measures nothing."""
    found = next((one for one in all_in_force(KIND) if one.key == key), None)
    if found is None:
        return None
    try:
        measure_of(found.says(KpiTerms))
    except Refused as refused:
        return f"This KPI measures nothing by now. {refused.detail}"
    return None


KPI = Kind(
    key=KIND,
    title="KPI",
    sentence="What is measured, what is to be reached by when, and which side answers for it.",
    terms=KpiTerms,
    sentences=sentences,
    difference=difference,
    title_of=title_of,
    titles_of=titles_of,
    key_error=key_error,
    starting=starting,
    check=check,
    caveat=caveat,
    edit_url="kpi-edit",
    backtest=backtest,
    backtest_template="kpis/kpi_backtest.html",
    keys=lambda: SUGGESTED,
)


def install() -> None:
    """Let KPIs be agreed upon."""
    register(KPI)
