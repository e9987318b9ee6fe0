"""`manage.py recompute [--full]`: bring leaks and cells up to date, or build everything derived anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from alignment import commands
from alignment.clock import now
from kpis.recompute import drain, recompute_everything


class Command(commands.Command):
    help = "Recompute what is derived from the logs, for the leads that were touched or, with --full, for all."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--full", action="store_true", help="Build everything anew.")

    def handle(self, *args: Any, **options: Any) -> None:
        done = recompute_everything(now=now()) if options["full"] else drain()
        document = {"leads": done.leads, "batches": done.batches, "full": done.everything}
        self.show(document, f"Recomputed {done.leads} leads{', everything anew' if done.everything else ''}.")
