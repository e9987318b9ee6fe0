"""How many leads meet a definition now, and who would come and go against another? For the editor, as one types.

`estimate` looks at a sample and says how far off it may be; `count` looks at every lead, and refuses rather than keep a page waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from alignment.intervals import wilson
from alignment.refusals import Refused
from leads.definitions.patience import PATIENCE, TooSlow, patient
from leads.definitions.queries import counts
from leads.definitions.terms import LeadDefinition

SAMPLE = 6_000
"""Leads looked at for an estimate. They tell a share to within 1.3 in a hundred, whatever the number of leads."""

FEW = 300
"""Where fewer of a sample meet it, every lead is counted if that is quickly done: of so few a share says little."""

QUICKLY = timedelta(milliseconds=400)
AFTERWARDS = timedelta(seconds=1)
"""What a sample may take once counting everybody took too long."""

LISTED = 50

Group = Literal["meets", "gained", "lost"]


@dataclass(frozen=True)
class Figure:
    """How many leads, and between which bounds (95 %); exact where they are one."""

    leads: int
    low: int
    high: int


@dataclass(frozen=True)
class Counted:
    """`meets` of `of` leads meet the definition. Against another one `gained` meet only this one, `lost` only the other.

    `sample` says from how many leads it is estimated; None: all were counted.
    """

    meets: Figure
    of: int
    gained: Figure | None
    lost: Figure | None
    sample: int | None

    @property
    def is_exact(self) -> bool:
        return self.sample is None


def count(
    definition: LeadDefinition, now: datetime, against: LeadDefinition | None = None, *, patience: timedelta = PATIENCE
) -> Counted:
    """Every lead counted. `Refused` (`too_slow`) with the estimate in its sentence where that takes longer than `patience`."""
    try:
        with patient(patience):
            found = counts.count_everybody(definition, against, now)
    except TooSlow:
        raise Refused("too_slow", _too_slow(definition, now), status=503) from None
    return _counted(found, against, None)


def estimate(
    definition: LeadDefinition,
    now: datetime,
    against: LeadDefinition | None = None,
    *,
    sample: int = SAMPLE,
    few: int = FEW,
    patience: timedelta = PATIENCE,
) -> Counted:
    """Counted on the same sample each time, so that what one changes is all that changes; exact where leads are few, or so few of them
    meet it that all can be counted at once.

    `Refused` (`too_slow`) where even that takes longer than `patience`.
    """
    try:
        with patient(patience):
            of = counts.all_leads()
            if of <= sample:
                return _counted(counts.count_everybody(definition, against, now), against, None)
            found = counts.count_sample(definition, against, now, sample)
        if found.meets < few and (exactly := _quickly(definition, against, now, min(patience, QUICKLY))):
            return _counted(exactly, against, None)
    except TooSlow:
        raise Refused(
            "too_slow", "This definition takes too long to count, even on a sample of leads.", status=503
        ) from None
    return _counted(found, against, of)


def examples(
    definition: LeadDefinition,
    now: datetime,
    against: LeadDefinition | None = None,
    *,
    group: Group = "meets",
    limit: int = LISTED,
    patience: timedelta = PATIENCE,
) -> list[int]:
    """Ids of the newest leads behind a figure; the caller shows those that its reader may see."""
    try:
        with patient(patience):
            return counts.newest(definition, against, now, group, limit)
    except TooSlow:
        raise Refused("too_slow", "Finding these leads takes too long.", status=503) from None


def _quickly(
    definition: LeadDefinition, against: LeadDefinition | None, now: datetime, patience: timedelta
) -> counts.Found | None:
    """Every lead, if that takes no time to speak of."""
    try:
        with patient(patience):
            return counts.count_everybody(definition, against, now)
    except TooSlow:
        return None


def _too_slow(definition: LeadDefinition, now: datetime) -> str:
    try:
        about = estimate(definition, now, few=0, patience=AFTERWARDS)
    except Refused:
        return "Counting every lead takes too long, and so does a sample of them. Ask for less, or for shorter windows."
    return (
        f"Counting every lead takes too long. About {about.meets.leads:,} of {about.of:,} leads meet it "
        f"({about.meets.low:,} to {about.meets.high:,}), from a sample."
    )


def _counted(found: counts.Found, against: LeadDefinition | None, of: int | None) -> Counted:
    """Figures of what was found; with `of`, of a sample of so many leads."""

    def figure(leads: int) -> Figure:
        if of is None or not found.leads:
            return Figure(leads, leads, leads)
        low, high = wilson(leads, found.leads)
        return Figure(round(of * leads / found.leads), int(of * (low or 0)), round(of * (high or 0)))

    gained, lost = (None, None) if against is None else (figure(found.gained), figure(found.lost))
    return Counted(figure(found.meets), of or found.leads, gained, lost, found.leads if of is not None else None)
