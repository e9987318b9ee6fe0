"""Agreements: what both sides sign is what the machine runs."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "alignment.agreements"
    label = "agreements"
    verbose_name = "Agreements"
