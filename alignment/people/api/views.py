"""`/api/v1/teams` and `/api/v1/users`: who there is, for those who may know. Operators invite people, not the API."""

from __future__ import annotations

from django.db.models import QuerySet

from alignment.api.views import Collection
from alignment.people.api.filters import TeamFilters, UserFilters
from alignment.people.api.serializers import TeamDocument, UserDocument
from alignment.people.models import Team, User
from alignment.people.selectors import people_visible_to, teams_visible_to


class Teams(Collection):
    """Teams and their sides; a partner's people see their own."""

    queryset = Team.objects.all()
    serializer_class = TeamDocument
    filterset_class = TeamFilters

    def visible(self) -> QuerySet[Team]:
        return teams_visible_to(self.person)


class Users(Collection):
    """Everybody who works here; a partner's people see their own team, others themselves."""

    queryset = User.objects.all()
    serializer_class = UserDocument
    filterset_class = UserFilters

    def visible(self) -> QuerySet[User]:
        return people_visible_to(self.person).select_related("team")
