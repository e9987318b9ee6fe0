"""What a report was asked: options read from a command line, an address or a form, or refused by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from alignment.documents import unstorable
from alignment.people.selectors import reporting_zone
from alignment.refusals import FieldError, Refused
from alignment.timezones import instant, of_our_time, start_of_day
from kpis.reports.cuts import is_cut, known_cuts
from leads.funnel.stage_sets import StageSet, stage_set

OPTIONS = (
    "start",
    "end",
    "by",
    "start_stage",
    "to_stage",
    "window_days",
    "timezone",
    "as_of",
    "known_at",
    "system",
    "where",
    "between",
    "limit",
    "cursor",
)
BETWEEN = ("owner", "team", "side")
REPEATED = ("by", "where")
DEFAULT_WINDOW_DAYS = 90


@dataclass(frozen=True)
class ReportParams:
    """A question with every default filled in. Instants are UTC; [start, end) is half-open.

    `stages` is the version of the funnel in force at `as_of`.
    `to_stage`: of this forward stage, or of the step into it, only (cohorts and survival).
    `known_at` is None for "all that is known now". `where` holds (cut, value) pairs, value None for "(none)".
    """

    start: datetime
    end: datetime
    start_text: str
    end_text: str
    zone: ZoneInfo
    as_of: datetime
    known_at: datetime | None
    computed_at: datetime
    stages: StageSet
    start_stage: str
    window_days: int = DEFAULT_WINDOW_DAYS
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, str | None], ...] = ()
    system: str | None = None
    between: str = BETWEEN[0]
    limit: int | None = None
    cursor: str | None = None
    to_stage: str | None = None

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.window_days)

    def heading(self) -> dict[str, object]:
        """What every report says of itself."""
        return {
            "start": self.start_text,
            "end": self.end_text,
            "timezone": self.zone.key,
            "as_of": rfc3339(self.as_of),
            "known_at": rfc3339(self.known_at or self.computed_at),
            "computed_at": rfc3339(self.computed_at),
            "funnel_version": self.stages.number,
        }

    def narrowed(self, *where: tuple[str, str | None]) -> ReportParams:
        """The same question about fewer leads."""
        return replace(self, where=(*self.where, *where))


def rfc3339(moment: datetime) -> str:
    """`2024-01-31T09:30:00Z`, with microseconds only where there are some."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class OptionReader:
    """Reads options one by one and collects everything that is wrong with them."""

    def __init__(self, options: Mapping[str, Sequence[str]]) -> None:
        self.options = options
        self.errors: list[FieldError] = []

    def one(self, name: str) -> str | None:
        values = [value for value in self.options.get(name, ()) if value not in (None, "")]
        if len(values) > 1 and name not in REPEATED:
            self.wrong(name, "repeated", f"{name} was given {len(values)} times; give it once.")
        return values[0] if values else None

    def wrong(self, name: str, code: str, detail: str) -> None:
        error = FieldError(name, code, detail)
        if error not in self.errors:
            self.errors.append(error)

    def zone(self) -> ZoneInfo:
        text = self.one("timezone")
        if text is None:
            return reporting_zone()
        if text not in available_timezones():
            self.wrong("timezone", "invalid_timezone", f"“{text}” is not a time zone; one is Europe/Berlin.")
            return ZoneInfo("UTC")
        return ZoneInfo(text)

    def moment(self, name: str, zone: ZoneInfo, default: datetime | None) -> datetime | None:
        text = self.one(name)
        if text is None:
            return default
        try:
            if len(text) == 10:
                return start_of_day(of_our_time(date.fromisoformat(text)), zone)
            parsed = of_our_time(datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text))
            return parsed.astimezone(UTC) if parsed.tzinfo else instant(parsed, zone)
        except (ValueError, OverflowError):
            self.wrong(name, "invalid_date", f"“{text}” is not a date; write 2024-01-31 or 2024-01-31T09:30:00Z.")
            return default

    def number(self, name: str, default: int, low: int, high: int) -> int:
        text = self.one(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            self.wrong(name, "invalid_number", f"{name} must be a whole number from {low} to {high}, not “{text}”.")
            return default
        return int(text)

    def cuts(self) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(part for value in self.options.get("by", ()) for part in value.split(",") if part))
        for name in names:
            self.check_cut("by", name)
        return names

    def conditions(self) -> tuple[tuple[str, str | None], ...]:
        pairs = []
        for text in self.options.get("where", ()):
            name, equals, value = text.partition("=")
            if not equals:
                self.wrong("where", "invalid_where", f"“{text}” is not of the form source=web.")
                continue
            self.check_cut("where", name)
            pairs.append((name, value or None))
        return tuple(pairs)

    def check_cut(self, option: str, name: str) -> None:
        if not is_cut(name):
            self.wrong(option, "unknown_cut", f"“{name}” is not something to cut by; there are {known_cuts()}.")

    def between(self) -> str:
        text = self.one("between")
        if text is not None and text not in BETWEEN:
            self.wrong("between", "unknown_between", f"Leads are handed between {', '.join(BETWEEN)}, not “{text}”.")
        return text if text in BETWEEN else BETWEEN[0]

    def forward_stage(self, name: str, stages: StageSet) -> str | None:
        key = self.one(name)
        keys = [stage.key for stage in stages.forward]
        if key is not None and key not in keys:
            self.wrong(name, "unknown_stage", f"“{key}” is not a forward stage; there are {', '.join(keys)}.")
            return None
        return key


