"""The pace: do as many leads qualify a week as the receivers can follow up, so that neither side outruns the other?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alignment.people.selectors import Somebody
from alignment.timezones import start_of_day
from alignment.ui.words import NOTHING, count
from kpis.reports.behind import After
from kpis.reports.lines import Line, Listing, Which
from kpis.reports.params import ReportParams, not_cut
from kpis.reports.queries.pace import Receiver, read_receivers, read_rows, read_weeks
from kpis.snapshot import one_snapshot

WEEK = timedelta(days=7)
WEEKS_A_MONTH = 4.345
TOLERANCE = 0.1
"""Within a tenth of each other the two keep pace."""
COUNTS = ("qualified", "offered", "accepted", "contacted")


@dataclass(frozen=True)
class Span:
    """The part of a week (from Monday, in the reporting zone) that lies in the period and before as_of."""

    name: str
    since: datetime
    until: datetime

    @property
    def share(self) -> float:
        """How much of a week it is."""
        return (self.until - self.since) / WEEK


@dataclass(frozen=True)
class Rates:
    """Per week over the whole period. `capacity` None: nobody's limits say it. `waiting_*` at the start and at the end."""

    qualified: float
    accepted: float
    capacity: float | None
    waiting_before: int
    waiting: int
    weeks: float


@one_snapshot()
def pace(params: ReportParams, user: Somebody | None = None) -> dict[str, Any]:
    """The pace report: a line a week, what waits at its end, and one sentence. Receivers' limits are those of today."""
    not_cut(params, "Weeks")
    spans = list(_spans(params))
    found = read_weeks(params, user, [span.since for span in spans]) if spans else {}
    nothing: Counter[int] = Counter()
    came, left = found.get("came", nothing), found.get("left", nothing)
    waiting = before = came[0] - left[0]
    receivers = _receivers(params, user)
    weeks = []
    for number, span in enumerate(spans, start=1):
        waiting += came[number] - left[number]
        counts = {name: found.get(name, nothing)[number] for name in COUNTS}
        weeks.append({"week": span.name, **counts, "capacity": capacity(receivers, span), "waiting": waiting})
    rates = _rates(spans, weeks, before)
    verdict, says = judge(rates)
    return {
        **params.heading(),
        "weeks": weeks,
        "receivers": None if receivers is None else len(receivers),
        "receivers_without_limit": None if receivers is None else sum(one.capacity is None for one in receivers),
        "qualified_per_week": rates.qualified,
        "accepted_per_week": rates.accepted,
        "capacity_per_week": rates.capacity,
        "waiting_before": rates.waiting_before,
        "waiting": rates.waiting,
        "verdict": verdict,
        "says": says,
    }


def _spans(params: ReportParams) -> Iterator[Span]:
    end = min(params.end, params.as_of + timedelta(microseconds=1))
    day = params.start.astimezone(params.zone).date()
    monday = day - timedelta(days=day.weekday())
    while (since := start_of_day(monday, params.zone)) < end:
        following = monday + WEEK
        until = min(start_of_day(following, params.zone), end)
        year, number, _ = monday.isocalendar()
        if until > params.start:
            yield Span(f"{year}-W{number:02d}", max(since, params.start), until)
        monday = following


def _receivers(params: ReportParams, user: Somebody | None) -> list[Receiver] | None:
    """Who takes leads; None where the question is about a part of the leads that nobody's limit is about."""
    asked = dict(params.where)
    if asked.keys() - {"owner", "team"} or params.system is not None:
        return None
    return read_receivers(params, user, owner=asked.get("owner"), team=asked.get("team"))


def capacity(receivers: Sequence[Receiver] | None, span: Span) -> float | None:
    """How many leads they take in that part of the week, absences taken off; None: somebody takes them without limit, or nobody does."""
    if not receivers:
        return None
    found = 0.0
    for one in receivers:
        if one.capacity is None:
            return None
        weekly = one.capacity / WEEKS_A_MONTH if one.period == "month" else one.capacity
        found += weekly * (span.share - _away(one, span) / WEEK)
    return round(found, 2)


def _away(one: Receiver, span: Span) -> timedelta:
    """For how long of it: overlapping absences count once."""
    away, reached = timedelta(0), span.since
    for since, until in one.absences:
        begins, ends = max(since, reached), min(until, span.until)
        if ends > begins:
            away, reached = away + (ends - begins), ends
    return away


def _rates(spans: Sequence[Span], weeks: Sequence[Mapping[str, Any]], before: int) -> Rates:
    length = sum(span.share for span in spans)
    known = [week["capacity"] for week in weeks]
    total = None if not known or None in known else sum(known)

    def weekly(amount: float) -> float:
        return round(amount / length, 2) if length else 0.0

    return Rates(
        qualified=weekly(sum(week["qualified"] for week in weeks)),
        accepted=weekly(sum(week["accepted"] for week in weeks)),
        capacity=None if total is None else weekly(total),
        waiting_before=before,
        waiting=weeks[-1]["waiting"] if weeks else before,
        weeks=length,
    )


def judge(rates: Rates) -> tuple[str, str]:
    """A code, and one sentence that blames nobody: who outruns whom, by what."""
    wait = f"{count(rates.waiting)} wait{'s' if rates.waiting == 1 else ''}."
    qualified = f"{rates.qualified:g} leads a week qualified"
    if not rates.qualified and not rates.waiting:
        return "nothing", "Nothing qualified for a handoff in this period, and nothing waits."
    if rates.capacity is not None:
        can = f"the receivers can follow up {rates.capacity:g}"
        if rates.qualified > rates.capacity * (1 + TOLERANCE):
            return "marketing_ahead", f"Marketing outruns sales: {qualified}, and {can}. {wait}"
        if rates.qualified < rates.capacity * (1 - TOLERANCE):
            return "sales_ahead", f"Sales outruns marketing: {can} a week, and {qualified}. {wait}"
        return "in_step", f"The two keep pace: {qualified}, and {can}. {wait}"
    more = rates.waiting - rates.waiting_before
    slack = max(1.0, rates.qualified * rates.weeks * TOLERANCE)
    stock = f"what waits went from {count(rates.waiting_before)} to {count(rates.waiting)}"
    told = f"{qualified}, {rates.accepted:g} were accepted, and {stock}."
    if more > slack:
        return "marketing_ahead", f"Marketing outruns sales: {told}"
    if more < -slack:
        return "sales_ahead", f"Sales outruns marketing: {told}"
    return "in_step", f"The two keep pace: {told}"


@one_snapshot()
def _lines(
    params: ReportParams, user: Somebody | None, measure: str, which: Which, after: After | None, limit: int
) -> list[Line]:
    not_cut(params, "Weeks")
    spans = [span for span in _spans(params) if which.get("week") in (None, "", span.name)]
    if not spans:
        return []
    rows = read_rows(
        params, user, what=measure, since=spans[0].since, until=spans[-1].until,
        after=(after.at, after.id) if after else None, limit=limit,
    )  # fmt: skip
    return [Line(row.lead_id, row.at, row.id, (row.rule or NOTHING, row.receiver or NOTHING)) for row in rows]


LISTING = Listing(
    titles={
        "qualified": "Leads that qualified for a handoff",
        "offered": "Offers",
        "accepted": "Offers accepted",
        "contacted": "Leads first spoken with",
        "waiting": "Waiting at the end of the week",
    },
    columns=("Rule", "Offered to"),
    which=("week",),
    lines=_lines,
)
