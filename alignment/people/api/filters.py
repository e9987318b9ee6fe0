"""By what lists of people and teams are narrowed."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from alignment.api.filters import Filters, IdFilter
from alignment.people.models import Role, Side, Team, User


class TeamFilters(Filters):
    """`name`, `side`, `search`."""

    name = filters.CharFilter(lookup_expr="iexact")
    side = filters.ChoiceFilter(choices=Side.choices)
    search = filters.CharFilter(field_name="name", lookup_expr="icontains", max_length=200)

    class Meta(Filters.Meta):
        model = Team
        fields = ()


class UserFilters(Filters):
    """The fields' names, and `search` in name and e-mail."""

    name = filters.CharFilter(lookup_expr="iexact")
    email = filters.CharFilter(lookup_expr="iexact")
    role = filters.ChoiceFilter(choices=Role.choices)
    team = filters.CharFilter(field_name="team__name", lookup_expr="iexact")
    team_id = IdFilter()
    is_active = filters.BooleanFilter()
    system = filters.CharFilter()
    external_id = filters.CharFilter()
    search = filters.CharFilter(method="find", max_length=200)

    class Meta(Filters.Meta):
        model = User
        fields = ()

    def find(self, people: QuerySet[User], _name: str, text: str) -> QuerySet[User]:
        """People whose name or e-mail contains the text."""
        return people.filter(Q(name__icontains=text) | Q(email__icontains=text))
