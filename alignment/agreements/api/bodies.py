"""What may be sent about agreements: a draft, changes to it, a reason, a comment, a question to the past."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alignment.agreements.backtests import DEFAULT_DAYS, MOST_DAYS
from alignment.agreements.kinds import ONLY_KEY
from alignment.agreements.texts import LONGEST_COMMENT, LONGEST_NOTE
from alignment.api.fields import Body, Moment, Text


@extend_schema_field(OpenApiTypes.OBJECT)
class TermsField(serializers.Field):  # type: ignore[type-arg]
    """Terms as JSON: what is in them, their kind says (`GET /agreements/kinds` has its JSON Schema)."""

    def to_internal_value(self, data: Any) -> Any:
        return data


class DraftFields(Body):
    """What can be said of a draft."""

    note = Text(max_length=LONGEST_NOTE, help_text="Why: what both sides should know.")
    effective_from = Text(
        max_length=50, help_text="A date (00:00 in the reporting zone) or an instant; nothing: once it is signed."
    )
    review_by = serializers.DateField(
        required=False, allow_null=True, help_text="The day by which both sides look at it again."
    )


class DraftBody(DraftFields):
    """A draft: its terms, or the number of an older version of the agreement to restore."""

    kind = serializers.CharField(max_length=40)
    key = Text(max_length=100, help_text=f"Which agreement of that kind; “{ONLY_KEY}” where there is one.")
    terms = TermsField(required=False)
    restore = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="The number of the version whose terms it takes."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("terms" in attrs) == ("restore" in attrs):
            sentence = "Send either terms, or restore with the number of an older version."
            raise serializers.ValidationError({"terms": [serializers.ErrorDetail(sentence, "required")]})
        return attrs


class DraftChanges(DraftFields):
    """What to change about a draft; null empties, what is left out stays."""

    terms = TermsField(required=False)


class ReasonBody(Body):
    """Why; both sides read it."""

    reason = Text(max_length=LONGEST_NOTE)


class CommentBody(Body):
    """Something to say about a version, or an answer to a comment on it."""

    body = serializers.CharField(max_length=LONGEST_COMMENT)
    parent = serializers.IntegerField(  # type: ignore[assignment]
        required=False, allow_null=True, min_value=1, max_value=2**63 - 1, help_text="The id of the comment answered."
    )


class BacktestBody(Body):
    """Which past to try a version on."""

    days = serializers.IntegerField(
        required=False, default=DEFAULT_DAYS, help_text=f"How many days before `ends_at`, 1 to {MOST_DAYS:,}."
    )
    ends_at = Moment(help_text="Now by default; never later.")
    sampled = serializers.BooleanField(required=False, default=False, help_text="A share of the leads, with intervals.")
