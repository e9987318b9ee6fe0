"""What does a KPI say, in sentences, and what does another version change about it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from alignment.refusals import Refused
from kpis.agreed.measures import measure_of
from kpis.agreed.terms import KpiTerms, Milestone, Part, SplitLine
from kpis.agreed.wording import at_least, said
from kpis.metrics.catalogue import find
from kpis.metrics.declaring import Unit
from leads.funnel.stage_sets import stage_set

SIDES = {"marketing": "Marketing", "sales": "Sales"}


def sentences(terms: KpiTerms) -> Sequence[str]:
    """What both sides sign, one sentence an item."""
    unit = unit_of(terms)
    better = "More is better." if terms.direction == "up" else "Less is better."
    return [
        f"{terms.title}: {what(terms)}, by {terms.grain}. {better}",
        *([f"Why: {terms.why}"] if terms.why else []),
        *(f"In {line.period}: {at_least(terms.direction)} {said(line.value, unit)}." for line in terms.targets),
        *_split(terms.split, unit),
        f"{SIDES[terms.side]} answers for it{f'; {terms.owner} looks after it' if terms.owner else ''}.",
        *_milestones(terms.milestones, unit),
        "A bonus hangs on it." if terms.bonus else "No bonus hangs on it.",
        *([f"Besides: {terms.note}"] if terms.note else []),
    ]


def difference(before: KpiTerms, after: KpiTerms) -> Sequence[str]:
    """`Target of 2024-05: 100 → 120.`"""
    changes = [*_words(before, after), *_targets(before, after)]
    if before.split != after.split:
        changes.append(
            "The parts of the targets are others." if after.split else "The targets are not split up any more."
        )
    if before.milestones != after.milestones:
        changes += _milestones(after.milestones, unit_of(after)) or ["There are no milestones any more."]
    if before.bonus != after.bonus:
        changes.append("A bonus hangs on it now." if after.bonus else "No bonus hangs on it any more.")
    return changes


def what(terms: KpiTerms) -> str:
    """`“Won deals” where source is web`, or one divided by another."""
    return " divided by ".join(_part(part) for part in terms.parts)


def unit_of(terms: KpiTerms) -> Unit:
    """In what it is written; a plain number where the catalogue has the metric no more."""
    try:
        return measure_of(terms).unit
    except Refused:
        return Unit.NUMBER


def milestone_said(one: Milestone, unit: Unit) -> str:
    """`at 50.0 % of the target`, or `at 1,000`."""
    return f"at {said(one.share, Unit.SHARE)} of the target" if one.share is not None else f"at {said(one.value, unit)}"


def _part(part: Part) -> str:
    try:
        title = find(part.metric, stage_set()).title
    except Refused:
        title = part.metric
    return f"“{title}”{_where(part.where)}"


def _where(where: Mapping[str, str]) -> str:
    if not where:
        return ""
    return " where " + " and ".join(f"{cut} is {value or '(none)'}" for cut, value in where.items())


def _split(lines: Sequence[SplitLine], unit: Unit) -> list[str]:
    def of(line: SplitLine) -> tuple[str, str]:
        return line.period, line.cut

    return [
        f"Of it in {period}, by {cut}: {', '.join(_group(one, unit) for one in found)}."
        for (period, cut), found in groupby(sorted(lines, key=of), of)
    ]


def _group(line: SplitLine, unit: Unit) -> str:
    return f"{line.group or '(none)'} {said(line.value, unit)}"


def _milestones(milestones: Sequence[Milestone], unit: Unit) -> list[str]:
    return [f"Milestone “{one.title}” {milestone_said(one, unit)}." for one in milestones]


def _words(before: KpiTerms, after: KpiTerms) -> list[str]:
    told = (
        ("Called", before.title, after.title),
        ("Measures", what(before), what(after)),
        ("Counted by", before.grain, after.grain),
        ("Better is", *("more" if one.direction == "up" else "less" for one in (before, after))),
        ("Course", *(one.course or "as usual" for one in (before, after))),
        ("Answers for it", SIDES[before.side], SIDES[after.side]),
        ("Looks after it", before.owner or "nobody", after.owner or "nobody"),
        ("Why", before.why or "(nothing)", after.why or "(nothing)"),
        ("Besides", before.note or "(nothing)", after.note or "(nothing)"),
    )
    return [f"{name}: {was} → {becomes}." for name, was, becomes in told if was != becomes]


def _targets(before: KpiTerms, after: KpiTerms) -> list[str]:
    units = unit_of(before), unit_of(after)
    periods = dict.fromkeys(line.period for line in (*before.targets, *after.targets))
    changes = []
    for period in sorted(periods):
        was, becomes = before.target_of(period), after.target_of(period)
        if (was, units[0]) != (becomes, units[1]):
            told = ("none" if one is None else said(one, unit) for one, unit in zip((was, becomes), units, strict=True))
            changes.append(f"Target of {period}: {' → '.join(told)}.")
    return changes
