"""By which terms does a handoff run? Those of the version of its rule at the offer, whatever was agreed since."""

from __future__ import annotations

from datetime import datetime

from alignment.agreements.in_force import InForce, all_in_force, in_force
from alignment.agreements.terms import terms_of
from alignment.people.models import User
from alignment.people.selectors import sees_everything
from alignment.refusals import FieldError, Refused
from leads.handoffs.models import Handoff
from leads.handoffs.terms import KIND, HandoffRule, Reason


def rule_of(handoff: Handoff) -> HandoffRule | None:
    """The terms, or None for a handoff that came from elsewhere without a rule. `rule__agreement` is best selected with it."""
    if handoff.rule is None:
        return None
    terms = terms_of(handoff.rule)
    if not isinstance(terms, HandoffRule):
        raise TypeError(f"{handoff.rule} is no rule of handing over")
    return terms


def as_in_force(handoff: Handoff) -> InForce:
    """The version by which this handoff runs, for an offer that continues it; the one in force now where it had none."""
    if handoff.rule is None:
        return rule_named(handoff.rule_key, at=handoff.offered_at)
    rule = handoff.rule
    return InForce(
        KIND, handoff.rule_key, rule.pk, rule.number, rule_of(handoff), handoff.offered_at, None, overridden=False
    )


def rule_named(key: str, *, at: datetime, by: User | None = None) -> InForce:
    """The rule of that name in force at `at`, or a refusal; who sees everything is told which there are."""
    found = in_force(KIND, key, at)
    if found is None:
        known = ", ".join(rule.key for rule in all_in_force(KIND, at)) or "none"
        told = f"; there are: {known}" if by is not None and sees_everything(by) else ""
        detail = f"No rule “{key}” is in force{told}."
        raise Refused("unknown_rule", detail, [FieldError("rule", "unknown_rule", detail)], status=422)
    return found


def agreed_reason(rule: HandoffRule | None, key: str | None, note: str | None) -> Reason:
    """The agreed reason of that key, with its note where it asks for one; else refused, naming what was agreed."""
    reason = rule.reason(key) if rule is not None else None
    if reason is None:
        known = "; ".join(f"{one.key} ({one.title})" for one in rule.reasons) if rule is not None else "none"
        detail = f"Choose one of the agreed reasons: {known}."
        raise Refused("unknown_reason", detail, [FieldError("reason", "unknown_reason", detail)], status=422)
    if reason.note and not (note or "").strip():
        detail = f"“{reason.title}” needs a note: say in a sentence what you found."
        raise Refused("note_needed", detail, [FieldError("note", "note_needed", detail)], status=422)
    return reason
