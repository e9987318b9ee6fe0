"""`manage.py metrics --format markdown`: the catalogue of metrics, as docs/metrics.md holds it; or as JSON, or as a table."""

from __future__ import annotations

from typing import Any

from alignment.commands import Command as BaseCommand
from kpis.metrics.catalogue import catalogue
from kpis.metrics.documents import metric_document
from kpis.metrics.printing import as_markdown
from kpis.reports.tables import as_table
from leads.funnel.stage_sets import stage_set


class Command(BaseCommand):
    help = "Print the catalogue of metrics."
    formats = ("table", "json", "markdown")

    def handle(self, *args: Any, **options: Any) -> None:
        stages = stage_set()
        there = catalogue(stages)
        document = {"metrics": [metric_document(metric, there) for metric in there.values()]}
        rows = [{name: one[name] for name in ("key", "title", "kind", "unit", "room")} for one in document["metrics"]]
        self.show(document, lambda: as_markdown(stages) if options["format"] == "markdown" else as_table(rows))
