"""Which of the profiles known already read a file of these columns? Shipped ones of vendors, those somebody kept, examples. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from leads.imports.mapping.proposing import plain

_ORDINARY = (
    "id email firstname lastname name fullname company country city state phone mobile website title source channel "
    "campaign owner team status stage type kind date day amount value revenue currency subject industry created region notes"
)
ORDINARY = frozenset(_ORDINARY.split())
"""Columns that anybody's file may have: they say nothing about whose export it is."""

PART, LEAST = 0.6, 6
"""Of a vendor's columns at least this share, and so many, are in a file that somebody made of the vendor's export."""


@dataclass(frozen=True)
class Known:
    """A profile known already. `whose`: “Salesforce's export”; `is_own`: somebody kept it; `is_vendor`: of a product that many use."""

    name: str
    kind: str
    whose: str
    document: Mapping[str, object]
    columns: frozenset[str]
    is_own: bool = False
    is_vendor: bool = False

    @cached_property
    def telling(self) -> frozenset[str]:
        """Columns that tell whose export it is."""
        return frozenset(name for name in self.columns if plain(name) not in ORDINARY)


@dataclass(frozen=True)
class Fit:
    """How well a known profile fits a file: how many of its columns are there."""

    known: Known
    there: int

    @property
    def is_whole(self) -> bool:
        """Whether all of its columns are there."""
        return self.there == len(self.known.columns)


def fitting_profiles(known: Iterable[Known], columns: Iterable[str]) -> list[Fit]:
    """Profiles that fit these columns, the best first: whole ones, those that use the most columns, own ones."""
    there = set(columns)
    fits = [Fit(one, len(one.columns & there)) for one in known if one.columns]
    usable = [fit for fit in fits if fit.is_whole or _is_part(fit, there)]
    return sorted(usable, key=lambda fit: (not fit.is_whole, -fit.there, not fit.known.is_own, fit.known.name))


def _is_part(fit: Fit, there: set[str]) -> bool:
    one = fit.known
    return one.is_vendor and fit.there >= max(LEAST, PART * len(one.columns)) and bool(one.telling & there)


def recognised(fits: Sequence[Fit], columns: Sequence[str]) -> list[Fit]:
    """Of fitting profiles those that may be taken without asking: own ones, vendors' by columns that tell, examples like no other."""
    alike = [(fit.known.columns, fit.known.kind) for fit in fits]
    return [
        fit
        for fit in fits
        if fit.known.is_own
        or (
            fit.known.telling
            and (fit.known.is_vendor or 2 * fit.there >= len(columns))
            and alike.count((fit.known.columns, fit.known.kind)) == 1
        )
    ]
