"""Words that only pages about handoffs need: what follows from a reason, how long a wait may be."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from alignment.people.selectors import Somebody
from alignment.ui.words import span
from leads.handoffs import discretion
from leads.handoffs.models import Handoff, Hold, State
from leads.handoffs.rules import rule_of
from leads.handoffs.terms import HandoffRule, HoldReason, Reason

register = template.Library()

FOLLOWS = {
    "recycle": "back to marketing",
    "disqualify": "it ends here",
    "reroute": "offered to somebody else",
}
TONES = {
    State.OFFERED: "marketing", State.ACCEPTED: "won", State.REJECTED: "lost", State.EXPIRED: "leak", State.WITHDRAWN: "disqualified",
}  # fmt: skip


@register.filter
def what_follows(reason: Reason) -> str:
    """What happens to a lead that comes back for this reason."""
    return FOLLOWS[reason.next]


@register.filter
def longest(hold: HoldReason) -> str:
    """How long one may wait for this."""
    return span(hold.most_hours * 3600)


@register.filter
def hold_title(hold: Hold, rule: HandoffRule | None) -> str:
    """What was waited for."""
    agreed = rule.hold(hold.reason) if rule else None
    return agreed.title if agreed else hold.reason


@register.filter
def reason_title(handoff: Handoff, reader: Somebody) -> str:
    """Why it came back, as agreed, and what was said besides."""
    rule, note = rule_of(handoff), discretion.note_to(reader, handoff)
    agreed = rule.reason(handoff.reason) if rule else None
    said = agreed.title if agreed else handoff.reason or ""
    return f"{said}. “{note}”" if said and note else said or note or ""


@register.filter
def giver_to(handoff: Handoff, reader: Somebody) -> str:
    """Who it comes from."""
    return discretion.giver_to(reader, handoff)


@register.filter
def why_to(handoff: Handoff, reader: Somebody) -> list[str]:
    """How the receiver was found, one sentence an item."""
    return discretion.why_to(reader, handoff)


@register.filter
def note_to(handoff: Handoff, reader: Somebody) -> str | None:
    """What was said beside the decision."""
    return discretion.note_to(reader, handoff)


@register.filter
def successor_to(handoff: Handoff, reader: Somebody) -> Handoff | None:
    """The handoff that continues this one, where it may be seen."""
    return discretion.successor_to(reader, handoff)


@register.filter
def last_day(until: datetime) -> SafeString:
    """The last day of a span that ends before `until`."""
    local = timezone.localtime(until - timedelta(microseconds=1))
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), f"{local:%-d %b %Y}")


@register.inclusion_tag("handoffs/_state.html")
def handoff_state(handoff: Handoff) -> dict[str, object]:
    """What became of a handoff: a word and its colour."""
    if handoff.returned_at is not None:
        return {"word": "Given back", "tone": "recycled"}
    if handoff.state == State.WITHDRAWN and getattr(handoff, "replaced_by", None) is not None:
        return {"word": "Passed on", "tone": "disqualified"}
    return {"word": State(handoff.state).label, "tone": TONES[State(handoff.state)]}
