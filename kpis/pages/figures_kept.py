"""What is counted for a dashboard, as one document: read live by the page, or beforehand by the worker, which keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from alignment.people.selectors import Somebody
from alignment.ui.curves import Sparkline
from alignment.ui.figures import Change, Figure
from kpis.agreed.headlines import FiveNumbers, Headline
from kpis.agreed.status import Status, Verdict
from kpis.pages.overview import MonthCounts, key_figures, months_counts, open_leaks
from kpis.pages.periods import Period
from kpis.pages.questions import Question
from kpis.reports.funnel import funnel
from kpis.snapshot import one_snapshot

WORDS = ("title", "value", "note", "advice", "link", "sentence")
"""What a headline says in words."""


@dataclass(frozen=True)
class Counted:
    """Key figures of a period, the funnel's one group, and how many leaks were open when it began."""

    figures: Sequence[Figure]
    group: Mapping[str, Any]
    leaks_before: int


@one_snapshot()
def read_figures(question: Question, user: Somebody | None) -> Counted:
    """Everything counted for the days of the question, of one state of the database."""
    return Counted(
        figures=key_figures(question, _period_of(question), user),
        group=funnel(question.params, user)["groups"][0],  # type: ignore[index]
        leaks_before=open_leaks(question.params.start, user),
    )


def read_period_figures(question: Question, user: Somebody | None) -> dict[str, Any]:
    """The same, to keep it."""
    counted = read_figures(question, user)
    return {
        "figures": [asdict(figure) for figure in counted.figures],
        "group": counted.group,
        "leaks_before": counted.leaks_before,
    }


def figures_in(kept: Mapping[str, Any]) -> Counted:
    """As they were kept."""
    figures = [
        Figure(**{**one, "change": Change(**one["change"]) if one["change"] else None}) for one in kept["figures"]
    ]
    return Counted(figures, kept["group"], kept["leaks_before"])


@one_snapshot()
def read_months(question: Question, user: Somebody | None) -> dict[str, Any]:
    """New leads and wins of every month that the question's days touch, to keep them."""
    return asdict(months_counts(question, _period_of(question), user))


def _period_of(question: Question) -> Period:
    """Its days, as `kpis.pages.overview.asked` wrote them."""
    first, end = (date.fromisoformat(question.options[name][0]) for name in ("start", "end"))
    return Period(first, end)


def months_in(kept: Mapping[str, Any]) -> MonthCounts:
    """As they were kept."""
    return MonthCounts(**kept)


def five_as_json(five: FiveNumbers) -> dict[str, Any]:
    """The five numbers, to keep them: without what they are measured by."""
    return {
        "agreed": five.agreed,
        "numbers": [
            {
                **{name: getattr(one, name) for name in WORDS},
                "spark": asdict(one.spark),
                "verdict": [one.verdict.status, one.verdict.reason] if one.verdict else None,
            }
            for one in five.numbers
        ],
    }


def five_from_json(kept: Mapping[str, Any], computed_at: datetime) -> FiveNumbers:
    """As they were kept."""
    return FiveNumbers(kept["agreed"], [_headline(one) for one in kept["numbers"]], computed_at)


def _headline(one: Mapping[str, Any]) -> Headline:
    spark = {**one["spark"], "labels": tuple(one["spark"]["labels"]), "values": tuple(one["spark"]["values"])}
    status, reason = one["verdict"] or (None, "")
    return Headline(
        **{name: one[name] for name in WORDS},
        spark=Sparkline(**spark),
        verdict=Verdict(Status(status), reason) if status else None,
    )
