"""Which consent does a word in a file name, and for which purpose?"""

from __future__ import annotations

from alignment.cleaning import Unfit, clean_text, unknown
from leads.privacy.models import Consent

LONGEST_PURPOSE = 50
WORDS = {
    "granted": Consent.State.GRANTED, "yes": Consent.State.GRANTED, "true": Consent.State.GRANTED, "1": Consent.State.GRANTED,
    "opt-in": Consent.State.GRANTED, "opted in": Consent.State.GRANTED, "subscribed": Consent.State.GRANTED,
    "refused": Consent.State.REFUSED, "no": Consent.State.REFUSED, "false": Consent.State.REFUSED, "0": Consent.State.REFUSED,
    "denied": Consent.State.REFUSED,
    "withdrawn": Consent.State.WITHDRAWN, "opt-out": Consent.State.WITHDRAWN, "opted out": Consent.State.WITHDRAWN,
    "unsubscribed": Consent.State.WITHDRAWN,
}  # fmt: skip


def read_consent(purpose: str, word: str) -> str:
    """granted, refused or withdrawn; or `Unfit` naming these."""
    field = f"consent.{purpose}"[:100]
    if clean_text(field, purpose, LONGEST_PURPOSE) is None:
        raise Unfit(field, "invalid_purpose", "A consent needs a purpose, such as marketing.")
    state = WORDS.get(word.strip().lower())
    if state is None:
        raise unknown(field, "unknown_consent", word, Consent.State.values)
    return state.value
