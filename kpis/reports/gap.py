"""The gap: of what marketing passed, what did sales accept, and what single condition explains most of what it turned down?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from alignment.agreements.in_force import in_force
from alignment.agreements.models import Version
from alignment.agreements.terms import terms_of
from alignment.people.selectors import Somebody
from kpis.reports.acceptance import as_json as reasons_as_json
from kpis.reports.behind import After
from kpis.reports.funnel import group_of, sort_key
from kpis.reports.gap_conditions import as_json, explain_rejections
from kpis.reports.lines import Line, Listing, Which
from kpis.reports.params import ReportParams
from kpis.reports.queries.acceptance import ReasonCount
from kpis.reports.queries.gap import (
    CONDITIONS,
    Decided,
    read_decided,
    read_figures,
    read_reasons,
    read_rows,
)
from kpis.reports.sight import OF_DEFINITIONS, reads_agreements, sight
from kpis.reports.statistics import rate, wilson
from kpis.snapshot import one_snapshot
from leads.definitions.suggesting.queries.people import Person
from leads.definitions.terms import LeadDefinition

BY = ("definition", "rule")
TOLD = ("qualified", "offered", "open", "accepted", "rejected", "expired", "returned", "refused", "unoffered")


@one_snapshot()
def gap(params: ReportParams, user: Somebody | None = None) -> dict[str, Any]:
    """The gap report: a line for each definition version and rule (or what it is cut by), all together, and conditions that explain.

    Who may not read agreements gets a line a rule. A passing is a qualification by a definition in the period, or a pass that
    was offered without one. It counts once in each column, however often it was offered.
    """
    params = replace(
        params, by=params.by or tuple(name for name in BY if name != OF_DEFINITIONS or reads_agreements(user))
    )
    figures, reasons = read_figures(params, user), read_reasons(params, user)
    return {
        **params.heading(),
        "sight": sight(user),
        "by": list(params.by),
        "total": {**_figures(_sum(figures.values())), "reasons": reasons_as_json(_together(reasons.values()))},
        "groups": [
            {
                "group": group_of(params, group),
                **_figures(figures[group]),
                "reasons": reasons_as_json(reasons.get(group, [])),
            }
            for group in sorted(figures, key=sort_key)
        ],
        "conditions": _conditions(params, user),
    }


def _sum(figures: Iterable[dict[str, int]]) -> Counter[str]:
    """Of all groups: a passing is in one of them only."""
    total = Counter[str]()
    for found in figures:
        total.update(found)
    return total


def _together(reasons: Iterable[list[ReasonCount]]) -> list[ReasonCount]:
    """The reasons of all groups, the most frequent first."""
    found: dict[str | None, ReasonCount] = {}
    for one in chain.from_iterable(reasons):
        there = found.get(one.key)
        found[one.key] = one if there is None else replace(there, n=there.n + one.n)
    return sorted(found.values(), key=lambda one: (-one.n, one.key is None, one.key or ""))


def _figures(found: Mapping[str, int]) -> dict[str, Any]:
    low, high = wilson(found["accepted"], found["accepted"] + found["refused"])
    return {
        **{name: found[name] for name in TOLD},
        "acceptance_rate": rate(found["accepted"], found["accepted"] + found["refused"]),
        "wilson_low": low,
        "wilson_high": high,
    }


def _conditions(params: ReportParams, user: Somebody | None) -> list[dict[str, Any]]:
    """One item a version of which anything was turned down; nothing for who may not read agreements."""
    if not reads_agreements(user):
        return []
    by_version: dict[int, list[Decided]] = defaultdict(list)
    for one in read_decided(params, user):
        by_version[one.version_id].append(one)
    versions = (
        Version.objects.select_related("agreement").filter(pk__in=by_version).order_by("agreement__key", "number")
    )
    told = (_of_version(version, by_version[version.pk], params) for version in versions)
    return [one for one in told if one is not None]


def _of_version(version: Version, decided: Sequence[Decided], params: ReportParams) -> dict[str, Any] | None:
    terms = terms_of(version)
    if not isinstance(terms, LeadDefinition) or all(one.accepted for one in decided):
        return None
    found = explain_rejections(terms, [Person(one.lead_id, one.at, one.accepted) for one in decided])
    held = in_force(version.agreement.kind, version.agreement.key, params.computed_at)
    return {
        "definition": f"{version.agreement.key} v{version.number}",
        "version_id": version.pk,
        "in_force": held is not None and held.version_id == version.pk,
        "rejected": found.rejected,
        "accepted": found.accepted,
        "left_out": found.left_out,
        "conditions_tried": found.conditions_tried,
        "explains": [as_json(found, one) for one in found.best],
    }


@one_snapshot()
def _lines(
    params: ReportParams, user: Somebody | None, measure: str, which: Which, after: After | None, limit: int
) -> list[Line]:
    return read_rows(params, user, condition=CONDITIONS[measure], after=after, limit=limit)


LISTING = Listing(
    titles={
        "qualified": "Leads that a definition passed",
        "offered": "Passed and offered",
        "open": "Offered and still open",
        "accepted": "Accepted",
        "rejected": "Turned down at least once",
        "expired": "Expired at least once",
        "returned": "Accepted, and came back",
        "refused": "Turned down, and accepted by nobody",
        "unoffered": "Passed, and never offered",
    },
    columns=("Definition", "Rule", "Offers", "What became of it"),
    which=(),
    lines=_lines,
    agreed=("Definition",),
)
