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
from kpis.leaks.selectors import open_counts
from kpis.pages.overview import MonthCounts, key_figures, months_counts
from kpis.pages.periods import Period, twelve_months
from kpis.pages.questions import Question
from kpis.reports.funnel import funnel
from kpis.snapshot import one_snapshot

WORDS = ("title", "value", "note", "advice", "link", "sentence")
"""What a headline says in words."""


@dataclass(frozen=True)
class Counted:
    """Key figures, the funnel's one group, months, and the open leaks by kind and side."""

    figures: Sequence[Figure]
    group: Mapping[str, Any]
    months: MonthCounts
    leaks: Mapping[tuple[str, str], int]


@one_snapshot()
def read_figures(
    question: Question, period: Period, today: date, user: Somebody | None, risk: Mapping[str, Any] | None = None
) -> Counted:
    """Everything counted for these days, of one state of the database; `risk` is what all leaks may cost, if that was read already."""
    return Counted(
        figures=key_figures(question, period, user, risk),
        group=funnel(question.params, user)["groups"][0],  # type: ignore[index]
        months=months_counts(question, twelve_months(today), user),
        leaks={(found.kind.key, found.side): found.count for found in open_counts(user, now=question.now)},
    )


def as_json(counted: Counted) -> dict[str, Any]:
    """To keep it."""
    return {
        "figures": [asdict(figure) for figure in counted.figures],
        "group": counted.group,
        "months": asdict(counted.months),
        "leaks": [[kind, side, count] for (kind, side), count in counted.leaks.items()],
    }


def from_json(kept: Mapping[str, Any]) -> Counted:
    """As it was kept."""
    return Counted(
        figures=[
            Figure(**{**one, "change": Change(**one["change"]) if one["change"] else None}) for one in kept["figures"]
        ],
        group=kept["group"],
        months=MonthCounts(**kept["months"]),
        leaks={(kind, side): count for kind, side, count in kept["leaks"]},
    )


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
