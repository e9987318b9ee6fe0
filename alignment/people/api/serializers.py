"""How people and teams are shown."""

from __future__ import annotations

from rest_framework import serializers

from alignment.people.models import Role, Side, Team, User


class TeamDocument(serializers.ModelSerializer[Team]):
    """A team and its side."""

    side = serializers.ChoiceField(choices=Side.choices)

    class Meta:
        model = Team
        fields = ("id", "name", "side")
        read_only_fields = fields


class UserDocument(serializers.ModelSerializer[User]):
    """A person of ours; without an e-mail they were only named in an import."""

    role = serializers.ChoiceField(choices=Role.choices)
    team = serializers.CharField(source="team.name", default=None, allow_null=True, help_text="The team's name.")

    class Meta:
        model = User
        fields = ("id", "system", "external_id", "name", "email", "role", "team", "team_id", "is_active", "created_at")
        read_only_fields = fields
