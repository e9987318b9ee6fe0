"""The language of lead definitions, as types: what a definition may say, and nothing else.

Two-valued: a condition on what is not known does not hold, and `not` of it does. Texts are compared without regard to case.
A pattern knows one wildcard, `*` for any run of characters; there are no regular expressions.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from alignment.agreements.kinds import Terms
from leads.activities.kinds import BY_KEY
from leads.definitions.fields import FIELDS, TAKES

KIND = "lead_definition"
"""What agreements on definitions are called; the key says for which stage."""

MOST_CONDITIONS = 100
MOST_IN_ALL = 200
"""Conditions of the criteria and of the fit score, and rules of the engagement score, together."""
DEEPEST = 8
LONGEST_TEXT = 300
MOST_DAYS = 3_650
MOST_POINTS = 1_000
SHORTEST_HALF_LIFE = 0.1
TOUCH = "touch"
"""What stands for every marketing touch among the kinds of a filter."""
MACHINES_OPEN = "email_open"
"""The kind that cannot be asked for: machines open mail."""

Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]
Points = Annotated[int, Field(ge=-MOST_POINTS, le=MOST_POINTS)]


def _one_error(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """A wrong value is one error, not one for each type that it is not."""
    try:
        return read(value)
    except ValidationError as error:
        raise PydanticCustomError(
            "wrong_value",
            "A value is a text of 1 to {longest} characters, a list of up to 200 of them, a number, true or false",
            {"longest": LONGEST_TEXT},
        ) from error


Value = Annotated[
    bool | int | float | Text | Annotated[list[Text], Field(min_length=1, max_length=200)] | None,
    WrapValidator(_one_error),
]

Operator = Literal[
    "is", "contains", "starts_with", "matches", "at_least", "at_most", "more_than", "less_than", "known", "within_days"
]


def _known_operator(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError as error:
        raise PydanticCustomError(
            "unknown_operator", "There is no such operator; there are {known}", {"known": ", ".join(get_args(Operator))}
        ) from error


FieldOp = Annotated[Operator, WrapValidator(_known_operator)]


class FieldCondition(Terms):
    """A field of the lead or its company: `lead.country`, `company.employees`, `lead.attributes.plan`.

    `is` takes a value or a list of texts of which one must fit; `known` none; `within_days` a whole number of days.
    """

    field: Annotated[
        str,
        Field(
            min_length=1,
            max_length=200,
            description="A field of the lead or its company, or an attribute by its name.",
            examples=[*(field.name for field in FIELDS), "lead.attributes.plan", "company.attributes.tier"],
        ),
    ]
    op: Annotated[
        FieldOp,
        Field(description=" ".join(f"{kind.capitalize()}: {', '.join(takes)}." for kind, takes in TAKES.items())),
    ]
    value: Value = None


class ActivityFilter(Terms):
    """Which activities: of these kinds (`touch` stands for every touch), and where given, matching these patterns.

    `url` beginning with `/` is matched against the path of the activity's address, anything else against the whole.
    """

    kinds: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=30)]],
        Field(
            min_length=1,
            max_length=40,
            description="Kinds of activity, of which one must fit.",
            examples=[[key] for key in (TOUCH, *BY_KEY) if key != MACHINES_OPEN],
        ),
    ]
    url: Text | None = None
    asset: Text | None = None
    campaign: Text | None = None
    channel: Text | None = None
    outcome: Text | None = None


class ActivityCondition(Terms):
    """How many such activities there were, ever or with `moment − within_days × 24 h < at ≤ moment`."""

    activity: ActivityFilter
    op: Literal["at_least", "at_most"] = "at_least"
    count: Annotated[int, Field(ge=0, le=10_000)] = 1
    within_days: Days | None = None


class ScoreCondition(Terms):
    """The fit or engagement score of this definition. Engagement fades by itself: it can only be asked to be at least."""

    score: Literal["fit", "engagement"]
    op: Literal["at_least", "at_most"] = "at_least"
    value: Annotated[float, Field(ge=-100_000, le=100_000)]


class ConsentCondition(Terms):
    """The latest word on a purpose: `granted`, or `allowed` (not refused, not withdrawn; nothing known is allowed)."""

    consent: Annotated[str, Field(min_length=1, max_length=50)]
    op: Literal["granted", "allowed"] = "allowed"


class AllOf(Terms):
    """Every one of them holds."""

    all: Annotated[list[Condition], Field(min_length=1, max_length=MOST_CONDITIONS)]


class AnyOf(Terms):
    """At least one of them holds."""

    any: Annotated[list[Condition], Field(min_length=1, max_length=MOST_CONDITIONS)]


class NotThis(Terms):
    """It does not hold."""

    not_: Annotated[Condition, Field(alias="not")]

    model_config = {**Terms.model_config, "populate_by_name": True}


TAGS = {name: f"@{name}" for name in ("field", "activity", "score", "consent", "all", "any", "not")} | {"not_": "@not"}
"""The key that only this condition has, and its tag. Tags are no part of the way to an error: hence the `@`."""


def _tag(value: Any) -> str | None:
    """Which condition this is: by the key that only it has."""
    names = value if isinstance(value, dict) else type(value).model_fields if isinstance(value, Terms) else ()
    return next((tag for name, tag in TAGS.items() if name in names), None)


def measure(condition: Any) -> tuple[int, int]:
    """How deep groups are nested in a document of conditions, and how many conditions there are in it. No recursion."""
    depth, count, level = 0, 0, [condition]
    while level:
        inner: list[Any] = []
        for one in level:
            groups = [one[name] for name in ("all", "any", "not") if isinstance(one, dict) and name in one]
            if not groups:
                count += 1
            for group in groups:
                inner += group if isinstance(group, list) else [group]
        depth, level = depth + 1, inner
    return depth, count


def _not_too_large(document: Any) -> Any:
    """Before anything is read: neither too deep nor too many, so that no document keeps the machine busy."""
    depth, conditions = measure(document)
    if depth > DEEPEST:
        raise PydanticCustomError(
            "too_deep",
            "Conditions are nested {depth} deep; at most {deepest} can be read by people: take a group apart",
            {"depth": depth, "deepest": DEEPEST},
        )
    if conditions > MOST_CONDITIONS:
        raise PydanticCustomError(
            "too_many_conditions",
            "These are {count} conditions; at most {most} can be agreed on: put together what belongs together",
            {"count": conditions, "most": MOST_CONDITIONS},
        )
    return document


Condition = Annotated[
    Annotated[FieldCondition, Tag("@field")]
    | Annotated[ActivityCondition, Tag("@activity")]
    | Annotated[ScoreCondition, Tag("@score")]
    | Annotated[ConsentCondition, Tag("@consent")]
    | Annotated[AllOf, Tag("@all")]
    | Annotated[AnyOf, Tag("@any")]
    | Annotated[NotThis, Tag("@not")],
    Discriminator(
        _tag,
        custom_error_type="unknown_condition",
        custom_error_message="A condition has one of the keys field, activity, score, consent, all, any or not",
    ),
]
Criteria = Annotated[Condition, BeforeValidator(_not_too_large)]
"""A whole tree of conditions."""


class FitRule(Terms):
    """Points where a condition on fields or consent holds."""

    when: Criteria
    points: Points
    group: Annotated[str, Field(min_length=1, max_length=50)] | None = None


class EngagementRule(Terms):
    """Points for each such activity, halved every `half_life_days` × 24 h; without a half-life they stay.

    `within_days` leaves older ones out. Points that fade are positive: a score must not rise by waiting.
    """

    activity: ActivityFilter
    points: Points
    half_life_days: Annotated[float, Field(ge=SHORTEST_HALF_LIFE, le=MOST_DAYS)] | None = None
    within_days: Days | None = None
    group: Annotated[str, Field(min_length=1, max_length=50)] | None = None


class FitScore(Terms):
    """The sum of its rules' points; a group's points count up to its cap (from above only)."""

    rules: Annotated[list[FitRule], Field(min_length=1, max_length=MOST_CONDITIONS)]
    caps: dict[str, Annotated[int, Field(ge=0, le=100_000)]] = {}


class EngagementScore(Terms):
    """The same for what leads did."""

    rules: Annotated[list[EngagementRule], Field(min_length=1, max_length=MOST_CONDITIONS)]
    caps: dict[str, Annotated[int, Field(ge=0, le=100_000)]] = {}


class LeadDefinition(Terms):
    """When does a lead qualify for the stage that is this agreement's key?"""

    criteria: Criteria
    fit: FitScore | None = None
    engagement: EngagementScore | None = None


for _model in (AllOf, AnyOf, NotThis, FitRule, FitScore, LeadDefinition):
    _model.model_rebuild()
