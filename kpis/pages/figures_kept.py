"""What is counted for a dashboard, as one document: read live by the page, or beforehand by the worker, which keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from alignment.people.selectors import Somebody
from alignment.ui.figures import Change, Figure
from kpis.leaks.selectors import open_counts
from kpis.pages.overview import MonthCounts, key_figures, months_counts
from kpis.pages.periods import Period, twelve_months
from kpis.pages.questions import Question
from kpis.reports.funnel import funnel
from kpis.snapshot import one_snapshot


@dataclass(frozen=True)
class Counted:
    """Key figures, the funnel's one group, months, and the open leaks by kind and side."""

    figures: Sequence[Figure]
    group: Mapping[str, Any]
    months: MonthCounts
    leaks: Mapping[tuple[str, str], int]


@one_snapshot()
def read_figures(question: Question, period: Period, today: date, user: Somebody | None) -> Counted:
    """Everything counted for these days, of one state of the database."""
    return Counted(
        figures=key_figures(question, period, user),
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
