"""Which handoffs may somebody see? Asked by everything that shows or changes handoffs.

A handoff is seen by whoever sees its lead; a partner's people see those offered to their own team only. Any other is not there.
"""

from __future__ import annotations

from django.db.models import DateTimeField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from alignment.people.models import Side, User
from alignment.people.selectors import Somebody, sees_everything
from alignment.refusals import Refused
from leads.handoffs.everybody import WithEverybody
from leads.handoffs.models import Handoff, Hold, State
from leads.handoffs.queries.contacts import first_contact
from leads.records.models import Lead


def seen_by(user: Somebody) -> QuerySet[Handoff]:
    """Those that `user` may see, each with its lead."""
    handoffs = Handoff.objects.select_related("lead")
    if sees_everything(user):
        return handoffs
    if isinstance(user, User) and user.side == Side.PARTNER:
        return handoffs.filter(to_team=user.team_id, lead__in=Lead.objects.visible_to(user))
    return handoffs.none()


def one(user: Somebody, handoff_id: int) -> Handoff:
    """The handoff of that id with all that its documents and rules name, or `not_found` (404)."""
    found = with_everybody(seen_by(user)).filter(pk=handoff_id).first()
    if found is None:
        raise not_there()
    return found


def with_everybody(handoffs: QuerySet[Handoff]) -> QuerySet[Handoff]:
    """With its lead, rule, people and teams. Before anything that prefetches: of `handoffs` the query is taken."""
    return WithEverybody(Handoff, handoffs.select_related("lead").query, handoffs.db)


def not_there() -> Refused:
    return Refused("not_found", "There is no such handoff, or none that you may see.", status=404)


def with_clocks(handoffs: QuerySet[Handoff]) -> QuerySet[Handoff]:
    """With what their clocks need: `contacted_at`, `passed_on_at` (somebody else accepted the lead), and the hold that runs.

    For querysets of the table itself, since the expression of the first contact names it.
    """
    later = Handoff.objects.filter(lead=OuterRef("lead"), state=State.ACCEPTED, pk__gt=OuterRef("pk")).order_by("pk")
    running = Prefetch("hold_log", Hold.objects.filter(ended_at=None).select_related("by"), to_attr="running_holds")
    contacted = RawSQL(first_contact("leads_handoff", bounded=False), (), output_field=DateTimeField())  # noqa: S611
    return handoffs.annotate(
        contacted_at=contacted, passed_on_at=Subquery(later.values("decided_at")[:1])
    ).prefetch_related(running)
