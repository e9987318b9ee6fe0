"""Addresses under /api/v1/."""

from django.urls import path

from alignment.people.api.views import Teams, Users

LIST, ONE = {"get": "list"}, {"get": "retrieve"}

urlpatterns = [
    path("teams", Teams.as_view(LIST), name="api-teams"),
    path("teams/<int:pk>", Teams.as_view(ONE), name="api-team"),
    path("users", Users.as_view(LIST), name="api-users"),
    path("users/<int:pk>", Users.as_view(ONE), name="api-user"),
]
