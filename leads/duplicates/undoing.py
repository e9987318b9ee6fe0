"""How do two leads that were merged become two again? To the byte; what came since stays with the survivor.

What the merge wrote goes, what it moved goes back, both records are what they were but for fields that somebody changed since. What
definitions made of the two as one goes too, and both are judged anew from where they had been judged before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.refusals import Refused
from leads.deals.stages import lock_companies, settle
from leads.definitions.judging import CAUSE as DEFINITION
from leads.duplicates.holdings import HOLDINGS
from leads.duplicates.models import Merge
from leads.duplicates.queries import images, moving
from leads.duplicates.queries.moving import Latest, Made
from leads.handoffs.models import Handoff, Need
from leads.handoffs.routing import waiting as routing
from leads.lifecycle.changes import bring_up_to_date, lock
from leads.lifecycle.recording import known_from
from leads.privacy.door import open_logs
from leads.records.models import Lead


@again_after_deadlock
def undo(merge_id: int, *, by: User, now: datetime) -> Merge:
    """Take a merge back: for who merged, and operators (`not_yours`, 403). Twice is once.

    Refused with `erased`, `merged_since` (409) where it cannot be; 404 for who does not see the survivor.
    """
    with open_logs():
        known_from(now)
        merge = _found(merge_id, by)
        both = [merge.survivor_id, merge.other_id]
        lock_companies(moving.companies_of_deals(both))
        lock(both, alone=True)
        merge = Merge.objects.select_for_update(of=("self",)).select_related("survivor", "other").get(pk=merge.pk)
        if merge.undone_at is not None:
            return merge
        must_come_apart(merge, by)
        _undo(merge, now)
        merge.undone_at, merge.undone_by = now, by
        merge.save(update_fields=["undone_at", "undone_by"])
    return merge


def _found(merge_id: int, by: User) -> Merge:
    merge = Merge.objects.filter(pk=merge_id).first()
    if merge is None or not Lead.objects.visible_to(by).filter(pk=merge.survivor_id).exists():
        raise Refused("not_found", "There is no such merge, or none that you may see.", status=404)
    return merge


def must_come_apart(merge: Merge, by: User) -> None:
    """`Refused` where this merge cannot be taken back by this person, with the reason."""
    if merge.by_id != by.pk and not by.is_operator:
        sentence = "Somebody else merged these leads; ask them, or an operator, to take it back."
        raise Refused("not_yours", sentence, status=403)
    if merge.survivor.erased_at is not None or merge.other.erased_at is not None:
        sentence = "The person was erased since: nothing is left to tell the two apart by."
        raise Refused("erased", sentence, status=409)
    if merge.survivor.merged_into_id is not None:
        sentence = f"The survivor was itself merged into lead {merge.survivor.merged_into_id} since: undo that first."
        raise Refused("merged_since", sentence, status=409)
    since = Merge.objects.filter(survivor=merge.survivor_id, undone_at=None, pk__gt=merge.pk).order_by("-pk").first()
    if since is not None:
        sentence = f"Lead {since.other_id} was merged into the same lead since: undo that first."
        raise Refused("merged_since", sentence, status=409)


def _undo(merge: Merge, now: datetime) -> None:
    survivor, other = merge.survivor_id, merge.other_id
    since = Latest(**merge.made["since"])
    made = Made(**{name: merge.made[name] for name in ("changes", "voids", "values")})
    moving.take_out(made, survivor=survivor, other=other, since=since, definition=DEFINITION)
    moved, stayed = _going_back(merge)
    for holding in HOLDINGS:
        moving.move(holding.table, source=survivor, target=other, ids=moved.get(holding.key, []))
    moving.run(
        moving.WITH_THEIR_DEALS, **{"from": survivor, "to": other}, since=since.changes, deals=moved.get("deals", [])
    )
    images.run(images.ROWS_AS_BEFORE, merge.pk)
    images.run(images.OFFERS_AS_BEFORE, merge.pk)
    images.run(images.NEEDS_AS_BEFORE, merge.pk)
    images.put_back(merge.pk)
    moving.run(moving.OFFERED, leads=[survivor, other])
    bring_up_to_date([survivor, other])
    settle([survivor, other], moving.companies_of_deals([survivor, other]), now=now, actor_id=None)
    images.run(images.SAME_VERSION, merge.pk)
    images.run(images.JUDGED_AS_BEFORE, merge.pk, now=now)
    images.run(images.PAIR_AS_BEFORE, merge.pk)
    moving.run(moving.JUDGE, leads=[survivor, other])
    moving.run(moving.COMPARE, leads=[survivor, other])
    routing.mark([survivor, other], due_at=now)
    if stayed:
        merge.made = {**merge.made, "stayed": stayed}
        merge.save(update_fields=["made"])


def _going_back(merge: Merge) -> tuple[Mapping[str, list[int]], dict[str, list[int]]]:
    """The ids that go back; and what somebody decided since, which stays with the survivor: an offer, and the need behind it."""
    moved = {key: list(ids) for key, ids in merge.moved.items()}
    decided = Handoff.objects.filter(pk__in=merge.before["offered"], lead=merge.survivor_id, decided_by__isnull=False)
    handoffs = set(decided.values_list("pk", flat=True))
    open_then = [need["id"] for need in merge.before["needs"] if need["lead_id"] == merge.other_id]
    met = Need.objects.filter(pk__in=open_then).exclude(ended_at=None).exclude(ended_at=merge.at)
    needs = set(met.values_list("pk", flat=True))
    needs |= set(Need.objects.filter(handoff__in=handoffs).values_list("pk", flat=True))
    stayed = {"handoffs": handoffs & set(moved["handoffs"]), "needs": needs & set(moved["needs"])}
    for key, ids in stayed.items():
        moved[key] = [pk for pk in moved[key] if pk not in ids]
    return moved, {key: sorted(ids) for key, ids in stayed.items() if ids}
