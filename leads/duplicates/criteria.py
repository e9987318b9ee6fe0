"""What makes two leads look like one person? One declaration each; whoever finds, shows or documents pairs reads this list.

A criterion that matches half the base is no criterion: a key that more than `most` leads share makes no pairs by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from leads.duplicates import keys
from leads.duplicates.likeness import ALIKE

MOST = 20
"""Leads that may share an address or a number before it says nothing about a person any more."""
MOST_OF_A_BLOCK = 200
"""Leads of one company with a first letter in common that are still compared name by name."""
LEAST = 0.4
"""A pair that scores less is not shown."""
DIFFERENT = 0.5
"""Names less alike than this speak against."""
CERTAIN = 0.99


@dataclass(frozen=True)
class Evidence:
    """Why two leads may be one, as people read it; `score` 0 to 1."""

    criterion: str
    score: float
    says: str


@dataclass(frozen=True)
class Criterion:
    """`kind` is the kind of key that two leads share; `judge` takes the likeness of their names (None: unknown).

    `unless`: the key of a criterion that says the same already where it holds.
    """

    key: str
    title: str
    kind: str
    most: int
    judge: Callable[[float | None], tuple[float, str] | None]
    unless: str = ""


def _by_email(alike: float | None) -> tuple[float, str]:
    if alike is not None and alike < DIFFERENT:
        return 0.7, "Both have the same e-mail address, though their names differ."
    return 0.95, "Both have the same e-mail address."


def _by_shared_box(alike: float | None) -> tuple[float, str]:
    if alike is not None and alike >= ALIKE:
        return 0.9, f"Both use the same address of a whole office, and their names are alike ({_percent(alike)})."
    return 0.45, "Both use the same address, which looks like that of a whole office."


def _by_phone(alike: float | None) -> tuple[float, str]:
    if alike is None:
        return 0.7, "Both have the same telephone number."
    if alike < ALIKE:
        score = 0.65 if alike >= DIFFERENT else 0.45
        return score, "Both have the same telephone number, though their names differ: it may be an office's."
    return 0.95, f"Both have the same telephone number, and their names are alike ({_percent(alike)})."


def _by_domain(alike: float | None) -> tuple[float, str] | None:
    if alike is None or alike < ALIKE:
        return None
    return _rising(
        0.6, 0.9, alike
    ), f"Their names are alike ({_percent(alike)}), and so is the domain of their company."


def _by_company(alike: float | None) -> tuple[float, str] | None:
    if alike is None or alike < ALIKE:
        return None
    return _rising(0.5, 0.8, alike), f"Their names are alike ({_percent(alike)}), and both are with the same company."


def _rising(low: float, high: float, alike: float) -> float:
    return low + (high - low) * (alike - ALIKE) / (1 - ALIKE)


def _percent(alike: float) -> str:
    return f"{int(alike * 100)} %"


CRITERIA = (
    Criterion("email", "The same e-mail address", keys.EMAIL, MOST, _by_email),
    Criterion("shared_box", "The same address of a whole office", keys.SHARED, MOST, _by_shared_box),
    Criterion("phone", "The same telephone number", keys.PHONE, MOST, _by_phone),
    Criterion("domain_name", "Similar names, the same company domain", keys.DOMAIN, MOST_OF_A_BLOCK, _by_domain),
    Criterion(
        "company_name", "Similar names at the same company", keys.COMPANY, MOST_OF_A_BLOCK, _by_company, "domain_name"
    ),
)
BY_KIND = {criterion.kind: criterion for criterion in CRITERIA}


def evidence(kinds: Iterable[str], alike: float | None) -> list[Evidence]:
    """What the shared keys of two leads say, in the order of the criteria."""
    shared = set(kinds)
    judged = ((one, one.judge(alike)) for one in CRITERIA if one.kind in shared)
    found = {one.key: (one, Evidence(one.key, *verdict)) for one, verdict in judged if verdict is not None}
    return [piece for one, piece in found.values() if one.unless not in found]


def score(found: Iterable[Evidence]) -> float:
    """All evidence together, each piece on its own: 1 − Π(1 − score), never quite certain."""
    doubt = 1.0
    for piece in found:
        doubt *= 1 - piece.score
    return round(min(1 - doubt, CERTAIN), 4)
