"""What does the explorer look at? A question, a cut for the matrix, and two groups to compare, all of it in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpis.pages.questions import Question
from kpis.reports.cuts import CUTS, PERIODS, is_cut

BEFORE = "before"
OFFERED = tuple(name for name in CUTS if name not in (*PERIODS, "definition"))
"""By what the matrix may be cut, and what two values may be compared of: what stays the same for a lead of a period."""
OWN = ("compare", "a", "b")


@dataclass(frozen=True)
class View:
    """`compare` is a cut, "before" for the period before, or nothing. `first` and `second` are values of it; None is "(none)"."""

    question: Question
    cut: str
    compare: str = ""
    first: str | None = None
    second: str | None = None
    chosen: bool = False

    @classmethod
    def of(cls, question: Question, query: Mapping[str, str]) -> View:
        """Read from an address; what cannot be compared by is left out."""
        asked = question.options.get("by", ())[:1]
        cut = asked[0].split(",")[0] if asked and is_cut(asked[0].split(",")[0]) else "source"
        compare = query.get("compare", "")
        if compare != BEFORE and not is_cut(compare):
            compare = ""
        chosen = bool(compare) and ("a" in query or "b" in query)
        return cls(
            question.but(by=None, limit=None, cursor=None),
            cut,
            compare,
            query.get("a") or None,
            query.get("b") or None,
            chosen,
        )

    @property
    def matrix(self) -> Question:
        """The funnel of every value of the cut."""
        return self.question.but(by=self.cut)

    def address(self, path: str) -> str:
        """This very view, at `path`."""
        own = {"by": self.cut}
        if self.compare:
            own["compare"] = self.compare
        if self.chosen:
            own |= {"a": self.first or "", "b": self.second or ""}
        return self.question.address(path, **own)
