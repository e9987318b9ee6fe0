"""How is a handoff shown? With both clocks as they stand at the moment of the answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alignment.clock import now
from leads.api.documents import name_of
from leads.handoffs.clocks import Clock, accept_clock, contact_clock
from leads.handoffs.models import Handoff
from leads.handoffs.reading import why_for
from leads.handoffs.rules import rule_of

STATES = ["running", "at_risk", "on_hold", "breached", "met", "met_late"]


class RuleShown(serializers.Serializer[Any]):
    """The rule, and the version by which this handoff runs."""

    key = serializers.CharField()
    version = serializers.IntegerField(allow_null=True, help_text="The id of the version.")
    number = serializers.IntegerField(allow_null=True)


class PlaceShown(serializers.Serializer[Any]):
    """One end of a handoff. People are named as reports name them: by e-mail, else name."""

    side = serializers.CharField()
    team = serializers.CharField(allow_null=True)
    team_id = serializers.IntegerField(allow_null=True)
    user = serializers.CharField(allow_null=True)
    user_id = serializers.IntegerField(allow_null=True)
    stage = serializers.CharField()


class ClockShown(serializers.Serializer[Any]):
    """One clock. `due_at` is null while on hold; `state` is null where it stopped before it was due."""

    due_at = serializers.DateTimeField(allow_null=True)
    remind_at = serializers.DateTimeField(allow_null=True, help_text="From when on it is at risk.")
    done_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(choices=STATES, allow_null=True)


class HoldShown(serializers.Serializer[Any]):
    """The wait that runs."""

    reason = serializers.CharField()
    note = serializers.CharField(allow_null=True)
    began_at = serializers.DateTimeField()
    ends_by = serializers.DateTimeField()
    by = name_of("by.label", "Who put it on hold.")


class ReasonShown(serializers.Serializer[Any]):
    """Why the lead came back, as agreed."""

    key = serializers.CharField()
    title = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True, help_text="`recycle`, `disqualify` or `reroute`.")


class HandoffDocument(serializers.ModelSerializer[Handoff]):
    """One use of a handoff rule on one lead."""

    lead = serializers.IntegerField(source="lead_id", read_only=True)
    rule = serializers.SerializerMethodField()
    to = serializers.SerializerMethodField()
    why = serializers.SerializerMethodField(help_text="How the receiver was found, one sentence an item.")
    offered_by = name_of("offered_by.label", "Who offered it by hand.")
    accept = serializers.SerializerMethodField(help_text="The clock to an answer.")
    contact = serializers.SerializerMethodField(help_text="The clock to the first contact.")
    hold = serializers.SerializerMethodField()
    decided_by = name_of("decided_by.label", "Who decided; null where it ran out or the machine took it back.")
    returned_by = name_of("returned_by.label", "Who gave the accepted lead back.")
    reason = serializers.SerializerMethodField()
    replaces = serializers.IntegerField(
        source="seen_replaces", allow_null=True, read_only=True, help_text="The handoff that this one continues."
    )
    replaced_by = serializers.IntegerField(
        source="seen_replaced_by", allow_null=True, read_only=True, help_text="The handoff that continues this one."
    )

    class Meta:
        model = Handoff
        fields = (
            "id", "lead", "rule", "state", "origin", "to", "strategy", "why", "offered_by", "qualified_at", "offered_at",
            "accept", "contact", "hold", "decided_at", "decided_by", "reason", "note", "returned_at", "returned_by", "replaces",
            "replaced_by", "version",
        )  # fmt: skip
        read_only_fields = fields

    def get_fields(self) -> dict[str, Any]:
        """With `from`, which no class in Python can declare, before `to`."""
        found = super().get_fields()
        from_ = {"from": serializers.SerializerMethodField(method_name="get_from")}
        names = list(found)
        before = names[: names.index("to")]
        return {name: found[name] for name in before} | from_ | {name: found[name] for name in names[len(before) :]}

    @extend_schema_field(RuleShown)
    def get_rule(self, row: Handoff) -> dict[str, object]:
        return {"key": row.rule_key, "version": row.rule_id, "number": row.rule.number if row.rule else None}

    @extend_schema_field(PlaceShown)
    def get_from(self, row: Handoff) -> dict[str, object]:
        return {
            "side": row.from_side, "team": row.from_team.name if row.from_team else None, "team_id": row.from_team_id,
            "user": row.from_user.label if row.from_user else None, "user_id": row.from_user_id, "stage": row.from_stage,
        }  # fmt: skip

    @extend_schema_field(PlaceShown)
    def get_to(self, row: Handoff) -> dict[str, object]:
        return {
            "side": row.to_side, "team": row.to_team.name, "team_id": row.to_team_id,
            "user": row.to_user.label if row.to_user else None, "user_id": row.to_user_id, "stage": row.to_stage,
        }  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_why(self, row: Handoff) -> list[str]:
        return why_for(self.context["request"].user, row)

    @extend_schema_field(ClockShown)
    def get_accept(self, row: Handoff) -> dict[str, object]:
        return self._shown(accept_clock(row, on_hold=bool(row.running_holds), now=now()))  # type: ignore[attr-defined]

    @extend_schema_field(ClockShown)
    def get_contact(self, row: Handoff) -> dict[str, object]:
        facts: Any = row  # annotated by `with_clocks`
        return self._shown(
            contact_clock(
                row,
                contacted_at=facts.contacted_at,
                passed_on_at=facts.passed_on_at,
                on_hold=bool(facts.running_holds),
                now=now(),
            )
        )

    @extend_schema_field(HoldShown(allow_null=True))
    def get_hold(self, row: Handoff) -> dict[str, Any] | None:
        holds = row.running_holds  # type: ignore[attr-defined]
        return dict(HoldShown(holds[0]).data) if holds else None

    @extend_schema_field(ReasonShown(allow_null=True))
    def get_reason(self, row: Handoff) -> dict[str, object] | None:
        if row.reason is None:
            return None
        rule = rule_of(row)
        agreed = rule.reason(row.reason) if rule else None
        return {
            "key": row.reason,
            "title": agreed.title if agreed else None,
            "next": agreed.next if agreed else None,
        }

    def _shown(self, clock: Clock) -> dict[str, Any]:
        return dict(ClockShown(asdict(clock)).data)
