"""The numbers at the top of the dashboard as a kind of agreement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import Kind, Scope, only_key, register
from alignment.outbox.wording import is_our_path
from alignment.refusals import FieldError, Refused
from kpis.agreed.headline_terms import DEFAULT, KIND, HeadlineTerms, Number
from kpis.agreed.kind import titles_of
from kpis.agreed.terms import KIND as KPI
from kpis.metrics.catalogue import find
from leads.funnel.stage_sets import stage_set


def sentences(terms: HeadlineTerms) -> Sequence[str]:
    """One a number."""
    return [f"{place}. {title_of(one)}: {one.advice}" for place, one in enumerate(terms.numbers, 1)]


def difference(before: HeadlineTerms, after: HeadlineTerms) -> Sequence[str]:
    """What goes, what comes, what is said otherwise."""
    were, are = ({(one.metric, one.kpi): one for one in terms.numbers} for terms in (before, after))
    changes = [f"{title_of(one)} leaves the dashboard." for key, one in were.items() if key not in are]
    changes += [f"{title_of(one)} comes to the dashboard: {one.advice}" for key, one in are.items() if key not in were]
    changes += [
        f"{title_of(one)}: {were[key].advice} → {one.advice}"
        for key, one in are.items()
        if key in were and were[key].advice != one.advice
    ]
    changes += [
        f"{title_of(one)} leads to {one.link or 'what is behind it'}."
        for key, one in are.items()
        if key in were and were[key].link != one.link
    ]
    kept = [[key for key in keys if key in were and key in are] for keys in (were, are)]
    return [*changes, *(["The order is another one."] if kept[0] != kept[1] else [])]


def title_of(one: Number) -> str:
    """What the number is called."""
    if one.kpi:
        return f"“{titles_of([one.kpi])[one.kpi].removeprefix('KPI: ')}”"
    try:
        return f"“{find(one.metric, stage_set()).title}”"
    except Refused:
        return f"“{one.metric}”"


def check(terms: HeadlineTerms, scope: Scope) -> list[FieldError]:
    """Each is there, each once, and leads nowhere else."""
    errors: list[FieldError] = []
    seen: set[tuple[str, str]] = set()
    for place, one in enumerate(terms.numbers):
        errors += _wrong(f"numbers.{place}", one, scope)
        if (one.metric, one.kpi) in seen:
            errors.append(FieldError(f"numbers.{place}", "repeated", f"{title_of(one)} stands there twice."))
        seen.add((one.metric, one.kpi))
    return errors


def _wrong(field: str, one: Number, scope: Scope) -> Iterator[FieldError]:
    if bool(one.metric) == bool(one.kpi):
        yield FieldError(f"{field}.metric", "one_measure", "Name a metric, or a KPI: one of both.")
    elif one.kpi and in_force(KPI, one.kpi, scope.now) is None:
        yield FieldError(f"{field}.kpi", "unknown_kpi", f"No KPI “{one.kpi}” is in force.")
    elif one.metric:
        try:
            find(one.metric, stage_set(at=scope.now))
        except Refused as refused:
            yield FieldError(f"{field}.metric", "unknown_metric", refused.detail)
    if one.link and not is_our_path(one.link):
        yield FieldError(
            f"{field}.link", "invalid_link", f"“{one.link}” is no page of this site; begin it with a slash."
        )


HEADLINE = Kind(
    key=KIND,
    title="Five numbers",
    sentence="Which numbers stand at the top of the dashboard, and what to do about each.",
    terms=HeadlineTerms,
    sentences=sentences,
    difference=difference,
    title_of=lambda _key: "Five numbers",
    key_error=only_key,
    starting=lambda _key: DEFAULT,
    check=check,
)


def install() -> None:
    """Let the numbers of the dashboard be agreed upon."""
    register(HEADLINE)
