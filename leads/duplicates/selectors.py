"""Which pairs and merges does somebody see? Only those of whose leads they see both: nobody learns by a pair that another lead exists.

Asked by pages, API and the lead's panel alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from alignment.people.models import User
from alignment.people.selectors import sees_everything
from alignment.refusals import Refused
from leads.duplicates.criteria import BY_KIND
from leads.duplicates.models import Merge, Pair
from leads.records.models import Lead

SHOWN = 20

CROWDS = """
SELECT kind, key, count(*) FROM leads_matchkey WHERE kind = ANY(%(kinds)s) GROUP BY kind, key HAVING count(*) > %(most)s
ORDER BY count(*) DESC, key LIMIT %(shown)s
"""


@dataclass(frozen=True)
class Crowd:
    """An address or a number that too many leads share to say anything of who they are."""

    title: str
    key: str
    leads: int


def pairs_seen_by(user: User) -> QuerySet[Pair]:
    """Pairs of leads of which this person sees both. One that was merged shows by its survivor."""
    pairs = Pair.objects.select_related(
        "first__company", "first__owner", "second__company", "second__owner", "decided_by"
    )
    if sees_everything(user):
        return pairs
    seen = Lead.objects.visible_to(user)
    return pairs.filter(first__in=seen, second__in=seen)


def must_see(pair_id: int, user: User) -> None:
    """`Refused` with 404 where this person does not see both leads of the pair."""
    if not pairs_seen_by(user).filter(pk=pair_id).exists():
        raise Refused("not_found", "There is no such pair, or none that you may see.", status=404)


def pair_of(first_id: int, second_id: int, user: User) -> Pair | None:
    """The pair of these two leads, in whichever order, if there is one that this person sees."""
    first, second = sorted((first_id, second_id))
    return pairs_seen_by(user).filter(first=first, second=second).first()


def open_pairs_of(lead: Lead, user: User) -> list[Pair]:
    """What is to be decided about a lead, the likeliest first."""
    about = Q(first=lead) | Q(second=lead)
    return list(pairs_seen_by(user).filter(about, state=Pair.State.OPEN).order_by("-score", "-pk")[:SHOWN])


def merges_seen_by(user: User) -> QuerySet[Merge]:
    """Merges into leads that this person sees."""
    merges = Merge.objects.select_related("survivor", "other", "by", "undone_by")
    if sees_everything(user):
        return merges
    return merges.filter(survivor__in=Lead.objects.visible_to(user))


def standing_merge(survivor_id: int, other_id: int, user: User) -> Merge | None:
    """The merge of these two that stands."""
    return merges_seen_by(user).filter(survivor=survivor_id, other=other_id, undone_at=None).first()


def merges_into(lead: Lead, user: User) -> list[Merge]:
    """The merges into this lead that stand, the latest first."""
    return list(merges_seen_by(user).filter(survivor=lead, undone_at=None).order_by("-pk")[:SHOWN])


def crowds(user: User) -> list[Crowd]:
    """Addresses and numbers that make no pairs since too many leads share them; for who sees every lead.

    It reads every address and number that there is: asked only by who wants to know.
    """
    if not sees_everything(user):
        return []
    exact = [one for one in BY_KIND.values() if one.kind in ("email", "shared", "phone")]
    values: dict[str, Any] = {
        "kinds": [one.kind for one in exact],
        "most": min(one.most for one in exact),
        "shown": SHOWN,
    }
    with connection.cursor() as cursor:
        cursor.execute(CROWDS, values)
        return [Crowd(BY_KIND[kind].title, key, leads) for kind, key, leads in cursor.fetchall()]
