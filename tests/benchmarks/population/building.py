"""Makes a company of so many leads in an empty database: who works there, what was agreed, and two years of everything.

Set-based statements in one transaction, so that a million leads take minutes. What is kept of the logs of stages is made by
the product's own statement, everything else by `kpis.recompute.recompute_everything` afterwards.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.db import connection, transaction

from alignment.agreements.kinds import Scope
from leads.definitions import runs
from leads.definitions.models import DefinitionRun
from leads.funnel.stage_sets import stage_set
from leads.lifecycle.queries.keep import keep
from tests.benchmarks.population import (
    activities,
    agreed,
    arrivals,
    deals,
    journeys,
    logs,
    offers,
    programs,
    records,
    words,
)
from tests.benchmarks.population.cast import MARKETING, hire
from tests.benchmarks.population.drawing import settings
from tests.benchmarks.population.indexes import without_indexes

END = datetime(2026, 11, 20, 10, tzinfo=UTC)
"""A Friday morning: the present of the benchmark."""
STEPS = (
    ("Leads", (programs.CAMPAIGNS, arrivals.COMPANIES, arrivals.DAY_TABLE, arrivals.SELLERS, arrivals.ARRIVALS)),
    ("Journeys", (logs.REFUSALS, *journeys.passes())),
    ("Handoffs", offers.STATEMENTS),
    ("Deals and logs of leads", (*deals.STATEMENTS, logs.CHANGES, logs.KEPT_CHANGES, logs.LATER, logs.VALUES)),
    ("Activities", activities.BEFORE_VIEWS),
    ("Activities in order", (activities.VIEWS, logs.CONSENTS, activities.KEPT)),
    ("Leads as their logs left them", records.STATEMENTS),
)
"""What is made, one after the other: later statements read the temporary tables of earlier ones."""
EVENTS = 8.0
"""Activities and stage changes a lead."""
Said = Callable[[str], None]
FILLED = re.compile(r"^\s*(?:CREATE TEMP TABLE|INSERT INTO) (\w+)")
"""Nobody else analyses temporary tables, nor tables that are filled and read in one transaction."""


def build(leads: int, *, seed: int = 1, said: Said = lambda _text: None) -> None:
    """Everything but what is derived; the database has been migrated, and is empty."""
    cast = hire(leads, began=END - timedelta(days=arrivals.DAYS + 30), end=END)
    programs.run_programs(leads, end=END)
    in_force = agreed.agree(cast, leads, end=END)
    said("People, campaigns and agreements are there")
    values: dict[str, Any] = {
        **arrivals.values(cast, leads, companies=max(30, leads // 3), heads=len(words.COMPANY_HEADS), tails=words.TAILS, end=END),
        **{name: orjson.dumps(found).decode() for name, found in arrivals.teams(cast).items()},
        **deals.VALUES, **logs.NAMES, **activities.values(),
        "places": list(words.PLACES), "first_names": len(words.FIRST_NAMES), "last_names": len(words.LAST_NAMES),
        "end": END, "handed": END - timedelta(days=agreed.HANDED), "defined": END - timedelta(days=agreed.DEFINED),
        "marketing": cast.teams[MARKETING].pk, "funnel": in_force.funnel, "definition": in_force.definition,
        "calendar": in_force.calendar, "rules": orjson.dumps(in_force.rules).decode(),
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor, without_indexes():
        cursor.execute(settings(seed))
        for name, found in words.TABLES.items():
            cursor.execute(words.WORDS.format(name=name), {"words": found})
        for what, statements in STEPS:
            if activities.VIEWS in statements:
                values["views"] = _views(leads)
            _run(values, statements, said, what)
        keep(None, stage_set())
        said("Stays and progress are kept")
        for table in records.NUMBERED:
            cursor.execute(records.NUMBER_ON.format(table=table))
        _let_wait(in_force.definition)
    said("Indexes are there")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE, PARALLEL 1)")
    said("Everything is analysed")


def _run(values: dict[str, Any], statements: tuple[str, ...], said: Said, what: str) -> None:
    """Each statement after the other; how long they took, and the longest of them."""
    took: list[float] = []
    with connection.cursor() as cursor:
        for statement in statements:
            began = time.perf_counter()
            cursor.execute(statement, values)
            for table in FILLED.findall(statement):
                cursor.execute(f"ANALYZE {table}")
            took.append(time.perf_counter() - began)
    said(f"{what}: {sum(took):.0f} s (longest statement {max(took):.0f} s)")


def _views(leads: int) -> float:
    """How often a lead looks at a page beside what its journey says, so that there are as many events as wanted."""
    with connection.cursor() as cursor:
        cursor.execute(activities.COUNT, {"end": END})
        there = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM leads_stagechange")
        there += cursor.fetchone()[0]
    wanted: float = max(0.6, (EVENTS * leads - there) / leads)
    return wanted + 0.5


def _let_wait(definition: int) -> None:
    """All leads are yet to be judged by the definition, as after it came into force."""
    DefinitionRun.objects.filter(version=definition).delete()
    runs.begun(definition, None, Scope("mql", END))  # type: ignore[arg-type]
