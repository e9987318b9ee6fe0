"""What is behind a count of a report that has lists of its own: how such a list is declared, and one line of it.

Reports declare a `Listing`; one page shows all of them. A page of a list is found by key, as in `kpis.reports.behind`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alignment.people.selectors import Somebody
from alignment.refusals import Refused
from kpis.reports.behind import After
from kpis.reports.params import ReportParams
from kpis.reports.sight import reads_agreements

Which = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One thing that was counted: what happened with a lead (None: without one), when, and what else is told of it, a text a column."""

    lead_id: int | None
    at: datetime
    id: int
    cells: tuple[str, ...]

    @property
    def key(self) -> After:
        return After(self.at, self.id)


@dataclass(frozen=True)
class Listing:
    """`titles`: what can be opened, in words. `which`: what may narrow it besides the question. `columns`: heads of the cells,
    `agreed` those of them that are told only to who may read agreements.
    """

    titles: Mapping[str, str]
    columns: tuple[str, ...]
    which: tuple[str, ...]
    lines: Callable[[ReportParams, Somebody | None, str, Which, After | None, int], Sequence[Line]]
    agreed: tuple[str, ...] = ()

    def read(
        self,
        params: ReportParams,
        user: Somebody | None,
        *,
        measure: str,
        which: Which,
        after: After | None = None,
        limit: int = 50,
    ) -> Sequence[Line]:
        """The lines of one figure, earliest first; `Refused` where there is no such figure."""
        if measure not in self.titles:
            raise Refused(
                "unknown_measure", f"“{measure}” is not a figure of this report; there are {', '.join(self.titles)}."
            )
        told = [at for at, name in enumerate(self.columns) if name in self.heads(user)]
        return [
            replace(line, cells=tuple(line.cells[at] for at in told))
            for line in self.lines(params, user, measure, which, after, limit)
        ]

    def heads(self, user: Somebody | None) -> tuple[str, ...]:
        """The columns that `user` is told."""
        return tuple(name for name in self.columns if name not in self.agreed or reads_agreements(user))
