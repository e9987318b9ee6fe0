"""The leakage report: which conditions opened in a period, which are open still, whose they are and what is at risk."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from alignment.people.selectors import Somebody, reporting_currency
from alignment.refusals import FieldError, Refused
from kpis.leaks.kinds import BY_KEY, KINDS
from kpis.leaks.queries.flags import Flag, Flags, Only
from kpis.leaks.queries.known import known_leaks
from kpis.leaks.queries.rate import Leaked, read_leaked
from kpis.leaks.value import Past, money_at, read_past, values_at_risk
from kpis.leaks.worths import Worths, place_text, read_place
from kpis.money.amounts import as_money
from kpis.reports.params import ReportParams, rfc3339
from kpis.reports.statistics import rate, wilson
from kpis.snapshot import one_snapshot

SIDES = ("marketing", "sales")
EVERYTHING = Only()


def leakage(
    params: ReportParams, user: Somebody | None = None, only: Only = EVERYTHING, *, by_value: bool = False
) -> dict[str, Any]:
    """The leakage report as contracted, of the leads that `user` may see (None: all).

    Counts are of all flags that opened in the period; `flags` lists at most `params.limit` of them behind
    `params.cursor`, in order of (since, lead, kind), and `next` is the cursor for the rest; `by_value`: of
    `params.limit` leads those that are open, the most at risk first. `rate` is the leakage rate of the
    period, whatever `only` says.
    """
    if params.by:
        detail = "Leaks are listed, not cut into groups; ask with where, such as where=source=web, instead of by."
        raise Refused("invalid_options", detail, [FieldError("by", "not_cut", detail)])
    after = None if by_value else read_cursor(params.cursor)
    with one_snapshot():
        known = known_leaks(params)
        flags = Flags(params, user, only, known)
        leaked = read_leaked(params, user, known)
        counts = flags.counts()
        past = read_past(stages=params.stages, as_of=params.as_of, known_at=params.known_at, user=user)
        worths = Worths(flags, past, money_at(params.stages, params.as_of, params.known_at))
        if by_value:
            shown, at_risk, following = _dearest(worths, params)
        else:
            shown, following = oldest(flags, params, after)
            at_risk = worth_of(shown, params, past)
    currency = reporting_currency()
    return {
        **params.heading(),
        **counted((row.kind, row.side, row.count, row.open) for row in counts),
        **worths.total(),
        "rate": leaked_rate(leaked),
        "flags": shown_flags(shown, at_risk, currency),
        "next": following,
    }


def oldest(
    flags: Flags, params: ReportParams, after: tuple[datetime, int, str] | None
) -> tuple[list[Flag], str | None]:
    """A page of flags in order of (since, lead, kind), and the cursor behind it."""
    page = flags.page(params.limit + 1 if params.limit else None, after)
    shown = page[: params.limit] if params.limit else page
    return shown, _cursor(shown[-1]) if len(page) > len(shown) else None


def worth_of(flags: Iterable[Flag], params: ReportParams, past: Past) -> dict[int, Decimal | None]:
    """What the leads of those that are open may cost."""
    leads = sorted({flag.lead_id for flag in flags if flag.is_open})
    found = values_at_risk(leads, stages=params.stages, as_of=params.as_of, known_at=params.known_at, past=past)
    return {lead: value.amount for lead, value in found.items()}


def _dearest(worths: Worths, params: ReportParams) -> tuple[list[Flag], dict[int, Decimal | None], str | None]:
    after = read_place(params.cursor) if params.cursor else None
    if params.cursor and after is None:
        raise _no_cursor()
    shown, at_risk, place = worths.dearest(limit=params.limit, after=after)
    return shown, at_risk, place_text(place) if place else None


def counted(counts: Iterable[tuple[str, str, int, int]]) -> dict[str, object]:
    """By kind and by side, of rows (kind, side, how many opened, how many are open)."""
    by_kind, by_side, open_by_kind, open_by_side = (Counter[str]() for _ in range(4))
    for kind, side, count, still_open in counts:
        by_kind[kind] += count
        by_side[side] += count
        open_by_kind[kind] += still_open
        open_by_side[side] += still_open
    kinds = [known.key for known in KINDS]
    return {
        "total": by_kind.total(),
        "open": open_by_kind.total(),
        "by_kind": {key: by_kind[key] for key in kinds},
        "by_side": {key: by_side[key] for key in SIDES},
        "open_by_kind": {key: open_by_kind[key] for key in kinds},
        "open_by_side": {key: open_by_side[key] for key in SIDES},
    }


def leaked_rate(found: Leaked) -> dict[str, object]:
    """The share that leaked, with its interval."""
    low, high = wilson(found.leaked, found.qualified)
    share = rate(found.leaked, found.qualified)
    return {
        "qualified": found.qualified, "leaked": found.leaked, "rate": share, "wilson_low": low, "wilson_high": high
    }  # fmt: skip


def shown_flags(flags: Iterable[Flag], at_risk: Mapping[int, Decimal | None], currency: str) -> list[dict[str, object]]:
    """The flags as contracted."""
    return [_as_json(flag, at_risk, currency) for flag in flags]


def _as_json(flag: Flag, at_risk: Mapping[int, Decimal | None], currency: str) -> dict[str, object]:
    value = at_risk.get(flag.lead_id) if flag.is_open else None
    return {
        "lead": flag.lead_id,
        "kind": flag.kind,
        "since": rfc3339(flag.since),
        "until": rfc3339(flag.until) if flag.until else None,
        "pass": flag.pass_number,
        "side": flag.side,
        "stage": flag.stage,
        "limit_seconds": flag.limit_seconds,
        "value_at_risk": as_money(value, currency),
    }


def _cursor(flag: Flag) -> str:
    return base64.urlsafe_b64encode(f"{flag.since.isoformat()} {flag.lead_id} {flag.kind}".encode()).decode()


def read_cursor(text: str | None) -> tuple[datetime, int, str] | None:
    """The place behind which to go on, or `Refused` with `invalid_cursor`."""
    if text is None:
        return None
    try:
        since, lead, kind = base64.urlsafe_b64decode(text.encode()).decode().split(" ")
        return datetime.fromisoformat(since), int(lead), BY_KEY[kind].key
    except (ValueError, KeyError, binascii.Error) as error:
        raise _no_cursor() from error


def _no_cursor() -> Refused:
    detail = "This is not a cursor that we gave out; start from the beginning."
    return Refused("invalid_cursor", detail, [FieldError("cursor", "invalid_cursor", detail)])
