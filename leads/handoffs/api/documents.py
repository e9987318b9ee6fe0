"""How is a handoff shown? With both clocks as they stand at the moment of the answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alignment.clock import now
from alignment.people.models import Team, User
from alignment.people.naming import knows, name_to
from alignment.people.selectors import Somebody
from leads.api.documents import NameField
from leads.handoffs import discretion
from leads.handoffs.clocks import Clock, accept_clock, contact_clock
from leads.handoffs.models import Handoff
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
    by = NameField("Who put it on hold.")


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
    offered_by = NameField("Who offered it by hand.")
    accept = serializers.SerializerMethodField(help_text="The clock to an answer.")
    contact = serializers.SerializerMethodField(help_text="The clock to the first contact.")
    hold = serializers.SerializerMethodField()
    decided_by = NameField("Who decided; null where it ran out or the machine took it back.")
    returned_by = NameField("Who gave the accepted lead back.")
    reason = serializers.SerializerMethodField()
    note = serializers.SerializerMethodField(help_text="What was said beside the decision.")
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
            "side": discretion.giving_side(self.reader, row),
            **self._place(row.from_team, row.from_user),
            "stage": row.from_stage,
        }

    @extend_schema_field(PlaceShown)
    def get_to(self, row: Handoff) -> dict[str, object]:
        return {"side": row.to_side, **self._place(row.to_team, row.to_user), "stage": row.to_stage}

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_why(self, row: Handoff) -> list[str]:
        return discretion.why_to(self.reader, row)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_note(self, row: Handoff) -> str | None:
        return discretion.note_to(self.reader, row)

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
        return dict(HoldShown(holds[0], context=self.context).data) if holds else None

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

    @property
    def reader(self) -> Somebody:
        """Who asked."""
        user: Somebody = self.context["request"].user
        return user

    def _place(self, team: Team | None, user: User | None) -> dict[str, object]:
        """A team and a person with their ids, as who asked may know them."""
        return {
            "team": name_to(self.reader, team) or None,
            "team_id": team.pk if team is not None and knows(self.reader, team) else None,
            "user": name_to(self.reader, user, label=True) or None,
            "user_id": user.pk if user is not None and knows(self.reader, user) else None,
        }

    def _shown(self, clock: Clock) -> dict[str, object]:
        """As `ClockShown` says; a serializer of its own for each clock took half of the time of a list."""
        return {"due_at": clock.due_at, "remind_at": clock.remind_at, "done_at": clock.done_at, "state": clock.state}
