"""`manage.py report funnel --start 2024-01-01 --end 2025-01-01 --by source`: any report, as the API gives it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from alignment.clock import now
from alignment.commands import Command as BaseCommand
from alignment.refusals import Refused
from kpis.recompute import drain
from kpis.reports.params import OPTIONS, read_params
from kpis.reports.registry import KEPT, REPORTS, KeptReport, Report
from kpis.reports.tables import as_csv, as_table, flatten

ALL_OPTIONS = tuple(dict.fromkeys([*OPTIONS, *(option for report in KEPT.values() for option in report.options)]))


class Command(BaseCommand):
    help = "Print a report: " + ", ".join([*REPORTS, *KEPT])
    formats = ("table", "json", "csv")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("report", choices=sorted([*REPORTS, *KEPT]))
        for option in ALL_OPTIONS:
            parser.add_argument(f"--{option.replace('_', '-')}", action="append", default=[], dest=option)
        parser.add_argument("--run", action="store_true", help="Compute a backtest anew, also where one is kept.")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = {name: options[name] for name in ALL_OPTIONS if options[name]}
        report: Report | KeptReport
        if options["report"] in KEPT:
            report = KEPT[options["report"]]
            document = report.compute(asked, now(), options["run"])
        elif options["run"]:
            raise Refused("invalid_options", f"--run is for {', '.join(KEPT)}; {options['report']} is always computed.")
        else:
            report = REPORTS[options["report"]]
            drain()
            document = report.run(read_params(asked, now=now()), None)
        rows = flatten(document, report.rows, report.money if isinstance(report, Report) else ())
        self.show(document, lambda: as_csv(rows).rstrip("\n") if options["format"] == "csv" else as_table(rows))
