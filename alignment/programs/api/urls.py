"""Addresses under /api/v1/."""

from django.urls import path

from alignment.api.routes import to
from alignment.programs.api.views import Campaigns, SeriesEntries, SpendEntries

urlpatterns = [
    path("campaigns", to(Campaigns, get="list", post="create"), name="api-campaigns"),
    path("campaigns/<int:pk>", to(Campaigns, get="retrieve", patch="change"), name="api-campaign"),
    path("spend", to(SpendEntries, get="list", post="create"), name="api-spend"),
    path("spend/<int:pk>", to(SpendEntries, get="retrieve"), name="api-spend-entry"),
    path("series", to(SeriesEntries, get="list", post="create"), name="api-series"),
    path("series/<int:pk>", to(SeriesEntries, get="retrieve"), name="api-series-entry"),
]
