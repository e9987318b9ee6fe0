"""The raw logs of the database as the oracles read them. Nothing that is derived is looked at."""

from __future__ import annotations

from datetime import timedelta

from alignment.people.models import Team, User
from alignment.programs.models import Campaign
from leads.funnel.stage_sets import StageSet as ProductStageSet
from leads.funnel.stage_sets import stage_set as product_stage_set
from leads.models import Lead, LeadIdentity, LeadValue, StageChange, StageVoid
from tests.oracles.facts import LeadFact, StageRow, ValueRow, VoidRow, World
from tests.oracles.stage_set import StageDef, StageSet


def stages() -> StageSet:
    """The stage set in force."""
    return as_oracle(product_stage_set())


def as_oracle(
    found: ProductStageSet, *, age: timedelta = timedelta(days=30), quiet: timedelta = timedelta(days=14)
) -> StageSet:
    """A stage set as the oracles read it; `age` and `quiet` where a stage has none of its own."""
    return StageSet(
        tuple(
            StageDef(
                term.key,
                term.position,
                term.category,
                term.side,
                term.requires_owner,
                term.counts_as,
                _seconds(age if term.age is None else term.age),
                _seconds(quiet if term.quiet is None else term.quiet),
            )
            for term in found.terms
        )
    )


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


class Labels:
    """What reports call people, teams and campaigns."""

    def __init__(self) -> None:
        self.owner = {user.pk: user.email or user.name for user in User.objects.all()}
        self.team = dict(Team.objects.values_list("pk", "name"))
        self.campaign = dict(Campaign.objects.values_list("pk", "name"))

    def of(self, value: LeadValue) -> str | None:
        table: dict[int, str] | None = getattr(self, value.field, None)
        return value.text if table is None else table.get(value.ref or 0)


def world() -> World:
    """Leads, stage rows, voids and values, all of them."""
    labels = Labels()
    systems = dict(LeadIdentity.objects.order_by("-id").values_list("lead_id", "system"))
    return World(
        leads=tuple(_lead(lead, systems) for lead in Lead.objects.order_by("id")),
        stages=tuple(
            StageRow(
                c.pk,
                c.lead_id,
                c.to_id,
                c.at,
                c.recorded_at,
                c.cause,
                labels.owner.get(c.owner_id or 0),
                labels.team.get(c.team_id or 0),
                c.reason,
            )
            for c in StageChange.objects.order_by("id")
        ),
        voids=tuple(VoidRow(v.change_id, v.recorded_at) for v in StageVoid.objects.all()),
        values=tuple(
            ValueRow(v.pk, v.lead_id, v.field, labels.of(v), v.at, v.recorded_at)
            for v in LeadValue.objects.filter(
                change=None, field__in=("owner", "team", "campaign", "segment", "territory")
            ).order_by("id")
        ),
    )


def _lead(lead: Lead, systems: dict[int, str]) -> LeadFact:
    attributes = {name: None if value is None else str(value) for name, value in lead.attributes.items()}
    return LeadFact(
        lead.pk,
        lead.created_at,
        lead.recorded_at,
        lead.source,
        lead.channel,
        lead.system or systems.get(lead.pk),
        attributes,
        is_test=lead.is_test,
        merged=lead.merged_into_id is not None,
        erased=lead.erased_at is not None,
    )
