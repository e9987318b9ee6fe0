"""Bring a vendor's files in with the profiles that come with the product, once a module, and ask both for figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from leads.imports.summary import ImportDocument
from leads.models import Deal, Lead, LeadIdentity
from tests import snapshot
from tests.leads.imports.bringing import bring
from tests.oracles.exports import Outcome
from tests.oracles.facts import DealRow, World
from tests.oracles.flow import flow
from tests.oracles.funnel import funnel
from tests.oracles.question import Question
from tests.oracles.velocity import velocity

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ORACLES: dict[str, Callable[..., Any]] = {"funnel": funnel, "flow": flow, "velocity": velocity}
PROFILES = Path(settings.ROOT) / "docs" / "profiles"
CHUNK_ROWS = 3_000


def profile(name: str) -> dict[str, Any]:
    """A profile that comes with the product."""
    document: dict[str, Any] = json.loads((PROFILES / f"{name}.json").read_text())
    return document


def bring_file(name: str, file: Path) -> ImportDocument:
    """Bring a file in with the profile of that name."""
    document = profile(name)
    return bring(document["kind"], file.read_bytes(), document, now=NOW, chunk_rows=CHUNK_ROWS)


def outcome(document: ImportDocument) -> Outcome:
    """What became of the rows; the import has to be done."""
    assert document["state"] == "done", (document["question"], document["problem"])
    return Outcome(
        document["rows"], document["created"], document["updated"], document["unchanged"], document["rejected"]
    )


@contextmanager
def brought(files: dict[str, Path], blocker: DjangoDbBlocker) -> Iterator[dict[str, ImportDocument]]:
    """All files, by profile and in order, in a database that is as before afterwards."""
    with ExitStack() as whole:
        folder = whole.enter_context(TemporaryDirectory())
        whole.enter_context(override_settings(MEDIA_ROOT=Path(folder)))
        with blocker.unblock():
            world = transaction.atomic()
            world.__enter__()
            whole.callback(_forget, world, blocker)
            documents = {name: bring_file(name, file) for name, file in files.items()}
            connection.check_constraints()  # now, once for all rows, and not again after each test
        yield documents


def _forget(world: transaction.Atomic, blocker: DjangoDbBlocker) -> None:
    with blocker.unblock():
        transaction.set_rollback(True)
        world.__exit__(None, None, None)


def hold(world: World, key: str, start: str, end: str, **options: str) -> None:
    """The product's report must say what the oracle says."""
    given = {"start": [start], "end": [end], **{name: [value] for name, value in options.items()}}
    params = read_params(given, now=NOW)
    question = Question(
        date.fromisoformat(start),
        date.fromisoformat(end),
        params.as_of,
        NOW,
        params.zone.key,
        params.by,
        start_stage=options.get("start_stage"),
        window_days=params.window_days,
    )
    expected = {str(group["group"]): group for group in ORACLES[key](world, snapshot.stages(), question)["groups"]}
    found = {str(group["group"]): group for group in REPORTS[key].run(params, None)["groups"]}
    assert found.keys() == expected.keys(), (key, options)
    for group, theirs in expected.items():
        assert contracted(found[group], theirs) == contracted(theirs, theirs), (key, options, group)


def contracted(answer: Any, like: Any) -> Any:
    """`answer` with only the keys that `like` has, and with floats rounded to twelve places."""
    if isinstance(like, dict):
        return {key: contracted(answer[key], value) for key, value in like.items()}
    if isinstance(like, list):
        assert len(answer) == len(like)
        return [contracted(one, other) for one, other in zip(answer, like, strict=True)]
    return round(answer, 12) if isinstance(answer, float) else answer


def sold(deals: Iterable[Deal]) -> list[DealRow]:
    """Deals as the product keeps them, for the figures that oracles reckon."""
    return [
        DealRow(
            deal.pk, deal.lead_id, None, deal.amount, deal.currency, deal.status, deal.created_at, deal.opened_at,
            deal.closed_at, deal.kind,
        )
        for deal in deals
    ]  # fmt: skip


def leads_by_id(system: str) -> dict[str, Lead]:
    """The leads that a system has given an id, by that id."""
    names = LeadIdentity.objects.filter(system=system, key__startswith="id:").select_related(
        "lead__company", "lead__owner"
    )
    return {name.key.removeprefix("id:"): name.lead for name in names}
