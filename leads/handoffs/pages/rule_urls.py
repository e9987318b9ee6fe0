"""The addresses of the editor of handoff rules."""

from django.urls import path

from alignment.agreements.addresses import KEY
from leads.handoffs.pages import editor

app_name = "handoff-rules"
EDIT = f"handoff-rules/{KEY}/draft/<int:number>/"
urlpatterns = [
    path(EDIT, editor.edit, name="edit"),
    path(f"{EDIT}preview/", editor.preview, name="preview"),
    path(f"{EDIT}values/", editor.values, name="values"),
]
