"""Addresses of the pages about leads."""

from django.urls import path

from leads.pages import imports

urlpatterns = [
    path("import/", imports.index, name="imports"),
    path("import/example/<slug:kind>.csv", imports.example, name="import-example"),
    path("import/<int:import_id>/", imports.one, name="import"),
    path("import/<int:import_id>/errors.csv", imports.errors, name="import-errors"),
    path("import/<int:import_id>/undo/", imports.undo, name="import-undo"),
    path("import/<int:import_id>/resume/", imports.resume, name="import-resume"),
    path("import/<int:import_id>/for-real/", imports.for_real, name="import-for-real"),
]
