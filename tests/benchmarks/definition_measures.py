"""The measurements of lead definitions, each on a definition that marketing and sales might really agree on."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection, transaction
from psycopg2 import sql

from alignment.agreements.backtests import ask_backtest, run_waiting
from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.in_force import in_force
from alignment.agreements.models import Version
from alignment.people.models import User
from alignment.people.persons import add_person, ensure_team
from alignment.plans import hashed_joins
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.definitions import counting, judging, runs
from leads.definitions.compiling.statements import Statement
from leads.definitions.counting import Counted
from leads.definitions.queries.everybody import meeting
from leads.definitions.queries.first_moments import first_moments
from leads.definitions.terms import KIND, LeadDefinition
from tests.benchmarks.definitions_peer import DefinitionsPeer
from tests.benchmarks.figures import Figure
from tests.benchmarks.population import END, grow

_figure = partial(Figure, part="definitions")
T = TypeVar("T")
Said = Callable[[str], None]
EFFECT = END - timedelta(days=30)
TOUCHED = 1_000


def _field(name: str, op: str, value: object) -> dict[str, Any]:
    return {"field": name, "op": op, "value": value}


def _did(kind: str, count: int, days: int | None = None, **more: object) -> dict[str, Any]:
    return {"activity": {"kinds": [kind], **more}, "count": count, "within_days": days}


def _rule(employees: int, *activities: dict[str, Any]) -> dict[str, Any]:
    """Eight conditions, three of them on activities."""
    return {
        "criteria": {
            "all": [
                _field("company.employees", "at_least", employees),
                _field("company.industry", "is", ["Software", "Finance", "Manufacturing"]),
                _field("lead.country", "is", ["DE", "FR", "US"]),
                {"not": _field("lead.title", "contains", "student")},
                _field("lead.email_usable", "is", True),
                {"activity": {"kinds": ["unsubscribe"]}, "op": "at_most", "count": 0},
                *activities,
            ]
        }
    }


AGREED = _rule(50, _did("page_view", 1, 30, url="/pricing*"), _did("touch", 1, 14))
STRICTER = _rule(200, _did("page_view", 2, 30, url="/pricing*"), _did("touch", 1, 14))
EVER = _rule(50, _did("page_view", 2, url="/pricing*"), _did("touch", 3))


def measure(place: Path, small: int, large: int, said: Said) -> list[Figure]:
    """Every figure; 1,000 touched leads also on the base while it is still small."""
    grow(0, small)
    said(f"{small:,} leads are there")
    marketing, sales = _leads_of_teams()
    _agree(AGREED, marketing, sales)
    figures = [*_judged(small, "small", said)]
    if large > small:
        began = time.perf_counter()
        grow(small, large)
        said(f"{large:,} leads are there, after {time.perf_counter() - began:.0f} s")
        _begin_anew()
        figures += _judged(large, "large", said)
    peer = DefinitionsPeer(place)
    said("The peer has them, too")
    size = _size()
    for found in (
        _qualified(peer, size, "windows", "All leads against 8 conditions, 3 on activities", AGREED),
        _qualified(peer, size, "ever", "The same without windows: the whole log", EVER),
    ):
        figures.append(found)
        said(f"{found.title}: {found.value:.2f} s, the peer {found.peer or 0:.3f} s")
    for figure in (*_counted(size), *_tried(marketing, size), *_asked(size)):
        figures.append(figure)
        said(f"{figure.title}: {figure.value:.3f} {figure.unit}")
    return figures


def _size() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM leads_lead), (SELECT count(*) FROM leads_activity)")
        leads, activities = cursor.fetchone()
    return f"{leads:,} leads, {activities:,} activities"


def _leads_of_teams() -> tuple[User, User]:
    made = [
        add_person(name=side, email=f"{side}@bench.example", team=ensure_team(side, side=side), role="lead", now=EFFECT)
        for side in ("marketing", "sales")
    ]
    return made[0], made[1]


def _agree(terms: dict[str, Any], marketing: User, sales: User) -> Version:
    """Both sides sign; in force a month before the end."""
    draft = start_draft("lead_definition", "mql", terms, author=marketing, now=EFFECT)
    propose(draft.pk, by=marketing, now=EFFECT)
    return sign(draft.pk, by=sales, now=EFFECT)


def _begin_anew() -> None:
    """Let all leads be judged by what is in force, those who came since included."""
    found = in_force(KIND, "mql", END)
    assert found is not None
    runs.begun(found.version_id, found.says(LeadDefinition), None)  # type: ignore[arg-type]


def _judged(leads: int, key: str, said: Said) -> list[Figure]:
    """A full run, which leaves every lead judged; then thousands of leads touched and judged again."""
    size = _size()
    done, seconds = _timed(lambda: runs.advance(now=lambda: END))
    assert done.leads == leads
    said(f"All {leads:,} judged in {seconds:.1f} s, {done.moved:,} moved")
    again = [_touched(leads, number) for number in range(1, 6)]
    judge, statement, moved = (min(one[n] for one in again) for n in range(3))
    said(
        f"{TOUCHED:,} touched: {1000 * judge:.0f} ms, their statement {1000 * statement:.0f} ms; at least {moved} moved"
    )
    return [
        _figure(
            f"definition_run_{key}", "All leads judged as a version takes effect, moves included", seconds, "s", size
        ),
        _figure(
            f"definition_touched_{key}",
            "1,000 touched leads judged again, moves included",
            1000 * judge,
            "ms",
            size,
            target=100,
        ),
        _figure(f"definition_moments_{key}", "Of these the statement that finds when", 1000 * statement, "ms", size),
    ]


def _touched(leads: int, number: int) -> tuple[float, float, float]:
    """Seconds of the whole batch, of the statement alone, and how many leads were moved."""
    ids = _some(leads, number)
    moment = END + timedelta(hours=number)
    rows = [
        ActivityRow(kind="page_view", at=moment, lead_id=one, url=f"https://www.bench.example/{path}")
        for one, path in zip(ids, ("pricing", "blog/index", "", "products/1") * TOUCHED, strict=False)
    ]
    log_activities(rows, now=moment, actor_id=None)
    until = moment + timedelta(minutes=1)
    _found, statement = _timed(lambda: _moments(ids, END, until))
    done, judge = _timed(lambda: judging.judge(now=lambda: until))
    assert done.leads >= len(ids)
    return judge, statement, float(done.moved)


def _some(leads: int, number: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT 1 + (hashint8extended(n, %(seed)s) & 9223372036854775807) %% %(leads)s"
            " FROM generate_series(1, %(many)s) n",
            {"seed": number, "leads": leads, "many": TOUCHED},
        )
        return [row[0] for row in cursor.fetchall()]


def _moments(ids: list[int], since: datetime, until: datetime) -> int:
    given = sql.SQL("SELECT unnest(%(ids)s::bigint[]) AS lead_id, %(since)s::timestamptz AS since")
    found = first_moments(LeadDefinition.model_validate(AGREED), Statement(given, {"ids": ids, "since": since}), until)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(at) FROM ({}) f").format(found.text), found.values)
        return int(cursor.fetchone()[0])


def _qualified(peer: DefinitionsPeer, size: str, key: str, title: str, rule: dict[str, Any]) -> Figure:
    """The statement over everybody, in the same leads as the peer's."""
    now = END + timedelta(days=1)
    asked = meeting(LeadDefinition.model_validate(rule), now)

    def found() -> set[int]:
        with transaction.atomic(), hashed_joins(roomy=True), connection.cursor() as cursor:
            cursor.execute(asked.text, asked.values)
            return {row[0] for row in cursor.fetchall()}

    ours, seconds = _best(found)
    theirs, peer_seconds = peer.qualified(now.isoformat(), windows=key == "windows")
    if ours != theirs or not ours:
        raise SystemExit(f"{title}: {len(ours)} leads meet it here, {len(theirs)} there; {len(ours ^ theirs)} differ.")
    return _figure(
        f"definition_{key}", f"{title} ({len(ours):,} meet them)", seconds, "s", size, peer=peer_seconds, target=20
    )


