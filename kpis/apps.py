"""How both teams know where they are: funnel, flow, velocity, leakage."""

from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "kpis"
    verbose_name = "Figures"
