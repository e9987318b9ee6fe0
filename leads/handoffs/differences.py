"""What does a new version of a handoff rule change, in words? Two documents that differ never give an empty list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from leads.definitions.canonical import as_text
from leads.definitions.describing import quote
from leads.definitions.differences import ONLY_WRITTEN_ANEW
from leads.definitions.differences import difference as definitions_difference
from leads.definitions.stages import stage_title
from leads.definitions.terms import LeadDefinition
from leads.handoffs.naming import Names, names_in
from leads.handoffs.sentences import escalation_words, hold_words, reason_words, span_words, step_words
from leads.handoffs.terms import Escalation, HandoffRule, HoldReason, Place, Reason, Span

T = TypeVar("T")


def difference(before: HandoffRule, after: HandoffRule) -> list[str]:
    """What `after` changes, one change an item; nothing where the documents are the same."""
    if as_text(before) == as_text(after):
        return []
    names = names_in(before, after)
    told = [
        *_values(before, after),
        *definitions_difference(LeadDefinition(criteria=before.criteria), LeadDefinition(criteria=after.criteria)),
        *_steps(before, after, names),
        *_escalations(before.escalate, after.escalate),
        *_reasons(before, after, names),
        *_holds(before.holds, after.holds),
    ]
    return told or [ONLY_WRITTEN_ANEW]


def _values(before: HandoffRule, after: HandoffRule) -> Iterator[str]:
    """What is one value each."""
    for title, words in VALUES:
        old, new = words(before), words(after)
        if old != new:
            yield f"{title}: {old} → {new}"


def _place(place: Place) -> str:
    return f"{stage_title(place.stage)} ({place.side})"


def _share(share: float | None) -> str:
    return "never" if share is None else f"after {share:.0%} of the time"


def _span(span: Span | None) -> str:
    return "never" if span is None else span_words(span)


AGAIN = {"as_it_is": "as it is", "something_new": "after something new"}

VALUES: tuple[tuple[str, Callable[[HandoffRule], str]], ...] = (
    ("called", lambda rule: quote(rule.title)),
    ("place among the rules", lambda rule: str(rule.order)),
    ("from", lambda rule: _place(rule.from_)),
    ("to", lambda rule: _place(rule.to)),
    ("to be accepted within", lambda rule: span_words(rule.accept_within)),
    ("first contact within", lambda rule: span_words(rule.contact_within)),
    ("reminded", lambda rule: _share(rule.remind_at)),
    ("an offer expires after the missed deadline", lambda rule: _span(rule.expire_after)),
    ("most returns in one pass", lambda rule: str(rule.bounce_limit)),
    ("offered again once it came back", lambda rule: AGAIN[rule.re_entry]),
)


def _steps(before: HandoffRule, after: HandoffRule, names: Names) -> Iterator[str]:
    """Ways to find a receiver: gone, new, or tried in another order."""
    old, new = ([step_words(step, names) for step in rule.routing] for rule in (before, after))
    yield from (f"no longer offered to: {step}" for step in old if step not in new)
    yield from (f"new, {_nth(new.index(step) + 1)} to be asked: {step}" for step in new if step not in old)
    kept_before, kept_after = ([step for step in one if step in other] for one, other in ((old, new), (new, old)))
    if kept_before != kept_after:
        yield f"asked in another order: {'; '.join(new)}"


def _nth(n: int) -> str:
    return f"{n}{'th' if 10 <= n % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


def _escalations(before: Sequence[Escalation], after: Sequence[Escalation]) -> Iterator[str]:
    old, new = ([escalation_words(one) for one in some] for some in (before, after))
    yield from (f"no longer: {one}" for one in old if one not in new)
    yield from (f"new: {one}" for one in new if one not in old)


def _reasons(before: HandoffRule, after: HandoffRule, names: Names) -> Iterator[str]:
    def words(reason: Reason) -> str:
        return reason_words(reason, names)

    yield from _by_key(
        "reason", {one.key: one for one in before.reasons}, {one.key: one for one in after.reasons}, words
    )


def _holds(before: Sequence[HoldReason], after: Sequence[HoldReason]) -> Iterator[str]:
    yield from _by_key("reason to wait", {one.key: one for one in before}, {one.key: one for one in after}, hold_words)


def _by_key(what: str, old: dict[str, T], new: dict[str, T], words: Callable[[T], str]) -> Iterator[str]:
    for key, one in old.items():
        if key not in new:
            yield f"no longer a {what}: {words(one)}"
        elif words(one) != words(new[key]):
            yield f"{what}: {words(one)} → {words(new[key])}"
    yield from (f"new {what}: {words(one)}" for key, one in new.items() if key not in old)
