"""A report's question as it stands in an address: read from one page, carried to the list behind a figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from django.http import QueryDict

from alignment.timezones import start_of_day
from kpis.reports.params import OPTIONS, ReportParams, read_params, rfc3339

LEADS_PATH = "/reports/leads/"
CHANGES_PATH = "/reports/changes/"
Pairs = Iterable[tuple[str, str | None]]


@dataclass(frozen=True)
class Question:
    """Options by name, each with its values. `params` reads them, or raises `Refused` naming what is wrong."""

    options: Mapping[str, tuple[str, ...]]
    now: datetime

    @classmethod
    def of(cls, query: QueryDict, now: datetime) -> Question:
        """What an address asks; parameters that are no options are left to the page."""
        given = {name: tuple(value for value in query.getlist(name) if value) for name in OPTIONS}
        return cls({name: values for name, values in given.items() if values}, now)

    @cached_property
    def params(self) -> ReportParams:
        return read_params(self.options, now=self.now)

    def but(self, **changes: str | None) -> Question:
        """The same question with some options changed; None takes one out."""
        options = {name: values for name, values in self.options.items() if name not in changes}
        options |= {name: (value,) for name, value in changes.items() if value is not None}
        return Question(options, self.now)

    def turned(
        self,
        *,
        first: date | None = None,
        end: date | None = None,
        start_stage: str | None = None,
        by: str | None = None,
    ) -> Question:
        """The same question over other days, from another stage, cut by one thing, without reading it anew."""
        texts: dict[str, str] = {}
        values: dict[str, Any] = {}
        for name, day in (("start", first), ("end", end)):
            if day is not None:
                texts[name] = f"{day}"
                values |= {name: start_of_day(day, self.params.zone), f"{name}_text": f"{day}"}
        if start_stage is not None:
            texts["start_stage"] = values["start_stage"] = start_stage
        if by is not None:
            texts["by"], values["by"] = by, (by,)
        turned = self.but(**texts)
        turned.__dict__["params"] = replace(self.params, **values)  # what `params` would read
        return turned

    def where(self, pairs: Pairs) -> Question:
        """The same question about fewer leads; a value None is "(none)"."""
        more = tuple(f"{name}={value or ''}" for name, value in pairs)
        return Question({**self.options, "where": (*self.options.get("where", ()), *more)}, self.now)

    def address(self, path: str, **more: str) -> str:
        """The page at `path` with this question; what is given besides takes the place of an option of that name."""
        given = ((name, values) for name, values in self.options.items() if name not in more)
        pairs = [(name, value) for name, values in given for value in values]
        return f"{path}?{urlencode([*pairs, *more.items()])}"

    def pinned(self) -> Question:
        """The same figures for ever: with the instants that were meant by "now"."""
        known_at = self.options.get("known_at", (rfc3339(self.now),))[0]
        return self.but(as_of=rfc3339(self.params.as_of), known_at=known_at)

    def leads(self, measure: str, stage: str, group: Mapping[str, str | None] | None = None) -> str:
        """The list of the leads behind a figure of a funnel or velocity report."""
        return self._behind(group).address(LEADS_PATH, measure=measure, stage=stage)

    def changes(self, group: Mapping[str, str | None] | None = None, **which: str) -> str:
        """The list of the changes behind a figure of a flow report: `entered`, `left` or both."""
        return self._behind(group).address(CHANGES_PATH, **which)

    def behind(self, key: str, measure: str, group: Mapping[str, str | None] | None = None, **which: str) -> str:
        """The list behind a count of a report that has lists of its own."""
        return self._behind(group).address(f"/reports/{key}/behind/", measure=measure, **which)

    def metric(self, key: str, group: Mapping[str, str | None] | None = None) -> str:
        """The lines behind a figure of the catalogue."""
        return self._behind(group).address(f"/metrics/{quote(key)}/behind/")

    @property
    def address_of_report(self) -> str:
        """The funnel that a list of leads was opened from."""
        return self.but(limit=None, cursor=None).address("/reports/funnel/")

    @property
    def address_of_flow(self) -> str:
        """The flow that a list of changes was opened from."""
        return self.but(limit=None, cursor=None).address("/reports/flow/")

    def _behind(self, group: Mapping[str, str | None] | None) -> Question:
        as_of = self.options.get("as_of", (rfc3339(self.now),))[0]
        asked = self.but(by=None, cursor=None, limit=None, as_of=as_of)
        return asked.where(group.items()) if group else asked
