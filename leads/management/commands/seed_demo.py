"""`manage.py seed_demo`: the demo company, into an empty database."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandParser

from alignment.clock import now
from alignment.commands import Command as BaseCommand
from leads.demo.seed import seed_demo


class Command(BaseCommand):
    help = "Fill an empty database with the demo company."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--leads", type=int, default=600)
        parser.add_argument("--seed", default="alignment")

    def handle(self, *args: Any, **options: Any) -> None:
        seeded = seed_demo(
            leads=options["leads"],
            seed=options["seed"],
            now=now(),
            timezone=settings.REPORTING_TIMEZONE,
            currency=settings.REPORTING_CURRENCY,
        )
        call_command("recompute", stdout=self.stderr)
        self.show(
            asdict(seeded),
            f"{seeded.leads} leads, {seeded.stage_changes} stage changes, {seeded.activities} activities and {seeded.deals} deals.",
        )
