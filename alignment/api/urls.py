"""Addresses under /api/. Each app brings its own endpoints, named here by string only; none ends in a slash."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from alignment.api.pages import Docs, Schema, elsewhere

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/schema/", Schema.as_view(), name="schema"),
    path("v1/docs/", Docs.as_view(url_name="schema"), name="api-docs"),
    path("v1/", include("leads.api.urls")),
    path("v1/", include("alignment.outbox.api.urls")),
    path("v1/", include("alignment.people.api.urls")),
    path("v1/", include("alignment.agreements.api.urls")),
    path("v1/", include("alignment.programs.api.urls")),
    path("v1/", include("kpis.api.urls")),
    re_path(r"^(?P<rest>.*)$", elsewhere),
]
