"""Programs: what marketing runs and what it spends."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "alignment.programs"
    label = "programs"
    verbose_name = "Programs"
