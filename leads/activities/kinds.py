"""Which kinds of activity are there, and what does each mean? One declaration a kind; everything else asks here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

INBOUND, OUTBOUND, INTERNAL = "inbound", "outbound", "internal"
MARKETING, SALES = "marketing", "sales"


@dataclass(frozen=True)
class Kind:
    """What an activity of this kind means unless it says otherwise.

    `is_touch`: counts for attribution and engagement. `is_reply`: the lead answered us. `bounces`: the e-mail
    cannot be used from then on. `withdraws`: takes the consent for marketing back.
    """

    key: str
    title: str
    direction: str
    side: str
    automated: bool = False
    is_touch: bool = False
    is_reply: bool = False
    bounces: bool = False
    withdraws: bool = False
    aliases: tuple[str, ...] = ()


KINDS = (
    Kind("page_view", "Page view", INBOUND, MARKETING, is_touch=True,
         aliases=("pageview", "page", "visit page", "page hit", "page visit")),
    Kind("form", "Form", INBOUND, MARKETING, is_touch=True,
         aliases=("form submission", "form submit", "submit form", "form fill", "signup")),
    Kind("content", "Content", INBOUND, MARKETING, is_touch=True,
         aliases=("download", "asset download", "content download", "whitepaper", "ebook")),
    Kind("webinar", "Webinar", INBOUND, MARKETING, is_touch=True, aliases=("webinar attended", "attended webinar")),
    Kind("event", "Event", INBOUND, MARKETING, is_touch=True,
         aliases=("trade show", "tradeshow", "conference", "event attended")),
    Kind("ad_click", "Ad click", INBOUND, MARKETING, is_touch=True, aliases=("ad", "click ad", "paid click")),
    Kind("email_click", "E-mail click", INBOUND, MARKETING, is_touch=True,
         aliases=("click email", "email link click", "click")),
    Kind("social", "Social media", INBOUND, MARKETING, is_touch=True,
         aliases=("social media", "social post", "social engagement")),
    Kind("chat", "Chat", INBOUND, MARKETING, is_touch=True, aliases=("live chat", "chat conversation", "chatbot")),
    Kind("survey", "Survey", INBOUND, MARKETING, is_touch=True, aliases=("survey response", "feedback")),
    Kind("email_open", "E-mail open", INBOUND, MARKETING, aliases=("open email", "email opened", "open")),
    Kind("unsubscribe", "Unsubscribe", INBOUND, MARKETING, withdraws=True,
         aliases=("unsubscribed", "opt out", "email unsubscribe")),
    Kind("email_bounce", "E-mail bounced", INBOUND, MARKETING, bounces=True,
         aliases=("bounce", "hard bounce", "email bounced", "bounced")),
    Kind("email_reply", "E-mail reply", INBOUND, SALES, is_reply=True,
         aliases=("reply", "incoming email", "email received", "inbound email")),
    Kind("call_inbound", "Call received", INBOUND, SALES, is_reply=True,
         aliases=("inbound call", "incoming call", "call received")),
    Kind("message_inbound", "Message received", INBOUND, SALES, is_reply=True,
         aliases=("inbound message", "incoming message", "message received")),
    Kind("meeting_booked", "Meeting booked", INBOUND, SALES, is_reply=True,
         aliases=("booked meeting", "booking", "appointment booked")),
    Kind("email_sent", "E-mail sent by marketing", OUTBOUND, MARKETING, automated=True,
         aliases=("marketing email", "email delivered", "send email")),
    Kind("newsletter", "Newsletter", OUTBOUND, MARKETING, automated=True),
    Kind("nurture", "Nurture", OUTBOUND, MARKETING, automated=True, aliases=("nurturing", "nurture email", "drip")),
    Kind("mailing", "Mailing", OUTBOUND, MARKETING, automated=True, aliases=("direct mail", "letter", "postal mail")),
    Kind("ad_audience", "Put into an ad audience", OUTBOUND, MARKETING, automated=True,
         aliases=("retargeting", "custom audience")),
    Kind("call", "Call", OUTBOUND, SALES,
         aliases=("phone call", "outbound call", "outgoing call", "phone", "telephone call", "call made")),
    Kind("email", "E-mail", OUTBOUND, SALES,
         aliases=("e-mail", "mail", "outbound email", "outgoing email", "sales email")),
    Kind("meeting", "Meeting", OUTBOUND, SALES, aliases=("appointment", "meeting held")),
    Kind("demo", "Demo", OUTBOUND, SALES, aliases=("demonstration", "product demo")),
    Kind("message", "Message", OUTBOUND, SALES,
         aliases=("sms", "text", "text message", "whatsapp", "linkedin message", "outbound message")),
    Kind("visit", "Visit", OUTBOUND, SALES, aliases=("site visit", "on site visit", "customer visit")),
    Kind("proposal", "Proposal", OUTBOUND, SALES, aliases=("quote", "offer sent", "quotation", "proposal sent")),
    Kind("note", "Note", INTERNAL, SALES, aliases=("comment", "internal note")),
    Kind("task", "Task", INTERNAL, SALES, aliases=("to do", "todo")),
)  # fmt: skip

BY_KEY = {kind.key: kind for kind in KINDS}
REPLIES = frozenset(kind.key for kind in KINDS if kind.is_reply)
TOUCHES = frozenset(kind.key for kind in KINDS if kind.is_touch)

_BETWEEN_WORDS = re.compile(r"[\s_/.-]+")


def _plain(word: str) -> str:
    """Lower case, words apart by one underscore; "e-mail" is one word."""
    return _BETWEEN_WORDS.sub("_", word.strip().casefold().replace("e-mail", "email")).strip("_")


_BY_WORD = {_plain(word): kind for kind in reversed(KINDS) for word in (*kind.aliases, kind.title, kind.key)}
_BY_WORD |= {kind.key: kind for kind in KINDS}


@lru_cache(maxsize=4096)
def find_kind(word: str) -> Kind | None:
    """The kind that a word names, however it is written; None where it names none."""
    return _BY_WORD.get(_plain(word))
