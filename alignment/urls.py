"""Every address of the product; each app brings its own, named here by string only."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("alignment.api.operations_urls")),
    path("accounts/", include("alignment.people.pages.sign_in_urls")),
    path("admin/", admin.site.urls),
    path("api/", include("alignment.api.urls")),
    path("", include("alignment.outbox.pages.urls")),
    path("", include("alignment.people.pages.urls")),
    path("", include("leads.pages.urls")),
    path("", include("alignment.agreements.pages.urls")),
    path("", include("kpis.pages.urls")),
]
