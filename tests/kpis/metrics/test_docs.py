"""The catalogue in the docs is the one in the code, and every key, sentence and controller is fit to be read."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from kpis.metrics.catalogue import catalogue, parts
from kpis.metrics.declaring import BOTH, Ratio, Summed, Unit
from kpis.metrics.printing import as_markdown
from leads.funnel.stage_sets import stage_set

pytestmark = pytest.mark.django_db

DOCS = Path(settings.ROOT) / "docs" / "metrics.md"
MARK = "<!-- catalogue -->\n"


def test_the_table_in_the_docs_is_what_the_command_prints() -> None:
    printed = StringIO()
    call_command("metrics", format="markdown", stdout=printed)
    told = DOCS.read_text().partition(MARK)[2].strip()
    assert told == printed.getvalue().strip() == as_markdown(stage_set())


def test_the_command_prints_the_catalogue_as_json_and_as_a_table() -> None:
    for form in ("json", "table"):
        printed = StringIO()
        call_command("metrics", format=form, stdout=printed)
        assert "conversion_from_start.won" in printed.getvalue()
        if form == "json":
            assert [one["key"] for one in json.loads(printed.getvalue())["metrics"]] == list(catalogue(stage_set()))


def test_every_metric_says_what_it_is_and_who_controls_it() -> None:
    there = catalogue(stage_set())
    assert len({metric.title for metric in there.values()}) == len(there)
    for metric in there.values():
        assert metric.sentence.endswith("."), metric.key
        assert metric.controls, metric.key
        assert set(metric.controls) <= set(BOTH), metric.key
        assert all(metric.controls.values()), metric.key


def test_the_parts_of_a_ratio_are_summed_and_it_waits_where_they_do() -> None:
    there = catalogue(stage_set())
    for metric in there.values():
        if isinstance(metric, Ratio):
            found = [there[key] for key in parts(metric)]
            assert all(isinstance(one, Summed) for one in found), metric.key
            assert metric.windowed == any(one.windowed for one in found), metric.key
            assert metric.unit in (Unit.SHARE, Unit.MONEY, Unit.NUMBER), metric.key
