"""People: users, teams and their sides, API keys, and who may see what."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "alignment.people"
    label = "people"
    verbose_name = "People"

    def ready(self) -> None:
        import alignment.celery  # noqa: F401  so that tasks find their application
