"""Which stages are there, and what does each key mean? The only writer of stage sets.

Until a funnel is signed there is one version, in force from the beginning of time; loading replaces its stages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, cast

from django.db import transaction

from alignment.clock import BEGINNING
from alignment.documents import unstorable
from alignment.refusals import FieldError, Refused
from leads.funnel.models import FORWARD, Category, FunnelVersion, Stage, StageKey

KNOWN_KEYS = frozenset(
    {"key", "title", "position", "category", "side", "requires_owner", "counts_as", "age_days", "quiet_days"}
)

LAST_POSITION = 10_000
LONGEST = timedelta(days=36_500)


@dataclass(frozen=True)
class StageTerms:
    """What one key means: forward stages have a position, off-path ones `None`."""

    key: str
    title: str
    position: int | None
    category: str
    side: str
    requires_owner: bool
    counts_as: str | None = None
    age: timedelta | None = None
    quiet: timedelta | None = None

    @property
    def is_forward(self) -> bool:
        return self.category in FORWARD


@dataclass(frozen=True)
class StageSet:
    """One version of the funnel, with the retired keys that count as another."""

    version_id: int
    number: int
    terms: tuple[StageTerms, ...]

    @cached_property
    def by_key(self) -> dict[str, StageTerms]:
        return {term.key: term for term in self.terms}

    @cached_property
    def stages(self) -> tuple[StageTerms, ...]:
        """Stages of the set itself: forward ones by position, then off-path ones."""
        return tuple(term for term in self.terms if term.counts_as is None)

    @cached_property
    def forward(self) -> tuple[StageTerms, ...]:
        return tuple(term for term in self.stages if term.is_forward)

    def ordinal(self, key: str) -> int:
        """The 1-based place of a forward stage, as in `Progress.reached`."""
        return [term.key for term in self.forward].index(key) + 1

    def first_of(self, category: str) -> StageTerms | None:
        """The lowest stage of a category, or None where the set has none."""
        return next((term for term in self.stages if term.category == category), None)


def stage_set(number: int | None = None) -> StageSet:
    """The stage set in force, or the version of that number."""
    versions = FunnelVersion.objects.all() if number is None else FunnelVersion.objects.filter(number=number)
    version = versions.order_by("-in_force_from", "-number").first()
    if version is None:
        raise Refused("no_funnel", "There is no such version of the funnel.", status=404)
    rows = Stage.objects.filter(version=version).order_by("position", "key")
    terms = [
        StageTerms(
            row.key_id,
            row.title,
            row.position,
            row.category,
            row.side,
            row.requires_owner,
            row.counts_as_id,
            row.age,
            row.quiet,
        )
        for row in rows
    ]
    terms.sort(key=lambda term: (term.position is None, term.position or 0, term.counts_as is not None))
    return StageSet(version.pk, version.number, tuple(terms))


def read_stage_set(document: object) -> list[StageTerms]:
    """The terms in a stage set's document, or `Refused` naming everything that is wrong with it."""
    if not isinstance(document, list) or not document or not all(isinstance(item, dict) for item in document):
        raise Refused(
            "invalid_stage_set", "A stage set is a list of stages, each an object with key, title, position and side."
        )
    errors: list[FieldError] = []
    terms = [_read_stage(index, item, errors) for index, item in enumerate(document)]
    errors += _clashes(terms)
    if errors:
        raise Refused("invalid_stage_set", "; ".join(f"{error.field}: {error.detail}" for error in errors), errors)
    return _with_meaning_of_retired_keys(terms)


def _is_text(value: object, longest: int = 100) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= longest and unstorable(value) is None


def _is_position(value: object) -> bool:
    return value is None or (type(value) is int and 1 <= value <= LAST_POSITION)


