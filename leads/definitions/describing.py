"""How are texts, numbers, kinds of activity and their filters said? Words for sentences; no rule is in here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from leads.activities.kinds import BY_KEY, TOUCHES
from leads.definitions.terms import TOUCH, ActivityFilter

PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9/*][A-Za-z0-9/*._~%&=?#:+-]*(?<![.?:])")
SPELLED_WITH_A_VOWEL = frozenset("AEFHILMNORSX")


@dataclass(frozen=True)
class Words:
    """An activity in words: the lead `did` it, has not `done` it; one is a `noun`, several are `nouns`."""

    did: str
    done: str
    noun: str
    nouns: str


def _did(did: str, noun: str, nouns: str | None = None, done: str | None = None) -> Words:
    return Words(did, done or did.replace("was ", "been ", 1), noun, nouns or f"{noun}s")


ACTIVITIES = {
    TOUCH: _did("had a marketing touch", "marketing touch", "marketing touches"),
    "page_view": _did("viewed a page", "page view"),
    "form": _did("filled in a form", "filled-in form"),
    "content": _did("downloaded content", "download"),
    "webinar": _did("attended a webinar", "attended webinar"),
    "event": _did("attended an event", "attended event"),
    "ad_click": _did("clicked an ad", "ad click"),
    "email_click": _did("clicked a link in an e-mail", "e-mail click"),
    "social": _did("engaged on social media", "engagement on social media", "engagements on social media"),
    "chat": _did("chatted with us", "chat"),
    "survey": _did("answered a survey", "answered survey"),
    "email_open": _did("opened an e-mail", "e-mail open"),
    "unsubscribe": _did("unsubscribed", "unsubscribe"),
    "email_bounce": _did("had an e-mail bounce", "bounced e-mail"),
    "email_reply": _did("replied by e-mail", "e-mail reply", "e-mail replies"),
    "call_inbound": _did("called us", "call to us", "calls to us"),
    "message_inbound": _did("sent us a message", "message to us", "messages to us"),
    "meeting_booked": _did("booked a meeting", "booked meeting"),
    "email_sent": _did("was sent an e-mail by marketing", "e-mail from marketing", "e-mails from marketing"),
    "newsletter": _did("was sent a newsletter", "newsletter"),
    "nurture": _did("was sent a nurture e-mail", "nurture e-mail"),
    "mailing": _did("was sent a mailing by post", "mailing by post", "mailings by post"),
    "ad_audience": _did("was put into an ad audience", "entry into an ad audience", "entries into ad audiences"),
    "call": _did("was called by us", "call by us", "calls by us"),
    "email": _did("was sent an e-mail by sales", "e-mail from sales", "e-mails from sales"),
    "meeting": _did("met us", "meeting"),
    "demo": _did("saw a demo", "demo", done="seen a demo"),
    "message": _did("was sent a message by us", "message from us", "messages from us"),
    "visit": _did("was visited by us", "visit by us", "visits by us"),
    "proposal": _did("was sent a proposal", "proposal"),
    "note": _did("had a note written about it", "note"),
    "task": _did("had a task made for it", "task"),
}  # fmt: skip
"""Every kind of activity, and `touch`, in words."""

FILTERS = {
    "url": "on {}",
    "asset": "with the asset {}",
    "campaign": "in the campaign {}",
    "channel": "over the channel {}",
    "outcome": "with the outcome {}",
}
"""The patterns of a filter, as they follow what was done."""

MOST_VERBS = 3
"""As many kinds are said as verbs; more are listed by name."""


def quote(text: str) -> str:
    """A text of somebody's in quotation marks, whole; what could be taken for our own words or cannot be seen is escaped."""
    shown = text.replace("\\", "\\\\").replace("“", "\\“").replace("”", "\\”")
    shown = "".join(letter if letter.isprintable() else _escaped(letter) for letter in shown)
    return f"“{shown}”"


def _escaped(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def address(pattern: str) -> str:
    """A pattern of addresses as people write it, quoted where it could be misread."""
    return pattern if PLAIN_ADDRESS.fullmatch(pattern) else quote(pattern)


def number(value: int | float) -> str:
    """A number with its thousands apart, and as many digits as were written."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:,}" if isinstance(value, int) else repr(value)


def times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def days(count: float) -> str:
    return f"{number(count)} day{'' if count == 1 else 's'}"


def joined(parts: Sequence[str], word: str) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return f" {word} ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def an(noun: str) -> str:
    """The noun with its article: a lead, an e-mail, an MQL."""
    first = noun.split(" ")[0]
    spelled = first.isupper() and len(first) > 1
    vowel = first[:1] in SPELLED_WITH_A_VOWEL if spelled else first[:1].lower() in "aeiou" and first[:2].lower() != "us"
    return f"{'an' if vowel else 'a'} {noun}"


def activity_words(activity: ActivityFilter) -> Words:
    """What a filter asks for, in words, its patterns included."""
    kinds = list(dict.fromkeys(activity.kinds))
    if kinds == ["page_view"] and activity.url is not None:
        seen = address(activity.url)
        found = Words(f"looked at {seen}", f"looked at {seen}", f"visit to {seen}", f"visits to {seen}")
        return _with(found, _patterns(activity, besides="url"))
    words = [_words_of(kind) for kind in kinds]
    if len(words) > MOST_VERBS:
        one = joined([word.noun for word in words], "or")
        many = f"activities of the kinds {one}"
        return _with(Words(f"had {an(one)}", f"had {an(one)}", f"activity ({one})", many), _patterns(activity))
    alternatives = Words(*(joined([getattr(word, name) for word in words], "or") for name in Words.__annotations__))
    return _with(alternatives, _patterns(activity))


def _words_of(kind: str) -> Words:
    if kind in ACTIVITIES:
        return ACTIVITIES[kind]
    title = quote(BY_KEY[kind].title if kind in BY_KEY else kind)
    return Words(f"had the activity {title}", f"had the activity {title}", f"activity {title}", f"activities {title}")


def _patterns(activity: ActivityFilter, besides: str = "") -> str:
    said = []
    for name, words in FILTERS.items():
        pattern = getattr(activity, name)
        if pattern is not None and name != besides:
            said.append(" " + words.format(address(pattern) if name == "url" else quote(pattern)))
    return "".join(said)


def _with(words: Words, patterns: str) -> Words:
    return Words(*(getattr(words, name) + patterns for name in Words.__annotations__))


def kinds_of(activity: ActivityFilter) -> frozenset[str]:
    """The kinds that a filter takes in, `touch` written out."""
    named = frozenset(activity.kinds)
    return (named - {TOUCH}) | TOUCHES if TOUCH in named else named
