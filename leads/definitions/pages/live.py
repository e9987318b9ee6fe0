"""How many leads does a sheet concern, and how many more or fewer than today? And who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from alignment.agreements.in_force import in_force
from alignment.people.models import User
from alignment.refusals import Refused
from leads.definitions.counting import LISTED, Counted, Figure, Group, count, estimate, examples
from leads.definitions.patience import Deadline
from leads.definitions.terms import KIND, LeadDefinition
from leads.funnel.stage_sets import stage_set
from leads.records.models import Lead

GROUPS: tuple[Group, ...] = get_args(Group)
TITLES: dict[Group, str] = {"meets": "meet it", "gained": "would be new", "lost": "would no longer meet it"}


@dataclass(frozen=True)
class Change:
    """One figure with its sign and words, and the button that opens the leads behind it."""

    group: Group
    title: str
    figure: Figure
    sign: str


@dataclass(frozen=True)
class Listed:
    """One lead behind a figure."""

    id: int
    name: str
    company: str
    stage: str


@dataclass(frozen=True)
class Live:
    """The count, or why there is none (`trouble`). `leads` are those behind the figure `group`, the newest first."""

    counted: Counted | None = None
    changes: Sequence[Change] = ()
    against: int | None = None
    trouble: str = ""
    group: str = ""
    leads: Sequence[Listed] = ()
    most: int = LISTED


def live_count(
    user: User, key: str, terms: LeadDefinition, now: datetime, *, exact: bool, wish: str, until: Deadline
) -> Live:
    """Counted at once on a sample, or exactly if asked; against what is in force."""
    today = in_force(KIND, key, now)
    against = today.says(LeadDefinition) if today else None
    try:
        counted = (count if exact else estimate)(terms, now, against, patience=until.left())
        group = next((one for one in GROUPS if wish == f"leads:{one}"), None)
        ids = examples(terms, now, against, group=group, patience=until.left()) if group else []
    except Refused as refused:
        return Live(trouble=refused.detail)
    changes = (
        [
            Change("gained", TITLES["gained"], counted.gained, "+"),
            Change("lost", TITLES["lost"], counted.lost, "−"),
        ]
        if counted.gained and counted.lost
        else []
    )
    return Live(
        counted=counted,
        changes=changes,
        against=today.number if today else None,
        group=TITLES[group] if group else "",
        leads=_listed(user, ids),
    )


def _listed(user: User, ids: Sequence[int]) -> list[Listed]:
    """Those that this person may see, in the order given."""
    titles = stage_set().by_key
    leads = Lead.objects.visible_to(user).select_related("company").in_bulk(ids)
    return [
        Listed(
            id=lead.pk,
            name=lead.name,
            company=lead.company.name if lead.company else "",
            stage=titles[lead.stage_id].title if lead.stage_id in titles else "",
        )
        for lead in (leads[one] for one in ids if one in leads)
    ]
