"""`manage.py report funnel --start 2024-01-01 --end 2025-01-01 --by source`: any report, as the API gives it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from alignment.clock import now
from alignment.commands import Command as BaseCommand
from kpis.recompute import drain
from kpis.reports.params import OPTIONS, read_params
from kpis.reports.registry import REPORTS
from kpis.reports.tables import as_csv, as_table, flatten


class Command(BaseCommand):
    help = "Print a report: " + ", ".join(REPORTS)
    formats = ("table", "json", "csv")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("report", choices=sorted(REPORTS))
        for option in OPTIONS:
            parser.add_argument(f"--{option.replace('_', '-')}", action="append", default=[], dest=option)

    def handle(self, *args: Any, **options: Any) -> None:
        report = REPORTS[options["report"]]
        drain()
        asked = {name: options[name] for name in OPTIONS if options[name]}
        document = report.run(read_params(asked, now=now()), None)
        rows = flatten(document, report.rows)
        self.show(document, lambda: as_csv(rows).rstrip("\n") if options["format"] == "csv" else as_table(rows))
