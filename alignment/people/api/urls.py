"""Addresses under /api/v1/."""

from django.urls import path

from alignment.api.routes import to
from alignment.people.api.views import Teams, Users

urlpatterns = [
    path("teams", to(Teams, get="list"), name="api-teams"),
    path("teams/<int:pk>", to(Teams, get="retrieve"), name="api-team"),
    path("users", to(Users, get="list"), name="api-users"),
    path("users/<int:pk>", to(Users, get="retrieve"), name="api-user"),
]
