"""What became of somebody's leads, as one document: read live by the page, or by the worker, which keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from alignment.people.selectors import Somebody
from kpis.mine import Outcome, outcomes
from kpis.pages.questions import Question

HOLDERS = ("owner", "team")
"""By whom leads are looked for first: the options of the reader, each with who that is."""


def read_outcomes(question: Question, user: Somebody | None, more: Mapping[str, str]) -> dict[str, Any]:
    """Of the leads of the first holder named in `more` who had any; where nobody had, of all. `holder` says whose they are."""
    for holder in HOLDERS:
        if holder in more:
            found = outcomes(question.where([(holder, more[holder])]).params, user)
            if any(found.values()):
                return _document(holder, found)
    return _document("", outcomes(question.params, user))


def outcomes_in(document: Mapping[str, Any]) -> dict[str, list[Outcome]]:
    """By cut, as they were kept."""
    return {cut: [Outcome(**one) for one in found] for cut, found in document["cuts"].items()}


def _document(holder: str, found: Mapping[str, list[Outcome]]) -> dict[str, Any]:
    return {"holder": holder, "cuts": {cut: [asdict(one) for one in rows] for cut, rows in found.items()}}
