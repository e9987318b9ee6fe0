"""What is agreed about attribution, and what is in force? Read by everything that credits touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import ONLY_KEY, Terms
from leads.activities.kinds import BY_KEY, KINDS

KIND = "attribution"
ModelKey = Literal["first", "last", "linear", "position", "w_shaped", "time_decay", "data_driven"]
MODELS: tuple[ModelKey, ...] = get_args(ModelKey)
TITLES: dict[str, str] = {
    "first": "First touch",
    "last": "Last touch",
    "linear": "Linear",
    "position": "Position 40/20/40",
    "w_shaped": "W-shaped 30/30/30/10",
    "time_decay": "Time decay",
    "data_driven": "Data-driven",
}
TOUCH_KINDS = tuple(kind.key for kind in KINDS if kind.is_touch)
"""The kinds of activity that may be a touch: what people do with what marketing offers."""

OneKind = Annotated[str, WithJsonSchema({"type": "string", "enum": list(TOUCH_KINDS)})]

LONGEST_LOOK_BACK, LONGEST_VISIT, LONGEST_HALF_LIFE = 1_095, 1_440, 365


def _whole(most: int) -> BeforeValidator:
    def check(number: object) -> object:
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= most:
            raise PydanticCustomError("invalid_number", "a whole number from 1 to {most} is needed", {"most": most})
        return number

    return BeforeValidator(check)


class AttributionTerms(Terms):
    """The model that counts, and what a touch is. Kinds are kept in the order of the list: what says the same is the same."""

    default_model: Annotated[
        ModelKey,
        Field(title="The model that counts", description="The others stand beside it, for whoever wants to compare."),
    ] = "linear"
    look_back_days: Annotated[
        int, _whole(LONGEST_LOOK_BACK),
        Field(title="Look-back in days", description="Touches longer before the deal was opened do not count. 1 to 1095."),
    ] = 90  # fmt: skip
    kinds: Annotated[
        list[OneKind],
        Field(
            title="What counts as a touch",
            description="What people do with what marketing offers.",
            min_length=1,
            max_length=50,
        ),
    ] = list(TOUCH_KINDS)
    visit_minutes: Annotated[
        int, _whole(LONGEST_VISIT),
        Field(title="Minutes of a visit", description="Page views with less than this between them are one touch. 1 to 1440."),
    ] = 30  # fmt: skip
    half_life_days: Annotated[
        int, _whole(LONGEST_HALF_LIFE),
        Field(title="Half-life in days", description="Time decay: so much earlier is worth half as much. 1 to 365."),
    ] = 7  # fmt: skip

    @field_validator("kinds")
    @classmethod
    def of_marketing(cls, kinds: list[str]) -> list[str]:
        for key in kinds:
            if key not in TOUCH_KINDS:
                raise PydanticCustomError(
                    "unknown_kind", "“{key}” cannot be a touch; there are {kinds}",
                    {"key": BY_KEY[key].title if key in BY_KEY else key, "kinds": ", ".join(TOUCH_KINDS)},
                )  # fmt: skip
        return [key for key in TOUCH_KINDS if key in kinds]

    @property
    def look_back(self) -> timedelta:
        return timedelta(days=self.look_back_days)

    @property
    def visit(self) -> timedelta:
        return timedelta(minutes=self.visit_minutes)


NOTHING_AGREED = AttributionTerms()


@dataclass(frozen=True)
class Attribution:
    """The terms that hold, and the version that says so; None: nothing is agreed, and the product's own hold."""

    terms: AttributionTerms
    version_id: int | None
    number: int | None


def attribution_in_force(at: datetime | None = None) -> Attribution:
    """What holds at that instant, now by default."""
    held = in_force(KIND, ONLY_KEY, at)
    if held is None:
        return Attribution(NOTHING_AGREED, None, None)
    return Attribution(held.says(AttributionTerms), held.version_id, held.number)
