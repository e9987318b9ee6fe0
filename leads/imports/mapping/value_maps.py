"""What do the values of a column mean here: which stage is “Closed Won”, who is “Doe, Jane”? Proposed by likeness; people decide. Pure.

What is unsure is left as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from leads.imports.mapping.proposing import plain

SURE = 90
OPEN, WON, LOST, DISQUALIFIED, RECYCLED = "open", "won", "lost", "disqualified", "recycled"

_MEANINGS = {
    WON: (
        "won, closed won, closedwon, customer, converted, sold, signed, deal won, gewonnen, kunde, "
        "abgeschlossen gewonnen, gagné, gagnée, client, ganado, ganada, cerrada ganada, cliente, vinto, vinta, "
        "chiuso vinto, ganho, ganha, fechado ganho"
    ),
    LOST: (
        "lost, closed lost, closedlost, deal lost, lost lead, verloren, abgeschlossen verloren, perdu, perdue, "
        "perdido, perdida, cerrada perdida, perso, persa, chiuso perso, fechado perdido"
    ),
    DISQUALIFIED: (
        "disqualified, unqualified, not qualified, junk, junk lead, spam, bad data, bad fit, bad timing, "
        "unbrauchbar, nicht qualifiziert, disqualifiziert, non qualifié, disqualifié, no calificado, "
        "descalificado, non qualificato, scartato, não qualificado, desqualificado"
    ),
    RECYCLED: (
        "recycled, nurture, nurturing, contact in future, not now, later, on hold, recycle, wiedervorlage, "
        "später, zu pflegen, à relancer, más tarde, in futuro, mais tarde"
    ),
    "inquiry": (
        "new, raw, inquiry, enquiry, subscriber, open not contacted, not contacted, neu, anfrage, nouveau, "
        "nouvelle, nuevo, nuova, nuovo, novo"
    ),
    "mql": "mql, marketing qualified lead, marketing qualified, marketingqualifiedlead, marketing qualifiziert",
    "sal": (
        "sal, sales accepted lead, accepted, sales accepted, working, working contacted, angenommen, accepté, "
        "aceptado, accettato, aceito"
    ),
    "sql": (
        "sql, sales qualified lead, sales qualified, salesqualifiedlead, qualified, pre qualified, qualifiziert, "
        "qualifié, calificado, qualificato, qualificado"
    ),
    "opportunity": (
        "opportunity, opportunities, deal, proposal, negotiation, chance, opportunité, oportunidad, opportunità, "
        "oportunidade"
    ),
    "loyal": "loyal, evangelist, repeat customer, stammkunde",
    "granted": "granted, opted in, subscribed, ja, oui, sí, si, sim",
    "refused": "refused, denied, not opted in, nein, non, no, não",
    "withdrawn": "withdrawn, opted out, unsubscribed, abgemeldet, désabonné, cancelado, disiscritto",
    "new": "new business, newbusiness, neugeschäft, nouveau, nuevo, nuovo, novo, new customer",
    "upsell": "upsell, up sell, existing business, existingbusiness, expansion, cross sell, add on, bestandskunde",
    "renewal": "renewal, verlängerung, renouvellement, renovación, rinnovo, renovação",
}
_MEANING_OF: dict[str, list[str]] = {}
for _meaning, _words in _MEANINGS.items():
    for _word in _words.split(", "):
        _MEANING_OF.setdefault(plain(_word), []).append(_meaning)


@dataclass(frozen=True)
class Target:
    """Something that exists here: what is written for it, how it is called, and what else it is known by.

    `means` are the meanings that it stands for, such as `won` for the first stage of that category.
    """

    value: str
    title: str
    words: tuple[str, ...] = ()
    means: tuple[str, ...] = ()


def propose_targets(values: Iterable[str], targets: Sequence[Target]) -> dict[str, str]:
    """For each value that surely means one of the targets, and is not written like it already, "
    "that target's value."""
    found = {value: _target(value, targets) for value in values}
    proposed = {value: target.value for value, target in found.items() if target is not None and target.value != value}
    met = {target.value for target in found.values() if target is not None}
    if _only_open_left(targets) and met & {WON, LOST}:
        proposed |= {value: OPEN for value, target in found.items() if target is None}
    return proposed


def _only_open_left(targets: Sequence[Target]) -> bool:
    """Whether what is neither won nor lost can only be open."""
    return {target.value for target in targets} == {OPEN, WON, LOST}


def _target(value: str, targets: Sequence[Target]) -> Target | None:
    bare = plain(value)
    if not bare:
        return None
    for target in targets:
        if bare in (plain(target.value), plain(target.title), *map(plain, target.words)):
            return target
    for meaning in _MEANING_OF.get(bare, ()):
        for target in targets:
            if meaning in target.means or meaning == target.value:
                return target
    return _alike(value, targets)


def _alike(value: str, targets: Sequence[Target]) -> Target | None:
    """The one target that is surely alike; none where two are."""
    spoken = default_process(value)
    if len(spoken) < 4:
        return None
    scored = [(max(_likeness(spoken, word) for word in (target.title, *target.words)), target) for target in targets]
    sure = sorted((one for one in scored if one[0] >= SURE), key=lambda one: -one[0])
    if not sure or (len(sure) > 1 and sure[1][0] == sure[0][0]):
        return None
    return sure[0][1]


def _likeness(spoken: str, word: str) -> float:
    """Of 100; the order of the words does not matter: “Doe, Jane” is “Jane Doe”."""
    other = default_process(word)
    return max(fuzz.ratio(spoken, other), fuzz.token_sort_ratio(spoken, other)) if other else 0
