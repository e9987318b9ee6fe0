"""What kinds of agreement are there, and what does each bring? Kinds register here; the machine knows none of them.

A kind is a typed document of terms, the sentences that say it, the words for a difference, what must hold beyond the
types, and what follows when a version is sealed or comes into force. Adding one touches no code of the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from alignment.people.models import Side
from alignment.refusals import FieldError, Refused

BOTH_SIDES = (Side.MARKETING.value, Side.SALES.value)
ONLY_KEY = "default"
"""The key of a kind of which there is only one agreement."""


class Terms(BaseModel):
    """The base of every kind's document: typed, unknown keys refused, nothing converted in silence, frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


T = TypeVar("T", bound=Terms)
Document = dict[str, Any]
"""Terms as JSON: what is stored, sent and shown to those who ask for it."""


@dataclass(frozen=True)
class Scope:
    """Of which agreement terms are judged, and by when: `check` and `sealed` may look into the database.

    For `sealed`, `now` is the instant from which the version will hold, and `settled_at` that of the step that settles it;
    for `begun`, that at which the beginning is noted.
    """

    key: str
    now: datetime
    settled_at: datetime | None = None


@dataclass(frozen=True)
class BacktestQuestion:
    """Try `terms` on the `days` × 24 h before `ends_at`, against what is in force (`against`, None: nothing is)."""

    backtest_id: int
    key: str
    terms: Any
    against: Any | None
    days: int
    ends_at: datetime
    sampled: bool


Report = Callable[[float], None]
"""Told how far a long computation is, 0 to 1; it may raise to say that somebody else has taken it over."""


@dataclass(frozen=True)
class Work:
    """What the beginning of a version set going, and how far it is: `done` of `total` (None: not known yet)."""

    title: str
    done: int
    total: int | None


def nothing_to_check(_terms: Any, _scope: Scope) -> list[FieldError]:
    return []


def nothing_follows(_version_id: int, _terms: Any, _scope: Scope) -> None:
    return None


def nothing_to_say(_terms: Any, _scope: Scope) -> Sequence[str]:
    return ()


def nothing_under_way(_version_id: int) -> Work | None:
    return None


@dataclass(frozen=True)
class Kind(Generic[T]):
    """One kind of agreement.

    `sentences` says the terms, one sentence an item. `difference` says, in words, what `after` changes about `before`.
    `key_error` says what is wrong with a key (None: nothing). `check` is asked whenever a version is saved or proposed:
    every error is told at once. `sealed` runs in the transaction that settles from when a version will be in force,
    before anybody can ask for it; `begun` in the one that notes that a period has begun (at once, or by the sweep).
    Both may run twice. `upgrades[n]` turns a document of schema n into one of n + 1. `backtest` computes the evidence, as
    JSON; `template` shows it, `edit_url` names the page where terms are edited without JSON.
    """

    key: str
    title: str
    sentence: str
    terms: type[T]
    sentences: Callable[[T], Sequence[str]]
    difference: Callable[[T, T], Sequence[str]]
    title_of: Callable[[str], str]
    key_error: Callable[[str], str | None]
    starting: Callable[[str], T]
    schema: int = 1
    upgrades: Mapping[int, Callable[[Document], Document]] = field(default_factory=dict)
    sides: tuple[str, ...] = BOTH_SIDES
    check: Callable[[T, Scope], list[FieldError]] = nothing_to_check
    sealed: Callable[[int, T, Scope], None] = nothing_follows
    begun: Callable[[int, T, Scope], None] = nothing_follows
    backtest: Callable[[BacktestQuestion, Report], Document] | None = None
    backtest_template: str | None = None
    samples: bool = False
    """Whether a backtest can take a quick look at a share of the leads."""
    edit_url: str | None = None
    begin_template: str | None = None
    """Another way to begin a draft, beside the usual button: it is given `key`."""
    sentences_under: Callable[[str, T], Sequence[str]] | None = None
    """`sentences` for kinds whose text names what the key stands for ("An MQL is a lead …")."""
    follows: Callable[[T, Scope], Sequence[str]] = nothing_to_say
    """What taking effect sets going, in words, for who is about to sign: "1,234 leads are judged anew"."""
    work: Callable[[int], Work | None] = nothing_under_way
    """What a version's beginning set going and is not done yet."""
    keys: Callable[[], Sequence[str]] = lambda: (ONLY_KEY,)
    """Keys worth suggesting to who starts one of this kind."""
    caveat: Callable[[str], str | None] = lambda _key: None
    """Why what is in force under a key has no effect by now, in a sentence; None where it has."""
    titles_of: Callable[[Collection[str]], Mapping[str, str]] | None = None
    """`title_of` for many keys at once, where each asks the database."""

    def say(self, key: str, terms: T) -> Sequence[str]:
        """What terms under that key say, one sentence an item."""
        return self.sentences(terms) if self.sentences_under is None else self.sentences_under(key, terms)

    def titles(self, keys: Collection[str]) -> Mapping[str, str]:
        """What each key stands for, in words: for lists."""
        return {key: self.title_of(key) for key in keys} if self.titles_of is None else self.titles_of(keys)


_kinds: dict[str, Kind[Any]] = {}


def register(kind: Kind[Any]) -> None:
    """Called once for each kind, when its app is ready."""
    _kinds[kind.key] = kind


def kinds() -> tuple[Kind[Any], ...]:
    """Every kind, in the order in which they were registered."""
    return tuple(_kinds.values())


def find_kind(key: str) -> Kind[Any]:
    """The kind of that key, or `Refused` (404) naming those there are."""
    if key not in _kinds:
        raise Refused("unknown_kind", f"There is no kind “{key}”; there are {', '.join(_kinds)}.", status=404)
    return _kinds[key]


def only_key(key: str) -> str | None:
    """The `key_error` of a kind of which there is one agreement."""
    return None if key == ONLY_KEY else f"There is one agreement of this kind; its key is “{ONLY_KEY}”."
