"""What may be sent about leads and what hangs on them: the fields of an import's rows, by the same names.

These check kinds of values and lengths; what the domain says of them, the writers check.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alignment.api.amounts import Amount, split_money
from alignment.api.fields import Attributes, Body, Moment, Text
from leads.activities.rows import ActivityRow
from leads.deals.rows import DealRow
from leads.privacy.models import Consent
from leads.records.rows import LeadRow


@extend_schema_field(serializers.DictField(child=serializers.ChoiceField(choices=Consent.State.choices)))
class Consents(serializers.Field):  # type: ignore[type-arg]
    """Purpose → granted, refused or withdrawn."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if not isinstance(data, dict) or not all(isinstance(state, str) for state in data.values()):
            raise serializers.ValidationError("An object of purposes and states is needed here.", code="invalid_type")
        if any(not purpose or len(purpose) > 50 for purpose in data):
            raise serializers.ValidationError("A purpose has 1 to 50 characters.", code="too_long")
        return data


class LeadFields(Body):
    """What can be said of a lead by hand and by another system alike."""

    email = Text(max_length=254)
    phone = Text(max_length=60)
    first_name = Text()
    last_name = Text()
    full_name = Text(max_length=400)
    title = Text()
    company = Text(max_length=300, help_text="The company's name.")
    campaign = Text(max_length=300, help_text="The campaign's name, or its id within `system`.")
    owner = Text(max_length=254, help_text="An e-mail or a name; who is not known becomes a named person.")
    team = Text(help_text="The team's name.")
    segment = Text()
    territory = Text()
    country = Text(max_length=100)
    attributes = Attributes(help_text="Fields of one's own; merged with those that are there.")


class LeadBody(LeadFields):
    """A lead to make or bring up to date. Known by system and external_id, else by e-mail."""

    system = Text(max_length=100)
    external_id = Text()
    created_at = Moment(help_text="Now, where it is left out.")
    company_external_id = Text(help_text="The company's id within `system`.")
    source = Text()  # type: ignore[assignment]
    channel = Text()
    stage = Text(max_length=100, help_text="The first forward stage, where it is left out.")
    stage_at = Moment(help_text="`created_at`, where it is left out.")
    reason = Text(max_length=500, help_text="Why it is in that stage.")
    consents = Consents(required=False, help_text="Purpose → granted, refused or withdrawn.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return something(attrs)

    def row(self) -> LeadRow:
        """What was sent, for the writer."""
        return LeadRow(**stated(self.validated_data))


class LeadChanges(LeadFields):
    """Fields to change; null empties one, what is left out stays."""


class StageMove(Body):
    """Where to, and what the caller believes the lead to be in."""

    to = serializers.CharField(max_length=100, help_text="The key of the stage.")
    at = Moment(help_text="When it happened; now, where it is left out.")
    reason = Text(max_length=500)
    expected = Text(
        max_length=100, help_text="The stage the caller saw: another one in the database is 409 stage_changed."
    )


class ConsentBody(Body):
    """What a person allowed us, or no longer does."""

    purpose = serializers.CharField(max_length=50)
    state = serializers.ChoiceField(choices=Consent.State.choices)
    at = Moment(help_text="When they said so; now, where it is left out.")
    source = Text(max_length=100, help_text="Where they said so, such as a form.")  # type: ignore[assignment]


class ActivityBody(Body):
    """Something that happened. The lead is named by its id, else its external id within `system`, else by e-mail."""

    kind = serializers.CharField(max_length=100)
    at = Moment(required=True, allow_null=False)
    lead_id = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    lead_external_id = Text()
    email = Text(max_length=254)
    system = Text(max_length=100)
    external_id = Text()
    by = Text(max_length=254, help_text="Who of us did it: an e-mail or a name.")
    campaign = Text(max_length=300)
    asset = Text(max_length=300)
    channel = Text()
    url = Text(max_length=2000)
    subject = Text(max_length=1000)
    outcome = Text(max_length=300)
    attributes = Attributes()

    def row(self) -> ActivityRow:
        """What was sent, for the writer."""
        data = stated(self.validated_data)
        return ActivityRow(kind=data.pop("kind", None), at=data.pop("at", None), **data)


class DealFields(Body):
    """What can be said of a deal."""

    lead_id = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    company = Text(max_length=300, help_text="The company's name.")
    owner = Text(max_length=254, help_text="An e-mail or a name.")
    amount = Amount(required=False, allow_null=True, help_text='{"amount": "12.30", "currency": "EUR"}')
    currency = Text(max_length=3, help_text="Where `amount` is a plain decimal; the reporting currency by default.")
    status = Text(max_length=10, help_text="open, won or lost.")
    kind = Text(max_length=10, help_text="new, upsell or renewal.")
    opened_at = Moment()
    closed_at = Moment(help_text="Needed for won and lost; of an open deal, when it is expected to close.")
    lost_reason = Text(max_length=500)
    attributes = Attributes()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return split_money(attrs, "amount")


class DealBody(DealFields):
    """A deal to make or bring up to date. Known by system and external_id."""

    system = Text(max_length=100)
    external_id = Text()
    lead_external_id = Text(help_text="The lead's id within `system`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return something(super().validate(attrs))

    def row(self) -> DealRow:
        """What was sent, for the writer."""
        return DealRow(**stated(self.validated_data))


class DealChanges(DealFields):
    """Fields to change; null empties one, what is left out stays."""


class CompanyFields(Body):
    """What can be said of a company."""

    name = Text(max_length=300)
    domain = Text(max_length=253)
    industry = Text()
    employees = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)
    annual_revenue = serializers.DecimalField(
        required=False, allow_null=True, max_digits=18, decimal_places=2, help_text="In the reporting currency."
    )
    country = Text(max_length=100)
    attributes = Attributes()


class CompanyBody(CompanyFields):
    """A company to make."""

    name = serializers.CharField(max_length=300)  # type: ignore[assignment]
    system = Text(max_length=100)
    external_id = Text()


class CompanyChanges(CompanyFields):
    """Fields to change; null empties one, what is left out stays."""


def stated(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something: neither null nor an empty text."""
    return {name: value for name, value in data.items() if value is not None and value != ""}


def something(attrs: dict[str, Any]) -> dict[str, Any]:
    """The fields, or a refusal where none of them says anything."""
    if not stated(attrs):
        raise serializers.ValidationError("Say at least one thing about it.", code="empty")
    return attrs
