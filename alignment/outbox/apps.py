"""Names the app to Django, and tells operators' monitoring how much mail waits."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "alignment.outbox"
    label = "outbox"
    verbose_name = "Outbox"

    def ready(self) -> None:
        from alignment.outbox import operations

        operations.install()
