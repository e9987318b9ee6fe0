"""Is everything derived what the logs say, in one state of the database? Memory does not grow with the leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from itertools import chain

from django.db import connection

from alignment.clock import now
from alignment.people.selectors import reporting_zone
from kpis.agreed import verify as standings_of_kpis
from kpis.attribution import verify as credits_of_touches
from kpis.forecasts import verify as kept_forecasts
from kpis.scores import verify as scores_of_leads
from kpis.snapshot import one_snapshot
from kpis.verify.compare import Comparison, Finding, LeadRow
from kpis.verify.lives import eras
from kpis.verify.metrics import kept_metrics
from kpis.verify.streams import STREAMS, Row, Stream, rows, streams
from kpis.verify.texts import kept_texts
from leads.funnel.stage_sets import stage_set

EXAMPLES = 20

WAITING = """
SELECT lead_id FROM leads_touched
UNION SELECT l.id FROM leads_lead l WHERE l.id > (SELECT min(cursor) FROM leads_touchedall)
"""
PLACES = """
SELECT start, day, furthest, furthest_in_window, source, channel, campaign::text, owner::text, team::text, segment, territory
FROM kpis_cohortplace
"""
LEAKS = "SELECT kind, side, since, until FROM kpis_leak"
LEAK_COUNTS = "SELECT kind, side, day, opened, closed FROM kpis_leakcount"
CUTS = ("source", "channel", "campaign", "owner", "team", "segment", "territory")
CELLS = "SELECT cut, value, start, day, furthest, furthest_in_window, leads FROM kpis_funnelcell"


@dataclass
class Verification:
    """What was compared, by table, and what differed. `waiting` leads are yet to be recomputed, or to be read by a new funnel."""

    differences: int = 0
    checked: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    examples: list[dict[str, object]] = field(default_factory=list)

    def take(self, finding: Finding, lead: int | None) -> None:
        """Count one comparison."""
        self.checked[finding.table] += 1
        if finding.kept != finding.expected:
            self.differences += 1
            if len(self.examples) < EXAMPLES:
                self.examples.append(
                    {"table": finding.table, "lead": lead, "kept": finding.kept, "expected": finding.expected}
                )


def verify() -> Verification:
    """Compare all that is kept with what the logs say: stays, progress, leads, deadlines of handoffs, leaks, places, credits, scores,
    what is counted of them, what leads are found by; and that forecasts and changes of KPIs agree with themselves."""
    found = Verification()
    with one_snapshot():
        comparison = Comparison(stage_set(), eras(), reporting_zone())
        waiting = _waiting()
        found.waiting = len(waiting)
        with streams() as by_name, rows(STREAMS["leads"]) as leads:
            for row in leads:
                lead = LeadRow(*row)
                of_lead = {name: stream.take(lead.id) for name, stream in by_name.items()}
                if comparison.is_behind(of_lead):
                    found.waiting += lead.id not in waiting
                    continue
                for finding in comparison.of(lead, of_lead, waits=lead.id in waiting):
                    found.take(finding, lead.id)
            for finding in _strays(by_name, waiting):
                found.take(finding, None)
        found.take(_cells(), None)
        found.take(_leak_counts(), None)
        found.take(kept_texts(), None)
        for finding in kept_metrics():
            found.take(finding, None)
        for finding in chain(
            credits_of_touches.findings(now()),
            scores_of_leads.findings(now()),
            kept_forecasts.findings(),
            standings_of_kpis.findings(),
        ):
            found.take(finding, None)
    return found


def _waiting() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return {row[0] for row in cursor.fetchall()}


def _strays(by_name: dict[str, Stream], waiting: set[int]) -> Iterator[Finding]:
    for name, stream in by_name.items():
        yield Finding(name, sorted({lead for lead in stream.finish() if lead not in waiting}), [])


def _cells() -> Finding:
    """Cells are counted from places in the transaction that moves a place: they agree in every state of the database."""
    expected: Counter[Row] = Counter()
    with rows(PLACES) as places:
        for start, day, furthest, in_window, *values in places:
            month = day.replace(day=1)
            expected["", None, start, day, furthest, in_window] += 1
            expected.update(
                (cut, value, start, month, furthest, in_window) for cut, value in zip(CUTS, values, strict=True)
            )
    with rows(CELLS) as cells:
        kept: list[Row] = list(cells)
    wanted = {(*place, count) for place, count in expected.items()}
    twice = len(kept) - len(set(kept))
    return Finding("cells", (sorted(map(str, set(kept) - wanted)), twice), (sorted(map(str, wanted - set(kept))), 0))


def _leak_counts() -> Finding:
    """Leaks are counted in the transaction that writes them."""
    opened: Counter[Row] = Counter()
    closed: Counter[Row] = Counter()
    with rows(LEAKS) as leaks:
        for kind, side, since, until in leaks:
            opened[kind, side, since.astimezone(UTC).date()] += 1
            if until is not None:
                closed[kind, side, until.astimezone(UTC).date()] += 1
    with rows(LEAK_COUNTS) as counts:
        kept = set(counts)
    wanted = {(*place, opened[place], closed[place]) for place in opened.keys() | closed.keys()}
    return Finding("leak_counts", sorted(map(str, kept - wanted)), sorted(map(str, wanted - kept)))
