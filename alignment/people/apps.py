"""People: users, teams and their sides, API keys, and who may see what."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "alignment.people"
    label = "people"
    verbose_name = "People"

    def ready(self) -> None:
        import alignment.celery
        import alignment.priority  # noqa: F401  so that every session of the database is as nice as its process
