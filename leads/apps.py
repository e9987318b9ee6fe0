"""What moves between the teams: leads, companies, activities, deals, and the log of their stages."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"
    verbose_name = "Leads"

    def ready(self) -> None:
        from alignment.before import keep_with
        from leads.api import operations
        from leads.imports.before import keep

        operations.install()
        keep_with(keep)