def read_params(options: Mapping[str, Sequence[str]], *, now: datetime) -> ReportParams:
    """The question in `options` (names as in the API, each with its values), or `Refused` naming all that is wrong."""
    reader = OptionReader(options)
    for unknown in sorted(set(options) - set(OPTIONS)):
        reader.wrong(unknown, "unknown_option", f"“{unknown}” is not an option; there are {', '.join(OPTIONS)}.")
    for name in sorted(name for name, values in options.items() if any(map(unstorable, values))):
        reader.wrong(name, "invalid_characters", f"{name} has characters that are no text.")
    zone = reader.zone()
    as_of = reader.moment("as_of", zone, now) or now
    stages = stage_set(at=as_of)
    for name in ("start", "end"):
        if reader.one(name) is None:
            reader.wrong(
                name,
                "required",
                f"{name} is needed, a date such as 2024-01-31{' (exclusive)' if name == 'end' else ''}.",
            )
    start, end = (reader.moment(name, zone, now) or now for name in ("start", "end"))
    if not reader.errors and end < start:
        reader.wrong("end", "before_start", "The end lies before the start.")
    params = ReportParams(
        start=start,
        end=end,
        start_text=_echo(reader.one("start"), start),
        end_text=_echo(reader.one("end"), end),
        zone=zone,
        as_of=as_of,
        known_at=reader.moment("known_at", zone, None),
        computed_at=now,
        stages=stages,
        start_stage=reader.forward_stage("start_stage", stages) or stages.forward[0].key,
        to_stage=reader.forward_stage("to_stage", stages),
        window_days=reader.number("window_days", DEFAULT_WINDOW_DAYS, 1, 36_500),
        by=reader.cuts(),
        where=reader.conditions(),
        system=reader.one("system"),
        between=reader.between(),
        limit=reader.number("limit", 500, 1, 100_000) if reader.one("limit") else None,
        cursor=reader.one("cursor"),
    )
    if reader.errors:
        raise Refused("invalid_options", " ".join(error.detail for error in reader.errors), reader.errors)
    return params


def not_cut(params: ReportParams, what: str) -> None:
    """Refused where such a report is asked for groups."""
    if params.by:
        detail = f"{what} are not cut into groups; ask with where, such as where=source=web, instead of by."
        raise Refused("invalid_options", detail, [FieldError("by", "not_cut", detail)])


def _echo(text: str | None, moment: datetime) -> str:
    return text if text and len(text) == 10 else rfc3339(moment)
