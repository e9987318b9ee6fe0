"""Names the app to Django; the folder holds templates' tags and static files only."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "alignment.ui"
    label = "ui"
