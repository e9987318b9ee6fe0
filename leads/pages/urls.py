"""Addresses of the pages about leads."""

from django.urls import path

from leads.pages import imports

urlpatterns = [
    path("import/", imports.index, name="imports"),
]
