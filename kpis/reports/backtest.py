"""`report backtest`: what a version would have done with the past, as it was kept with it; the command computes what is missing."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from alignment.agreements.backtests import DEFAULT_DAYS, MOST_DAYS, ask_backtest, run_waiting
from alignment.agreements.entitlement import may_read, not_there
from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import find_kind
from alignment.agreements.models import Backtest, Step, Version
from alignment.agreements.selectors import standing
from alignment.people.selectors import Somebody, reporting_zone
from alignment.refusals import FieldError, Refused
from kpis.reports.params import OptionReader, rfc3339
from leads.definitions.backtesting.figures import Week
from leads.definitions.terms import KIND

OPTIONS = ("kind", "key", "number", "version_id", "days", "ends_at", "sampled")
LARGEST_NUMBER, LARGEST_ID = 2**31 - 1, 2**63 - 1
AT_WORK = ("queued", "running")
NAP = 0.5
WEEK = tuple(field.name for field in fields(Week))
"""The columns of its table, in the order in which they are read; JSONB keeps none."""


@dataclass(frozen=True)
class BacktestParams:
    """A question with what was left out as None: any kept backtest of the version will do then."""

    kind: str
    key: str | None
    number: int | None
    version_id: int | None
    days: int | None
    ends_at: datetime | None
    sampled: bool | None
    now: datetime


def read_backtest(options: Mapping[str, Sequence[str]], *, now: datetime) -> BacktestParams:
    """The question in `options`, or `Refused` naming all that is wrong."""
    reader = OptionReader(options)
    for unknown in sorted(set(options) - set(OPTIONS)):
        reader.wrong(
            unknown, "unknown_option", f"“{unknown}” is not an option of backtest; there are {', '.join(OPTIONS)}."
        )
    params = BacktestParams(
        kind=reader.one("kind") or KIND,
        key=reader.one("key"),
        number=_number(reader, "number", LARGEST_NUMBER),
        version_id=_number(reader, "version_id", LARGEST_ID),
        days=_number(reader, "days", MOST_DAYS),
        ends_at=reader.moment("ends_at", reporting_zone(), None),
        sampled=_yes_or_no(reader),
        now=now,
    )
    if params.version_id is None and params.key is None:
        reader.wrong("key", "required", "key is needed, such as mql, or version_id.")
    if reader.errors:
        raise Refused("invalid_options", " ".join(error.detail for error in reader.errors), reader.errors)
    return params


def _number(reader: OptionReader, name: str, most: int) -> int | None:
    return reader.number(name, 1, 1, most) if reader.one(name) else None


def _yes_or_no(reader: OptionReader) -> bool | None:
    text = reader.one("sampled")
    if text not in (None, "true", "false"):
        reader.wrong("sampled", "invalid_boolean", f"sampled is true or false, not “{text}”.")
    return None if text is None else text == "true"


def backtest_report(params: BacktestParams, user: Somebody | None) -> dict[str, Any]:
    """The last one kept that answers the question; `Refused` (404, `not_tried`) where there is none."""
    version = _version(params, user)
    found = _kept(version, params)
    if found is None:
        raise Refused(
            "not_tried",
            f"Version {version.number} was not tried on the past like this yet. Ask for a backtest of it.",
            status=404,
        )
    return _document(version, found, params.now)


def computed_report(params: BacktestParams, *, anew: bool) -> dict[str, Any]:
    """The same for the command: computed where nothing is kept for the present wording, or `anew`."""
    version = _version(params, None)
    found = None if anew else _kept(version, params)
    if found is None or found.terms != version.terms:
        found = _compute(version, params)
    return _document(version, found, params.now)


def _version(params: BacktestParams, user: Somebody | None) -> Version:
    """The version asked for; without a number the open proposal, else the latest draft, else what is in force."""
    if user is not None and not may_read(user):
        raise not_there()
    versions = Version.objects.select_related("agreement").prefetch_related("signatures", "periods")
    if params.version_id is not None:
        found = versions.filter(pk=params.version_id).first()
    else:
        find_kind(params.kind)
        of_it = versions.filter(agreement__kind=params.kind, agreement__key=params.key)
        found = of_it.filter(number=params.number).first() if params.number else _current(of_it, params)
    if found is None:
        raise Refused("not_found", "There is no such version.", [FieldError("key", "not_found", "None was made.")], 404)
    return found


def _current(versions: Any, params: BacktestParams) -> Version | None:
    held = in_force(params.kind, params.key or "", params.now)
    for which in ({"step": Step.PROPOSED}, {"step": Step.DRAFT}, {"pk": held.version_id if held else None}, {}):
        if found := versions.filter(**which).order_by("-number").first():
            return found  # type: ignore[no-any-return]
    return None


def _kept(version: Version, params: BacktestParams) -> Backtest | None:
    wanted = {"days": params.days, "ends_at": params.ends_at, "sampled": params.sampled}
    given = {name: value for name, value in wanted.items() if value is not None}
    return version.backtests.filter(state=Backtest.State.DONE, **given).order_by("-pk").first()


def _compute(version: Version, params: BacktestParams) -> Backtest:
    """By this process, unless a worker has taken it: then it is waited for."""
    asked = ask_backtest(
        version,
        by=None,
        now=params.now,
        days=params.days or DEFAULT_DAYS,
        ends_at=params.ends_at,
        sampled=bool(params.sampled),
    )
    run_waiting()
    while Backtest.objects.filter(pk=asked.pk, state__in=AT_WORK).exists():
        time.sleep(NAP)
        run_waiting()
    asked.refresh_from_db()
    if asked.state == Backtest.State.FAILED:
        raise Refused("backtest_failed", asked.error, status=500)
    return asked


def _document(version: Version, backtest: Backtest, now: datetime) -> dict[str, Any]:
    """What it is about, then its result."""
    agreement, result = version.agreement, backtest.result or {}
    return {
        "kind": agreement.kind,
        "key": agreement.key,
        "title": find_kind(agreement.kind).title_of(agreement.key),
        "version": version.number,
        "version_id": version.pk,
        "state": standing(version, now).state,
        "backtest": backtest.pk,
        "asked_at": rfc3339(backtest.asked_at),
        "outdated": backtest.terms != version.terms,
        **result,
        "weeks": [{name: week[name] for name in WEEK if name in week} for week in result.get("weeks", [])],
    }
