"""How did an agreement come to say what it says? Its events, the latest first: proposed, said, signed, in force, ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from alignment.agreements.models import Comment, Step, Version
from alignment.agreements.pages.saying import path_of
from alignment.people.models import User

LONGEST_QUOTE = 240


@dataclass(frozen=True)
class Event:
    """Something that happened to one version. `tone` is a colour of the stylesheet; `said` are people's own words."""

    at: datetime
    icon: str
    tone: str
    title: str
    path: str
    who: str = ""
    said: str = ""


def history(versions: Sequence[Version], now: datetime) -> list[Event]:
    """The events of one agreement up to `now`; what is settled for later is no event yet."""
    comments = Comment.objects.filter(version__in=versions).select_related("author__team", "version__agreement")
    found = [event for version in sorted(versions, key=lambda one: one.number) for event in _of(version)]
    found += [_comment(comment) for comment in comments]
    found += _periods(versions)
    past = sorted((event for event in found if event.at <= now), key=lambda event: event.at)
    return past[::-1]  # what happened at the same moment keeps its order, the latest first


def _of(version: Version) -> Iterator[Event]:
    name, path = f"Version {version.number}", path_of(version)
    if version.proposed_at:
        yield Event(
            version.proposed_at, "send", _tone(version.proposed_by), f"{name} proposed", path,
            _who(version.proposed_by), version.note,
        )  # fmt: skip
    for one in version.signatures.all():
        yield Event(one.at, "signature", one.side, f"{name} signed for {one.side}", path, str(one.user))
    if version.step in (Step.REJECTED, Step.WITHDRAWN) and version.decided_at:
        tone, word = ("lost", "rejected") if version.step == Step.REJECTED else ("", "withdrawn")
        yield Event(version.decided_at, "x", tone, f"{name} {word}", path, _who(version.decided_by), version.reason)
    if version.step == Step.LAID_IN and version.decided_at:
        yield Event(version.decided_at, "settings", "", f"{name} laid in at set-up", path)
    yield from _override(version, name, path)


def _override(version: Version, name: str, path: str) -> Iterator[Event]:
    made = getattr(version, "override", None)
    if made is None:
        return
    title = f"{name} put in force by an operator, without both signatures"
    yield Event(made.at, "gavel", "leak", title, path, str(made.operator), made.reason)
    if made.regularised_at:
        yield Event(made.regularised_at, "circle-check", "won", f"{name}: both sides have signed the override", path)
    if made.reverted_at:
        yield Event(
            made.reverted_at, "arrow-back-up", "", f"{name}: the override was taken back", path, _who(made.reverted_by)
        )


def _periods(versions: Iterable[Version]) -> list[Event]:
    """When each version began to hold, and which one it superseded."""
    spans = [(period.since, version) for version in versions for period in version.periods.all() if _counts(period)]
    spans.sort(key=lambda span: span[0])
    events, before = [], None
    for since, version in spans:
        follows = f"; version {before.number} superseded" if before and before.pk != version.pk else ""
        if version.step != Step.LAID_IN:
            title = f"Version {version.number} in force{follows}"
            events.append(Event(since, "circle-check", "won", title, path_of(version)))
        before = version
    return events


def _counts(period: object) -> bool:
    during = getattr(period, "during", None)
    return during is not None and not during.isempty


def _comment(comment: Comment) -> Event:
    quote = comment.body if len(comment.body) <= LONGEST_QUOTE else f"{comment.body[: LONGEST_QUOTE - 1]}…"
    verb = "answered on" if comment.parent_id else "commented on"
    title = f"{comment.author} {verb} version {comment.version.number}"
    path = path_of(comment.version, f"comment-{comment.pk}")
    return Event(comment.at, "message", _tone(comment.author), title, path, said=quote)


def _who(user: User | None) -> str:
    return str(user) if user else ""


def _tone(user: User | None) -> str:
    return (user.side or "") if user else ""
