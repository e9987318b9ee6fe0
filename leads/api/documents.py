"""How leads, companies, activities, deals and stage changes are shown.

People, teams and campaigns are named as reports name them, with their ids beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Model
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alignment.api.amounts import Money
from alignment.api.fields import Attributes
from alignment.api.lists import Lean, Row
from alignment.people.models import Team, User
from alignment.people.naming import label_to, name_to
from leads import panels
from leads.activities.models import Activity
from leads.deals.models import Deal
from leads.lifecycle.models import StageChange
from leads.privacy.models import Consent
from leads.privacy.queries.latest import latest_consents
from leads.records.models import Company, Lead

INSTANT = serializers.DateTimeField()


def name_of(source: str, help_text: str) -> serializers.CharField:
    """The name of another record, null where there is none."""
    return serializers.CharField(source=source, default=None, allow_null=True, read_only=True, help_text=help_text)


class NameField(serializers.CharField):
    """A person or a team as reports name them, to who asked; null where there is nobody."""

    def __init__(self, help_text: str, **more: Any) -> None:
        super().__init__(read_only=True, allow_null=True, help_text=help_text, **more)

    def columns(self, model: type[Model]) -> tuple[str, ...]:
        name = str(self.source)
        is_team = model._meta.get_field(name).related_model is Team
        return (f"{name}_id", f"{name}__name", *(() if is_team else (f"{name}__email", f"{name}__team_id")))

    def show(self, values: Sequence[Any], reader: User) -> str | None:
        pk, name, *more = values
        if pk is None:
            return None
        if not more:
            return label_to(reader, email=None, name=name, user_id=None, team_id=pk)
        email, team_id = more
        return label_to(reader, email=email, name=name, user_id=pk, team_id=team_id)

    def to_representation(self, value: User | Team) -> str:  # type: ignore[override]
        return name_to(self.context["request"].user, value, label=True)


class ConsentDocument(serializers.ModelSerializer[Consent]):
    """One row of the log of consent."""

    class Meta:
        model = Consent
        fields = ("id", "purpose", "state", "source", "at", "recorded_at")
        read_only_fields = fields


class ConsentState(serializers.Serializer[Consent]):
    """What was last said for one purpose, and when."""

    state = serializers.CharField()
    at = serializers.DateTimeField()


class LeadDocument(Lean, serializers.ModelSerializer[Lead]):
    """A lead as it is known now."""

    company = name_of("company.name", "The company's name.")
    stage = serializers.CharField(source="stage_id", allow_null=True, read_only=True, help_text="The key of the stage.")
    owner = NameField("The owner's e-mail, else name.")
    team = NameField("The name of the team that holds the lead.")
    campaign = name_of("campaign.name", "The campaign's name.")
    attributes = Attributes(read_only=True)
    consents = serializers.SerializerMethodField(help_text="The latest of each purpose.")
    chance = serializers.FloatField(
        default=None,
        allow_null=True,
        read_only=True,
        help_text="Chance to be won, 0 to 1; null where nothing is said of it.",
    )

    class Meta:
        model = Lead
        fields = (
            "id", "system", "external_id", "created_at", "recorded_at", "email", "email_usable", "phone", "phone_usable",
            "first_name", "last_name", "full_name", "title", "company", "company_id", "source", "channel", "campaign",
            "campaign_id", "stage", "owner", "owner_id", "team", "team_id", "segment", "territory", "country", "consents",
            "chance", "attributes", "is_test", "merged_into_id", "erased_at", "version",
        )  # fmt: skip
        read_only_fields = fields

    beyond: ClassVar[frozenset[str]] = frozenset({"consents"})

    @staticmethod
    def added() -> dict[str, Any]:
        return {name: column() for name, column in panels.columns.items()}

    @classmethod
    def and_more(cls, documents: Sequence[Row]) -> None:
        consents: dict[int, Row] = {document["id"]: {} for document in documents}
        for said in latest_consents(list(consents)):
            consents[said.lead_id][said.purpose] = {"state": said.state, "at": said.at}
        for document in documents:
            document["consents"] = consents[document["id"]]

    @extend_schema_field(serializers.DictField(child=ConsentState()))
    def get_consents(self, lead: Lead) -> dict[str, dict[str, str | None]]:
        """By purpose; of rows of the same instant the later one counts."""
        rows = sorted(lead.consents.all(), key=lambda row: (row.at, row.pk))
        return {row.purpose: {"state": row.state, "at": INSTANT.to_representation(row.at)} for row in rows}


class CompanyDocument(Lean, serializers.ModelSerializer[Company]):
    """The account behind leads."""

    annual_revenue = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True, read_only=True)
    parent = name_of("parent.name", "The parent company's name.")  # type: ignore[assignment]
    attributes = Attributes(read_only=True)

    class Meta:
        model = Company
        fields = (
            "id", "system", "external_id", "name", "domain", "industry", "employees", "annual_revenue", "country", "parent",
            "parent_id", "attributes", "created_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class ActivityDocument(Lean, serializers.ModelSerializer[Activity]):
    """Something that happened with a lead."""

    by = NameField("Who of us did it: the e-mail, else the name.")
    campaign = name_of("campaign.name", "The campaign's name.")
    attributes = Attributes(read_only=True)

    class Meta:
        model = Activity
        fields = (
            "id", "system", "external_id", "lead_id", "kind", "direction", "side", "automated", "at", "recorded_at", "by", "by_id",
            "campaign", "campaign_id", "asset", "channel", "url", "subject", "outcome", "attributes", "typed_in",
        )  # fmt: skip
        read_only_fields = fields


class DealDocument(Lean, serializers.ModelSerializer[Deal]):
    """What a lead may become worth, or did."""

    amount = Money("amount")
    company = name_of("company.name", "The company's name.")
    owner = NameField("The owner's e-mail, else name.")
    attributes = Attributes(read_only=True)

    class Meta:
        model = Deal
        fields = (
            "id", "system", "external_id", "lead_id", "company", "company_id", "owner", "owner_id", "amount", "status", "kind",
            "opened_at", "closed_at", "lost_reason", "attributes", "created_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class StageChangeDocument(Lean, serializers.ModelSerializer[StageChange]):
    """One row of the log of stages. A voided one counts in no figure from `voided_at` on."""

    to = serializers.CharField(source="to_id", read_only=True)
    by = NameField("Who moved it, where an import said so.")
    actor = NameField("Who entered it.")
    owner = NameField("Who holds the lead from then on, where the row says so.")
    team = NameField("The team that holds the lead from then on, where the row says so.")
    voided_at = serializers.DateTimeField(source="void.recorded_at", default=None, allow_null=True, read_only=True)

    class Meta:
        model = StageChange
        fields = (
            "id", "lead_id", "to", "at", "recorded_at", "cause", "reason", "actor", "by", "owner", "team", "deal_id", "voided_at",
        )  # fmt: skip
        read_only_fields = fields
