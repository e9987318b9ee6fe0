"""What does a sheet mean? Its sentences, how many leads it concerns, and what it says of one of them; as one types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alignment.agreements.models import Version
from alignment.people.models import User
from leads.definitions.pages.judging import Judged, the_kind
from leads.definitions.pages.live import Live, live_count
from leads.definitions.pages.trial import Trial, try_on
from leads.definitions.patience import Deadline


@dataclass(frozen=True)
class Preview:
    """`sentences` of what is finished; `wrong` and `unfinished` say how many places are not."""

    sentences: Sequence[str]
    wrong: int
    unfinished: int
    live: Live | None
    trial: Trial


def preview_of(user: User, version: Version, judged: Judged, *, now: datetime, wish: str, lead: str) -> Preview:
    """What stands beside the rows; all of it within one deadline."""
    until = Deadline()
    terms, key = judged.terms, version.agreement.key
    return Preview(
        sentences=the_kind().say(key, terms) if terms is not None else (),
        wrong=len(judged.wrong),
        unfinished=len(judged.unfinished),
        live=live_count(user, key, terms, now, exact=wish == "exact", wish=wish, until=until)
        if terms is not None
        else None,
        trial=try_on(user, lead, terms, now, until=until) if terms is not None else Trial(lead),
    )
