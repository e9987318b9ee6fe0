"""The addresses of the editor of lead definitions."""

from django.urls import path

from leads.definitions.pages import editor, fragments

app_name = "definitions"
EDIT = "agreements/lead_definition/<str:key>/<int:number>/edit/"
urlpatterns = [
    path(EDIT, editor.edit, name="edit"),
    path(f"{EDIT}preview/", fragments.preview, name="preview"),
    path(f"{EDIT}values/", fragments.values, name="values"),
]