def _counted(size: str) -> list[Figure]:
    """As one types: against what is in force, so that both are counted."""
    now = END + timedelta(days=1)
    typed, agreed = LeadDefinition.model_validate(STRICTER), LeadDefinition.model_validate(AGREED)
    ever = LeadDefinition.model_validate(EVER)
    told: Counted
    exact, exact_seconds = _best(lambda: counting.count(typed, now, agreed, patience=timedelta(minutes=1)))
    told, seconds = _best(lambda: counting.estimate(typed, now, agreed))
    _whole, ever_seconds = _best(lambda: counting.count(ever, now, agreed, patience=timedelta(minutes=1)))
    _told, ever_estimate = _best(lambda: counting.estimate(ever, now, agreed))
    bound = 100 * max(told.meets.high - told.meets.leads, told.meets.leads - told.meets.low) / told.of
    off = 100 * abs(told.meets.leads - exact.meets.leads) / told.of
    return [
        _figure(
            "definition_estimate", "Live count with the change against today, estimated", seconds, "s", size, target=1
        ),
        _figure(
            "definition_estimate_ever", "The same, of the rule without windows", ever_estimate, "s", size, target=1
        ),
        _figure("definition_estimate_bound", "Error that the estimate tells (95 %)", bound, "% of leads", size),
        _figure("definition_estimate_error", "Error that it had", off, "% of leads", size, target=bound),
        _figure(
            "definition_exact", "Live count with the change against today, exact", exact_seconds, "s", size, target=3
        ),
        _figure("definition_exact_ever", "The same, of the rule without windows", ever_seconds, "s", size, target=3),
    ]


def _tried(marketing: User, size: str) -> list[Figure]:
    """The stricter rule on the 90 days before the end, beside the one in force."""
    version = start_draft("lead_definition", "mql", STRICTER, author=marketing, now=END)
    figures = []
    for sampled, target in ((True, 10), (False, 60)):
        asked = ask_backtest(version, by=None, now=END, days=90, ends_at=END, sampled=sampled)
        _taken, seconds = _timed(run_waiting)
        asked.refresh_from_db()
        if asked.state != "done" or asked.result is None:
            raise SystemExit(f"The backtest stopped: {asked.error}")
        found = asked.result["counts"]["qualified"]
        title = (
            f"Backtest of 90 days on a sample ({found['leads']:,} qualify, {found['low']:,} to {found['high']:,})"
            if sampled
            else f"Backtest of 90 days, all leads ({found['leads']:,} qualify)"
        )
        figures.append(
            _figure(
                "definition_backtest_sampled" if sampled else "definition_backtest",
                title,
                seconds,
                "s",
                size,
                target=target,
            )
        )
    return figures


def _asked(size: str) -> list[Figure]:
    """What is in force, asked a thousand times."""

    def ask() -> None:
        for _ in range(1000):
            in_force(KIND, "mql", END)

    _none, seconds = _best(ask)
    return [_figure("in_force", "Asking what is in force, a call", seconds, "ms", size)]


def _timed(action: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    found = action()
    return found, time.perf_counter() - began


def _best(action: Callable[[], T]) -> tuple[T, float]:
    """What was found, and the shortest of three times."""
    runs_of_it = [_timed(action) for _ in range(3)]
    return runs_of_it[0][0], min(seconds for _found, seconds in runs_of_it)
