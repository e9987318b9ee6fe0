"""A KPI's terms as a plain form: what stands in its fields, and the document that they mean. No JSON, no scripts needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from alignment.refusals import FieldError, Refused
from kpis.agreed.measures import measure_of
from kpis.agreed.terms import KpiTerms, Part
from kpis.metrics.declaring import Unit
from kpis.metrics.periods import Period, period_of

FILTERS, MILESTONES, MORE, MOST_ROWS = 3, 5, 6, 120
SCALE = {Unit.SHARE: Decimal(100), Unit.SECONDS: Decimal(1) / Decimal(3600)}
"""By what a value is multiplied for the form: shares stand there in percent, spans in hours."""

IN_WORDS = {Unit.SHARE: "in percent", Unit.SECONDS: "in hours", Unit.MONEY: "in the reporting currency"}


@dataclass(frozen=True)
class Filter:
    cut: str = ""
    value: str = ""


@dataclass(frozen=True)
class TargetRow:
    period: str = ""
    value: str = ""


@dataclass(frozen=True)
class MilestoneRow:
    title: str = ""
    share: str = ""
    value: str = ""


@dataclass(frozen=True)
class Sheet:
    """The texts of the fields."""

    texts: Mapping[str, str]
    over: Sequence[Filter]
    under: Sequence[Filter]
    targets: Sequence[TargetRow]
    milestones: Sequence[MilestoneRow]
    bonus: bool
    keep_split: bool = True
    errors: Sequence[FieldError] = field(default=())


TEXTS = ("title", "why", "metric", "divided_by", "direction", "grain", "course", "side", "owner", "note")


def of_terms(terms: KpiTerms) -> Sheet:
    """What a draft says, in its fields."""
    over, *rest = terms.parts
    under = rest[0] if rest else Part(metric="-")
    unit = _unit(terms)
    texts = {
        "title": terms.title, "why": terms.why, "metric": over.metric, "divided_by": under.metric if rest else "",
        "direction": terms.direction, "grain": terms.grain, "course": terms.course or "", "side": terms.side,
        "owner": terms.owner, "note": terms.note,
    }  # fmt: skip
    targets = [TargetRow(line.period, _text(line.value, unit)) for line in terms.targets]
    milestones = [
        MilestoneRow(
            one.title,
            "" if one.share is None else _text(one.share, Unit.SHARE),
            "" if one.value is None else _text(one.value, unit),
        )
        for one in terms.milestones
    ]
    return Sheet(
        texts,
        _filled([Filter(*pair) for pair in over.where.items()], Filter(), FILTERS),
        _filled([Filter(*pair) for pair in under.where.items()], Filter(), FILTERS),
        more_rows(targets, 0),
        _filled(milestones, MilestoneRow(), MILESTONES),
        terms.bonus,
    )


def of_form(sent: Mapping[str, str]) -> Sheet:
    """What was written."""
    rows = min(int(sent.get("rows", "0")) if sent.get("rows", "").isdecimal() else 0, MOST_ROWS)
    targets = [TargetRow(_sent(sent, f"target_period_{n}"), _sent(sent, f"target_value_{n}")) for n in range(rows)]
    milestones = [
        MilestoneRow(*(_sent(sent, f"milestone_{name}_{n}") for name in ("title", "share", "value")))
        for n in range(MILESTONES)
    ]
    return Sheet(
        {name: _sent(sent, name) for name in TEXTS},
        [Filter(_sent(sent, f"over_cut_{n}"), _sent(sent, f"over_value_{n}")) for n in range(FILTERS)],
        [Filter(_sent(sent, f"under_cut_{n}"), _sent(sent, f"under_value_{n}")) for n in range(FILTERS)],
        targets,
        milestones,
        "bonus" in sent,
        "keep_split" in sent,
    )


def more_rows(targets: Sequence[TargetRow], more: int = MORE) -> list[TargetRow]:
    """The same with `more` rows (at least one is empty or new), of the periods that follow the last."""
    rows = [row for row in targets if row.period or row.value]
    last = _period(rows[-1].period) if rows else None
    for _again in range(max(more, 1)):
        last = last.next if last is not None else None
        rows.append(TargetRow(last.name if last is not None and more else "", ""))
    return rows[:MOST_ROWS]


def document_of(sheet: Sheet, before: KpiTerms) -> tuple[dict[str, Any], list[FieldError]]:
    """What the fields mean, and which numbers are none. `before` has what the form does not show."""
    errors: list[FieldError] = []
    texts = sheet.texts
    document: dict[str, Any] = {
        name: texts[name] for name in ("title", "why", "direction", "grain", "side", "owner", "note")
    }
    document |= {"course": texts["course"] or None, "bonus": sheet.bonus, **_measured(sheet)}
    unit = unit_of(document)
    document["targets"] = [
        {"period": row.period, "value": _number(row.value, unit, f"Target of {row.period or 'a period'}", errors)}
        for row in sheet.targets
        if row.value
    ]
    document["milestones"] = [
        {
            "title": row.title,
            "share": _number(row.share, Unit.SHARE, f"Share of “{row.title}”", errors) if row.share else None,
            "value": _number(row.value, unit, f"Value of “{row.title}”", errors) if row.value else None,
        }
        for row in sheet.milestones
        if row.title or row.share or row.value
    ]
    document["split"] = [one.model_dump(mode="json") for one in before.split] if sheet.keep_split else []
    return document, errors


def unit_of(document: Mapping[str, Any]) -> Unit:
    """In what its values are; a plain number where the metric is not known."""
    shape = {name: document.get(name) for name in ("metric", "series", "over", "under")}
    try:
        terms = KpiTerms.model_validate({"title": "-", "side": "sales", "where": document.get("where") or {}, **shape})
        return measure_of(terms).unit
    except (Refused, ValueError):
        return Unit.NUMBER


def _measured(sheet: Sheet) -> dict[str, Any]:
    metric, under = sheet.texts["metric"], sheet.texts["divided_by"]
    over_where, under_where = _where(sheet.over), _where(sheet.under)
    if under:
        return {
            "over": {"metric": metric, "where": over_where},
            "under": {"metric": under, "where": under_where},
        }
    if metric.startswith("series."):
        return {"series": metric.removeprefix("series."), "where": over_where}
    return {"metric": metric or None, "where": over_where}


def _where(filters: Sequence[Filter]) -> dict[str, str]:
    return {one.cut: one.value for one in filters if one.cut}


def _number(text: str, unit: Unit, what: str, errors: list[FieldError]) -> str:
    try:
        value = Decimal(text.replace(",", "").replace(" ", ""))
        if value.is_finite():
            return f"{(value / SCALE.get(unit, Decimal(1))).quantize(Decimal('0.000001')).normalize():f}"
    except InvalidOperation:
        pass
    errors.append(FieldError("targets", "invalid_number", f"{what}: “{text}” is no number; write 1234.5."))
    return "0"


def _text(value: Decimal, unit: Unit) -> str:
    return f"{(value * SCALE.get(unit, Decimal(1))).quantize(Decimal('0.0001')).normalize():f}"


def _unit(terms: KpiTerms) -> Unit:
    try:
        return measure_of(terms).unit
    except Refused:
        return Unit.NUMBER


def _period(name: str) -> Period | None:
    try:
        return period_of(name)
    except Refused:
        return None


def _sent(sent: Mapping[str, str], name: str) -> str:
    return sent.get(name, "").strip()


def _filled(rows: Sequence[Any], empty: Any, most: int) -> list[Any]:
    return [*rows, *[empty] * (most - len(rows))]
