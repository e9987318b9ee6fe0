"""The funnel as a document that both sides sign: the stages, and what every key ever used counts as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from alignment.agreements.kinds import Document, Terms
from leads.funnel.models import Category
from leads.funnel.reading import VALUES, read_stages
from leads.funnel.stage_terms import StageTerms

KIND = "funnel"
MOST_STAGES = 500
OUR_SIDES = ("marketing", "sales")
DAY = timedelta(days=1)


def _as_said(name: str) -> BeforeValidator:
    """A value judged by the same rule, and refused with the same code, as in a file for `stages load`."""
    code, fits, sentence = next(rule[1:] for rule in VALUES if rule[0] == name)

    def judge(value: object) -> object:
        if value is not None and not fits(value):
            raise PydanticCustomError(code, "{name} must be {sentence}", {"name": name, "sentence": sentence})
        return value

    return BeforeValidator(judge)


def _asked(hint: str, choices: Iterable[str] = ()) -> Any:
    """What a form says beside the field, and what it offers to choose from."""
    return Field(description=hint, json_schema_extra={"enum": [*choices, None]} if choices else None)


class StageDocument(Terms, title="Stage"):
    """One stage, or a retired key with the stage that it counts as.

    What a stage leaves out (or says null of) is written out as it is read; anything else that is said is judged, not replaced.
    """

    key: Annotated[str, _as_said("key"), _asked("Permanent: what systems and figures call it.")]
    title: Annotated[str, _as_said("title"), _asked("What people read.")]
    position: Annotated[int | None, _as_said("position"), _asked("Its place on the path; none off the path.")] = None
    category: Annotated[str | None, _asked("What being there means.", Category.values)] = None
    side: Annotated[str | None, _as_said("side"), _asked("Who acts on leads there.", OUR_SIDES)] = None
    requires_owner: Annotated[bool | None, _as_said("requires_owner"), _asked("Whether a lead there has an owner.")] = (
        None
    )
    counts_as: Annotated[
        str | None, _as_said("counts_as"), _asked("For a key no longer used: the stage it is now.")
    ] = None
    age_days: Annotated[int | float | None, _as_said("age_days"), _asked("Days until a stay is too long.")] = None
    quiet_days: Annotated[
        int | float | None, _as_said("quiet_days"), _asked("Days with nothing done, before that.")
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _filled(cls, said: object) -> object:
        if not isinstance(said, Mapping):
            return said
        defaults: dict[str, object] = {"title": said.get("key", "")} if said.get("title") in (None, "") else {}
        if said.get("counts_as") is None:
            side = _said(said, "side", "sales")
            defaults |= {
                "side": side,
                "category": _said(said, "category", "open" if said.get("position") is not None else None),
                "requires_owner": _said(said, "requires_owner", side == "sales"),
            }
        return {**said, **defaults}


def _said(said: Mapping[str, object], name: str, default: object) -> object:
    value = said.get(name)
    return default if value is None else value


def _in_order(stages: tuple[StageDocument, ...]) -> tuple[StageDocument, ...]:
    """By position, then off the path, a retired key behind what it counts as: the order in which they are said means nothing."""
    places = {stage.key: stage.position for stage in stages if stage.counts_as is None}

    def place(stage: StageDocument) -> tuple[bool, int, bool, str]:
        position = stage.position if stage.counts_as is None else places.get(stage.counts_as)
        return (position is None, position or 0, stage.counts_as is not None, stage.key)

    return tuple(sorted(stages, key=place))


class FunnelTerms(Terms):
    """The stage set, as `stages load` takes it."""

    stages: Annotated[tuple[StageDocument, ...], Field(min_length=1, max_length=MOST_STAGES), AfterValidator(_in_order)]

    def as_items(self) -> list[dict[str, Any]]:
        """The stages as a file for `stages load` has them."""
        return [stage.model_dump(mode="json", exclude_none=True) for stage in self.stages]


@lru_cache(maxsize=256)
def stages_of(terms: FunnelTerms) -> tuple[StageTerms, ...]:
    """What every key means. The terms were checked when they were written."""
    return tuple(read_stages(terms.as_items())[0])


def document_of(terms: Iterable[StageTerms]) -> Document:
    """A stage set as the agreement's document; of a retired key only what it counts as."""
    return {"stages": [_retired(term) if term.counts_as else _stage(term) for term in terms]}


def _retired(term: StageTerms) -> Document:
    return {"key": term.key, "title": term.title, "counts_as": term.counts_as}


def _stage(term: StageTerms) -> Document:
    return {
        "key": term.key, "title": term.title, "position": term.position, "category": term.category, "side": term.side,
        "requires_owner": term.requires_owner, "age_days": in_days(term.age), "quiet_days": in_days(term.quiet),
    }  # fmt: skip


def in_days(span: timedelta | None) -> int | float | None:
    """A span as a number of days, whole where it is."""
    if span is None:
        return None
    return span.days if not span % DAY else span / DAY
