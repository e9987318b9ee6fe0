"""What does a document of stages say? Read for `stages load` and for a version of the agreement alike, every error named at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from alignment.documents import unstorable
from alignment.refusals import FieldError, Refused
from leads.funnel.models import FORWARD, Category
from leads.funnel.stage_terms import StageTerms

KNOWN_KEYS = frozenset(
    {"key", "title", "position", "category", "side", "requires_owner", "counts_as", "age_days", "quiet_days"}
)

LAST_POSITION = 10_000
LONGEST = timedelta(days=36_500)
LONGEST_TITLE = 100


def read_stage_set(document: object) -> list[StageTerms]:
    """The terms in a stage set's document, or `Refused` naming everything that is wrong with it."""
    if not isinstance(document, list) or not document or not all(isinstance(item, dict) for item in document):
        raise Refused(
            "invalid_stage_set", "A stage set is a list of stages, each an object with key, title, position and side."
        )
    terms, errors = read_stages(document)
    if errors:
        raise Refused("invalid_stage_set", "; ".join(f"{error.field}: {error.detail}" for error in errors), errors)
    return terms


def read_stages(items: Sequence[Mapping[str, Any]]) -> tuple[list[StageTerms], list[FieldError]]:
    """What the stages mean, retired keys as the stage they count as, and all that is wrong: terms hold only without errors."""
    errors: list[FieldError] = []
    terms = [_read_stage(index, item, errors) for index, item in enumerate(items)]
    errors += _clashes(terms)
    return (terms if errors else _with_meaning_of_retired_keys(terms)), errors


def _is_text(value: object, longest: int = 100) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= longest and unstorable(value) is None


def _is_position(value: object) -> bool:
    return value is None or (type(value) is int and 1 <= value <= LAST_POSITION)


def _is_days(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value is None or (is_number and 0 <= cast("float", value) <= LONGEST.days)


def _is_key(value: object) -> bool:
    return _is_text(value) and not any(unicodedata.category(letter) == "Cc" for letter in str(value))


VALUES: tuple[tuple[str, str, Callable[[object], bool], str], ...] = (
    ("key", "invalid_key", _is_key, "a text of 1 to 100 characters in one line"),
    ("title", "invalid_title", lambda value: value in (None, "") or _is_text(value, 1000), "a text"),
    ("position", "invalid_position", _is_position, f"a whole number from 1 to {LAST_POSITION}, or null for an off-path stage"),
    ("counts_as", "invalid_counts_as", lambda value: value is None or _is_text(value), "the key of a stage of the set"),
    ("age_days", "invalid_days", _is_days, f"a number of days from 0 to {LONGEST.days}, or null"),
    ("quiet_days", "invalid_days", _is_days, f"a number of days from 0 to {LONGEST.days}, or null"),
    ("requires_owner", "invalid_requires_owner", lambda value: isinstance(value, bool), "true or false"),
    ("side", "invalid_side", lambda value: value in ("marketing", "sales"), "marketing or sales"),
)  # fmt: skip
"""Values of a stage: what each must be, and how it is named where it is not."""


def _read_stage(index: int, item: Mapping[str, Any], errors: list[FieldError]) -> StageTerms:
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
        title=str(title or key)[:LONGEST_TITLE],
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
        else replace(own[term.counts_as], key=term.key, title=term.title, counts_as=term.counts_as)
        for term in terms
    ]
