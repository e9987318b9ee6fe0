"""What must hold of a KPI beyond its types? Asked whenever a version is saved or proposed; all that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from alignment.agreements.entitlement import both_teams
from alignment.agreements.kinds import Scope
from alignment.people.models import User
from alignment.refusals import FieldError, Refused
from kpis.agreed.controlling import CODE, Used, judge_bonus
from kpis.agreed.measures import Measure, measure_of
from kpis.agreed.terms import KpiTerms
from kpis.metrics.catalogue import find
from kpis.metrics.declaring import Metric, Summed, Unit
from kpis.metrics.periods import Grain, period_of
from kpis.reports.cuts import PERIODS, is_cut, known_cuts
from leads.funnel.stage_sets import StageSet, stage_set

WHICH = "Say what is measured: one metric, or one divided by another, or one outside number."


def check(terms: KpiTerms, scope: Scope) -> list[FieldError]:
    """Every error, with what to do about it."""
    errors = list(_measured(terms))
    if errors:
        return errors
    stages = stage_set(at=scope.now)
    errors = [*_parts(terms, stages), *_targets(terms), *_milestones(terms), *_owner(terms)]
    if errors:
        return errors
    measure = measure_of(terms, stages)
    return [*_of_unit(terms, measure), *_split(terms), *_bonus(terms, measure)]


def _measured(terms: KpiTerms) -> Iterator[FieldError]:
    ratio = terms.over is not None or terms.under is not None
    given = [name for name, there in (("metric", terms.metric), ("over", ratio), ("series", terms.series)) if there]
    if len(given) != 1:
        yield FieldError(given[-1] if given else "metric", "one_measure", WHICH)
    elif ratio and (terms.over is None or terms.under is None):
        missing = "over" if terms.over is None else "under"
        yield FieldError(missing, "required", "A ratio needs both: what is divided, and by what.")
    elif ratio and terms.where:
        yield FieldError("where", "one_measure", "Of a ratio, each of the two parts has filters of its own.")


def _parts(terms: KpiTerms, stages: StageSet) -> Iterator[FieldError]:
    ratio = terms.over is not None
    for name, part in zip(("over", "under") if ratio else ("metric",), terms.parts, strict=True):
        field = f"{name}.metric" if ratio else ("series" if terms.series else "metric")
        try:
            metric = find(part.metric, stages)
        except Refused as refused:
            yield FieldError(field, "unknown_metric", refused.detail)
            continue
        if ratio and not isinstance(metric, Summed):
            detail = f"“{metric.title}” is no sum: only sums can be divided by each other. Choose what it is made of."
            yield FieldError(field, "not_a_sum", detail)
        yield from _filters(f"{name}.where" if ratio else "where", part.where, metric)


def _filters(field: str, where: dict[str, str], metric: Metric) -> Iterator[FieldError]:
    for cut in where:
        if not is_cut(cut) or cut in PERIODS:
            yield FieldError(field, "unknown_cut", f"“{cut}” is nothing to filter by; there are {known_cuts()}.")
        elif metric.cuts is not None and cut not in metric.cuts:
            allowed = ", ".join(one for one in metric.cuts if one not in PERIODS) or "nothing"
            yield FieldError(field, "unknown_cut", f"“{metric.title}” is not told apart by {cut}; it is by {allowed}.")


def _targets(terms: KpiTerms) -> Iterator[FieldError]:
    if not terms.targets:
        yield FieldError("targets", "required", "Agree on a target for at least one period.")
    seen: set[str] = set()
    for place, line in enumerate(terms.targets):
        field = f"targets.{place}.period"
        try:
            period = period_of(line.period)
        except Refused as refused:
            yield FieldError(field, "unknown_period", refused.detail)
            continue
        if period.grain is not Grain(terms.grain) or period.name != line.period:
            yield FieldError(field, "wrong_period", f"“{line.period}” is no {terms.grain}, as this KPI counts.")
        elif line.period in seen:
            yield FieldError(field, "repeated", f"{line.period} has two targets.")
        seen.add(line.period)


def _split(terms: KpiTerms) -> Iterator[FieldError]:
    """The parts of a period by a cut are its whole target, to the last unit."""
    parts: dict[tuple[str, str], Decimal] = {}
    for line in terms.split:
        parts[line.period, line.cut] = parts.get((line.period, line.cut), Decimal(0)) + line.value
    for (period, cut), total in parts.items():
        target = terms.target_of(period)
        if target != total:
            detail = f"By {cut}, the parts of {period} are {total} together; its target is {target}."
            yield FieldError("split", "does_not_add_up", detail)


def _milestones(terms: KpiTerms) -> Iterator[FieldError]:
    titles: set[str] = set()
    for place, one in enumerate(terms.milestones):
        if (one.share is None) == (one.value is None):
            yield FieldError(
                f"milestones.{place}",
                "one_threshold",
                f"“{one.title}” needs a share of the target, or a value: one of both.",
            )
        if one.title in titles:
            yield FieldError(f"milestones.{place}.title", "repeated", f"Two milestones are called “{one.title}”.")
        titles.add(one.title)


def _owner(terms: KpiTerms) -> Iterator[FieldError]:
    if terms.owner and not User.objects.filter(both_teams(), email__iexact=terms.owner).exists():
        detail = f"“{terms.owner}” is nobody of marketing or sales; leave it empty, or choose somebody."
        yield FieldError("owner", "unknown_person", detail)


def _of_unit(terms: KpiTerms, measure: Measure) -> Iterator[FieldError]:
    if measure.unit is Unit.SHARE:
        for place, line in enumerate(terms.targets):
            if not 0 <= line.value <= 1:
                yield FieldError(
                    f"targets.{place}.value", "invalid_number", "A share is a number from 0 to 1 (0 % to 100 %)."
                )


def _bonus(terms: KpiTerms, measure: Measure) -> Iterator[FieldError]:
    if not terms.bonus:
        return
    used = [Used(metric, tuple(part.where)) for metric, part in zip(measure.metrics, terms.parts, strict=True)]
    why = judge_bonus(used, terms.side)
    if why is not None:
        yield FieldError("bonus", CODE, why)