def _is_days(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value is None or (is_number and 0 <= cast("float", value) <= LONGEST.days)


VALUES: tuple[tuple[str, str, Callable[[object], bool], str], ...] = (
    ("key", "invalid_key", _is_text, "a text of 1 to 100 characters"),
    ("title", "invalid_title", lambda value: value in (None, "") or _is_text(value, 1000), "a text"),
    ("position", "invalid_position", _is_position, f"a whole number from 1 to {LAST_POSITION}, or null for an off-path stage"),
    ("counts_as", "invalid_counts_as", lambda value: value is None or _is_text(value), "the key of a stage of the set"),
    ("age_days", "invalid_days", _is_days, f"a number of days from 0 to {LONGEST.days}, or null"),
    ("quiet_days", "invalid_days", _is_days, f"a number of days from 0 to {LONGEST.days}, or null"),
    ("requires_owner", "invalid_requires_owner", lambda value: isinstance(value, bool), "true or false"),
    ("side", "invalid_side", lambda value: value in ("marketing", "sales"), "marketing or sales"),
)  # fmt: skip
"""Values of a stage: what each must be, and how it is named where it is not."""


def _read_stage(index: int, item: dict[str, Any], errors: list[FieldError]) -> StageTerms:
    key = item.get("key")
    where = f"stage {index + 1}" + (f" ({key})" if isinstance(key, str) else "")

    def wrong(code: str, detail: str) -> None:
        errors.append(FieldError(where, code, detail))

    for unknown in sorted(set(item) - KNOWN_KEYS):
        wrong("unknown_key", f"“{unknown}” is not known; known are {', '.join(sorted(KNOWN_KEYS))}")
    for name, code, fits, sentence in VALUES:
        if (name in item or name == "key") and not fits(item.get(name)):
            wrong(code, f"{name} must be {sentence}")
    position = item.get("position") if _is_position(item.get("position")) else None
    category = item.get("category", "open" if position is not None else None)
    if item.get("counts_as") is None and category not in Category.values:
        wrong("invalid_category", f"category must be one of {', '.join(Category.values)}")
    elif item.get("counts_as") is None and (category in FORWARD) != (position is not None):
        wrong(
            "invalid_position",
            f"a stage of category {category} {'needs a' if category in FORWARD else 'has no'} position",
        )
    title, side, counts_as = item.get("title"), item.get("side", "sales"), item.get("counts_as")
    return StageTerms(
        key=str(key),
        title=str(title or key)[:100],
        position=position,
        category=str(category),
        side=str(side),
        requires_owner=bool(item.get("requires_owner", side == "sales")),
        counts_as=counts_as if counts_as is None else str(counts_as),
        age=_days(item.get("age_days")),
        quiet=_days(item.get("quiet_days")),
    )


def _days(value: object) -> timedelta | None:
    return timedelta(days=cast("float", value)) if value is not None and _is_days(value) else None


def _clashes(terms: list[StageTerms]) -> list[FieldError]:
    errors = []
    own = [term for term in terms if term.counts_as is None]
    positions = [str(term.position) for term in own if term.position is not None]
    for what, values in (("key", [term.key for term in terms]), ("position", positions)):
        repeated = sorted({value for value in values if values.count(value) > 1})
        errors += [FieldError(what, f"duplicate_{what}", f"{value} stands more than once") for value in repeated]
    if not any(term.is_forward for term in own):
        errors.append(FieldError("stages", "no_forward_stage", "there must be at least one forward stage"))
    keys = {term.key for term in own}
    errors += [
        FieldError(term.key, "invalid_counts_as", f"counts_as names {term.counts_as}, which is not a stage of the set")
        for term in terms
        if term.counts_as is not None and term.counts_as not in keys
    ]
    return errors


def _with_meaning_of_retired_keys(terms: list[StageTerms]) -> list[StageTerms]:
    own = {term.key: term for term in terms if term.counts_as is None}
    return [
        term
        if term.counts_as is None
        else StageTerms(
            term.key,
            term.title,
            own[term.counts_as].position,
            own[term.counts_as].category,
            own[term.counts_as].side,
            own[term.counts_as].requires_owner,
            term.counts_as,
            own[term.counts_as].age,
            own[term.counts_as].quiet,
        )
        for term in terms
    ]


@transaction.atomic
def load_stage_set(document: object, *, keys_in_use: frozenset[str] = frozenset()) -> StageSet:
    """Lay in a stage set. Keys that the log uses may leave the set only with `counts_as`; else refused, named.

    The caller brings what is kept per lead up to date afterwards (`leads.lifecycle.changes.load_stages` does).
    """
    terms = read_stage_set(document)
    dropped = sorted(keys_in_use - {term.key for term in terms})
    if dropped:
        raise Refused(
            "stage_in_use",
            f"Leads have been in {', '.join(dropped)}: keep the key, with counts_as naming the stage it counts as.",
        )
    version, _made = FunnelVersion.objects.select_for_update().get_or_create(
        number=1, defaults={"in_force_from": BEGINNING}
    )
    StageKey.objects.bulk_create([StageKey(key=term.key) for term in terms], ignore_conflicts=True)
    Stage.objects.filter(version=version).delete()
    Stage.objects.bulk_create(
        Stage(
            version=version,
            key_id=t.key,
            title=t.title,
            position=t.position,
            category=t.category,
            side=t.side,
            requires_owner=t.requires_owner,
            counts_as_id=t.counts_as,
            age=t.age,
            quiet=t.quiet,
        )
        for t in terms
    )
    return stage_set()
