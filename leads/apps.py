"""What moves between the teams: leads, companies, activities, deals, and the log of their stages."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"
    verbose_name = "Leads"

    def ready(self) -> None:
        from alignment.agreements.kinds import register
        from alignment.before import keep_with
        from leads.api import operations
        from leads.calendars import kind as calendars
        from leads.definitions import operations as qualification
        from leads.definitions import panel as qualification_panel
        from leads.definitions.kind import LEAD_DEFINITION
        from leads.duplicates import panel as duplicates_panel
        from leads.funnel import kind as funnel
        from leads.handoffs import kind as handoffs
        from leads.handoffs.pages import panel as handoff_panel
        from leads.imports.before import keep
        from leads.pages import leading, statements
        from leads.privacy import retention

        operations.install()
        qualification.install()
        handoff_panel.install()
        qualification_panel.install()
        duplicates_panel.install()
        register(LEAD_DEFINITION)
        funnel.install()
        calendars.install()
        handoffs.install()
        retention.install()
        leading.install()
        statements.install()
        keep_with(keep)
