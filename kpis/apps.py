"""How both teams know where they are: funnel, flow, velocity, leakage."""

from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "kpis"
    verbose_name = "Figures"

    def ready(self) -> None:
        from kpis import trail_panel
        from kpis.agreed import headline_kind as headline
        from kpis.agreed import kind as kpi
        from kpis.api import operations
        from kpis.attribution import kind as attribution
        from kpis.attribution import panel as journeys
        from kpis.demo import install as demo
        from kpis.leaks import kind as limits
        from kpis.leaks import panel
        from kpis.money import panel as wins
        from kpis.pages import comebacks, now
        from kpis.scores import panel as scores
        from kpis.verdicts import kind as verdicts

        operations.install()
        panel.install()
        trail_panel.install()
        now.install()
        comebacks.install()
        limits.install()
        kpi.install()
        headline.install()
        attribution.install()
        journeys.install()
        verdicts.install()
        wins.install()
        scores.install()
        demo.install()
