"""How both teams know where they are: funnel, flow, velocity, leakage."""

from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "kpis"
    verbose_name = "Figures"

    def ready(self) -> None:
        from kpis import trail_panel
        from kpis.api import operations
        from kpis.leaks import kind as limits
        from kpis.leaks import panel
        from kpis.pages import now
        from kpis.verdicts import kind as verdicts

        operations.install()
        panel.install()
        trail_panel.install()
        now.install()
        limits.install()
        verdicts.install()
