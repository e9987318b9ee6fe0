"""What does a sheet mean? Its sentences, how many leads it concerns, and what it says of one of them; as one types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alignment.agreements.models import Version
from alignment.people.models import User
from leads.definitions.pages.judging import Judged, the_kind


@dataclass(frozen=True)
class Preview:
    """`sentences` of what is finished; `wrong` and `unfinished` say how many places are not."""

    sentences: Sequence[str]
    wrong: int
    unfinished: int


def preview_of(user: User, version: Version, judged: Judged, *, now: datetime, exact: bool, lead: str) -> Preview:
    """What stands beside the rows."""
    terms = judged.terms
    return Preview(
        sentences=the_kind().say(version.agreement.key, terms) if terms is not None else (),
        wrong=len(judged.wrong),
        unfinished=len(judged.unfinished),
    )
