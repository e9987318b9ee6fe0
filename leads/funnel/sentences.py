"""How does one say a funnel, and what a new one changes about the present one? For both sides, who sign these sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from leads.funnel.stage_terms import StageTerms, in_order
from leads.funnel.terms import FunnelTerms, in_days, stages_of

MEANINGS = {
    "open": "an open stage",
    "won": "a won deal",
    "loyal": "a customer who bought again",
    "lost": "a lost deal",
    "recycled": "back with marketing",
    "disqualified": "not worth pursuing",
}
"""What a category means, in words."""


def sentences(terms: FunnelTerms) -> Sequence[str]:
    """The path, what lies off it, who needs an owner, agreed ages, and what retired keys count as."""
    stages = in_order(list(stages_of(terms)))
    own = [stage for stage in stages if stage.counts_as is None]
    titles = {stage.key: stage.title for stage in own}
    said = [_path([stage for stage in own if stage.is_forward]), _meanings(own), _off_path(own), *_owners(own)]
    said += [text for stage in own if stage.category == "open" for text in _ages(stage)]
    said += [f"“{s.key}” is no stage any more and counts as {titles[s.counts_as]}." for s in stages if s.counts_as]
    return [text for text in said if text]


def difference(before: FunnelTerms, after: FunnelTerms) -> Sequence[str]:
    """What `after` changes: stages new, dropped, back, renamed, moved, and what is agreed of each."""
    old, new = _by_key(before), _by_key(after)
    forward = [stage for stage in new.values() if stage.counts_as is None and stage.is_forward]
    said = [_arrived(stage, old.get(key), forward) for key, stage in new.items()]
    said += [_left(stage, new.get(key), new) for key, stage in old.items()]
    said += _order(old, new)
    said += [text for key, stage in new.items() if key in old for text in _changed(old[key], stage)]
    found = [text for text in said if text]
    return found or (
        [] if _places(old) == _places(new) else ["Positions are numbered anew; the order of the stages stays."]
    )


def days(span: timedelta | None) -> str:
    """`30 days`; what the limits say where a stage has no time of its own."""
    number = in_days(span)
    if number is None:
        return "as the limits say"
    return "1 day" if number == 1 else f"{number:g} days"


def _by_key(terms: FunnelTerms) -> dict[str, StageTerms]:
    return {stage.key: stage for stage in in_order(list(stages_of(terms)))}


def _places(stages: dict[str, StageTerms]) -> dict[str, int | None]:
    return {key: stage.position for key, stage in stages.items() if stage.counts_as is None}


def _path(forward: Sequence[StageTerms]) -> str:
    steps = " → ".join(f"{stage.title} ({stage.side})" for stage in forward)
    return f"Leads pass {len(forward)} step{'' if len(forward) == 1 else 's'}: {steps}."


def _meanings(own: Iterable[StageTerms]) -> str:
    parts = [f"{s.title} is {MEANINGS[s.category]}" for s in own if s.category in ("won", "loyal")]
    return f"{'; '.join(parts)}." if parts else ""


def _off_path(own: Iterable[StageTerms]) -> str:
    parts = [f"{s.title} ({MEANINGS[s.category]}, {s.side})" for s in own if not s.is_forward]
    return f"Off the path there {'is' if len(parts) == 1 else 'are'} {_and(parts)}." if parts else ""


def _owners(own: Sequence[StageTerms]) -> list[str]:
    found = []
    for side in ("marketing", "sales"):
        titles = [stage.title for stage in own if stage.requires_owner and stage.side == side]
        if titles:
            found.append(f"In {_and(titles)} a lead has an owner from {side}.")
    return found


def _ages(stage: StageTerms) -> list[str]:
    if stage.age is not None and stage.quiet is not None:
        return [
            f"In {stage.title} it is too old after {days(stage.age)}, once nothing was done for {days(stage.quiet)}."
        ]
    if stage.age is not None:
        return [f"In {stage.title} it is too old after {days(stage.age)}."]
    if stage.quiet is not None:
        return [f"In {stage.title} it is quiet once nothing was done for {days(stage.quiet)}."]
    return []


def _arrived(stage: StageTerms, before: StageTerms | None, forward: Sequence[StageTerms]) -> str:
    if stage.counts_as is not None or (before is not None and before.counts_as is None):
        return ""
    what = "New stage" if before is None else "A stage again"
    return f"{what}: {stage.title} ({stage.side}), {_place(stage, forward)}."


def _place(stage: StageTerms, forward: Sequence[StageTerms]) -> str:
    if not stage.is_forward:
        return f"off the path, {MEANINGS[stage.category]}"
    at = [one.key for one in forward].index(stage.key)
    if at == 0:
        return "the first"
    if at == len(forward) - 1:
        return f"after {forward[at - 1].title}, the last"
    return f"between {forward[at - 1].title} and {forward[at + 1].title}"


def _left(stage: StageTerms, now: StageTerms | None, new: dict[str, StageTerms]) -> str:
    if now is None:
        return f"“{stage.key}” is not mentioned any more." if stage.counts_as else f"{stage.title} is dropped."
    if now.counts_as is None or now.counts_as == stage.counts_as:
        return ""
    if stage.counts_as is None:
        return f"{stage.title} is dropped; leads that were in it count as {new[now.counts_as].title}."
    return f"“{stage.key}” counts as {new[now.counts_as].title} from now on."


def _order(old: dict[str, StageTerms], new: dict[str, StageTerms]) -> list[str]:
    """Stages that both have, where they follow each other in another order."""
    both = [
        key for key, s in old.items() if s.counts_as is None and s.is_forward and key in new
        and new[key].counts_as is None and new[key].is_forward
    ]  # fmt: skip
    ordered = sorted(both, key=lambda key: new[key].position or 0)
    if both == ordered:
        return []
    was, is_now = (" → ".join(new[key].title for key in keys) for keys in (both, ordered))
    return [f"Order: {was} becomes {is_now}."]


def _changed(before: StageTerms, after: StageTerms) -> list[str]:
    if before.counts_as is not None and after.counts_as is not None and before.title != after.title:
        return [f"“{after.key}”, which is no stage any more, is now called {after.title}."]
    if before.counts_as is not None or after.counts_as is not None:
        return []
    said = [f"{before.title} is now called {after.title}."] if before.title != after.title else []
    if before.category != after.category:
        said.append(f"{after.title}: {MEANINGS[before.category]} → {MEANINGS[after.category]}.")
    if before.side != after.side:
        said.append(f"{after.title}: side {before.side} → {after.side}.")
    if before.requires_owner != after.requires_owner:
        said.append(
            f"{after.title}: {'an owner is needed' if after.requires_owner else 'no owner is needed any more'}."
        )
    if before.age != after.age:
        said.append(f"{after.title}: age {days(before.age)} → {days(after.age)}.")
    if before.quiet != after.quiet:
        said.append(f"{after.title}: quiet time {days(before.quiet)} → {days(after.quiet)}.")
    return said


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
