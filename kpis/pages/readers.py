"""Which questions may be kept, and how is each read? One reader a name; pages ask by name, and so does the worker.

A reader takes the question, who asks (None: everybody's figures) and options of its own, and gives what can be written as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from alignment.people.selectors import Somebody
from kpis.agreed.headlines import five_numbers
from kpis.explorer.reading import read_view
from kpis.explorer.survival import survival, thinned
from kpis.leaks.kept import gather
from kpis.leaks.queries.flags import Only
from kpis.leaks.report import leakage
from kpis.pages.figures_kept import five_as_json, read_months, read_period_figures
from kpis.pages.mine_kept import read_outcomes
from kpis.pages.questions import Question
from kpis.reports.registry import REPORTS, Report
from kpis.verdicts.board import count_all
from kpis.verdicts.figures import as_json, figures_of
from leads.handoffs.comebacks import REASONS, read_reasons

Options = Mapping[str, str]
Reader = Callable[[Question, Somebody | None, Options], Mapping[str, Any]]


def only_of(more: Options) -> Only:
    """Which leaks, of the options `kind`, `side` and `state`."""
    return Only(more.get("kind") or None, more.get("side") or None, more.get("state") != "all")


def _report(report: Report, question: Question, user: Somebody | None, _more: Options) -> Mapping[str, Any]:
    return report.run(question.params, user)


def _survival(question: Question, user: Somebody | None, _more: Options) -> Mapping[str, Any]:
    return thinned(survival(question.params, user))


def _leaks(question: Question, user: Somebody | None, more: Options) -> Mapping[str, Any]:
    return leakage(question.params, user, only_of(more), by_value=more.get("order") == "value")


READERS: Mapping[str, Reader] = {
    **{f"report {key}": partial(_report, report) for key, report in REPORTS.items()},
    "report survival": _survival,
    "explorer": lambda question, user, more: read_view(question, user, more),
    "all that leaks": lambda question, user, _more: gather(question.params, user),
    "leaks": _leaks,
    "five numbers": lambda question, user, _more: five_as_json(five_numbers(now=question.now, user=user)),
    "dashboard": lambda question, user, _more: read_period_figures(question, user),
    "months": lambda question, user, _more: read_months(question, user),
    "my leads": read_outcomes,
    REASONS: lambda question, _user, more: read_reasons(more, now=question.now),
    "campaigns": lambda question, _user, _more: count_all(question.now).as_json(),
    "campaign": lambda question, _user, more: as_json(figures_of(more["name"], question.now)),
}
