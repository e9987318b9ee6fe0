"""What happened with a lead? Stage changes, handoffs, activities, notes, edits, values and consents, the latest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from alignment.people.selectors import Somebody
from leads.activities.models import Activity
from leads.funnel.stage_sets import StageSet
from leads.handoffs import happenings as handed
from leads.handoffs.models import Hold
from leads.handoffs.reading import seen_by, with_everybody
from leads.lifecycle.models import StageChange
from leads.privacy.models import Consent
from leads.records.models import Edit, Lead, LeadValue, Note
from leads.selectors import happenings
from leads.selectors.happenings import Item, Place

Row = TypeVar("Row", bound=Model)
PAGE = 40


@dataclass(frozen=True)
class Timeline:
    """A page of what happened; `older` is the address's word for the page before it, or nothing."""

    items: list[Item]
    older: str


def timeline(lead: Lead, stages: StageSet, before: Place | None = None, *, user: Somebody | None = None) -> Timeline:
    """Up to `PAGE` things that happened before `before`. The number of queries does not grow with them.

    Of handoffs those that `user` may see, and names that they may know; none where nobody is named.
    """
    found: list[Item] = []
    reader = user or AnonymousUser()
    changes = StageChange.objects.select_related(
        "void", "stay", "actor", "by", "owner", "team", "agreement_version__agreement"
    )
    found += [happenings.of_change(row, stages, reader) for row in _page(changes, lead, happenings.CHANGE, before)]
    activities = Activity.objects.select_related("by", "actor", "campaign")
    found += [happenings.of_activity(row, reader) for row in _page(activities, lead, happenings.ACTIVITY, before)]
    notes = Note.objects.filter(deleted_at=None).select_related("author")
    found += [happenings.of_note(row, reader) for row in _page(notes, lead, happenings.NOTE, before, "created_at")]
    edits = list(_page(Edit.objects.select_related("actor"), lead, happenings.EDIT, before))
    found += [happenings.of_edit(row, reader) for row in edits]
    values = LeadValue.objects.filter(change=None).exclude(at=lead.created_at).select_related("actor")
    told = {(edit.at, field) for edit in edits for field in edit.after}
    rows = [row for row in _page(values, lead, happenings.VALUE, before) if (row.at, row.field) not in told]
    found += happenings.of_values(rows, reader)
    consents = Consent.objects.select_related("actor")
    found += [happenings.of_consent(row, reader) for row in _page(consents, lead, happenings.CONSENT, before)]
    if user is not None:
        found += _handed(lead, user, before)
    found.sort(key=lambda item: item.place, reverse=True)
    return Timeline(found[:PAGE], found[PAGE - 1].place.word if len(found) > PAGE else "")


def _handed(lead: Lead, user: Somebody, before: Place | None) -> list[Item]:
    """Offers, decisions, returns and holds."""
    seen = with_everybody(seen_by(user))
    decided, returned = seen.exclude(decided_at=None), seen.exclude(returned_at=None)
    holds = Hold.objects.filter(handoff__in=seen_by(user)).select_related("by", "handoff__rule__agreement")
    return [
        *(handed.of_offer(row, user) for row in _page(seen, lead, handed.OFFERED, before, "offered_at")),
        *(handed.of_decision(row, user) for row in _page(decided, lead, handed.DECIDED, before, "decided_at")),
        *(handed.of_return(row, user) for row in _page(returned, lead, handed.RETURNED, before, "returned_at")),
        *(handed.of_hold(row, user) for row in _page(holds, lead, handed.HOLD, before, "began_at", of="handoff__lead")),
    ]


def _page(
    rows: QuerySet[Row], lead: Lead, rank: int, before: Place | None, at: str = "at", *, of: str = "lead"
) -> Iterable[Row]:
    """One more than a page of one log, so that it is known whether there are older ones."""
    found = rows.filter(**{of: lead})
    if before is not None:
        earlier = Q(**{f"{at}__lt": before.at})
        if rank < before.rank:
            earlier = Q(**{f"{at}__lte": before.at})
        elif rank == before.rank:
            earlier |= Q(**{at: before.at, "pk__lt": before.id})
        found = found.filter(earlier)
    return found.order_by(f"-{at}", "-pk")[: PAGE + 1]


def read_place(word: str) -> Place | None:
    """The place that an address names; nothing where it names none."""
    parts = word.split("~")
    try:
        moment = datetime.fromisoformat(parts[0])
        return Place(moment, int(parts[1]), int(parts[2])) if moment.tzinfo else None
    except (ValueError, IndexError):
        return None
