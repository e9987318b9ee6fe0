"""On real data: every model shares out exactly what was won, whatever it is cut by."""

from __future__ import annotations

from decimal import Decimal

from kpis.attribution import keeping
from kpis.attribution.terms import MODELS
from kpis.attribution.verify import findings
from kpis.metrics.evaluating import evaluate
from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from leads.models import Touched
from tests.leads.imports.vendors.workspace import NOW

CUTS = ("channel", "campaign", "source", "month", "owner")


def hold_totals(start: str, end: str) -> int:
    """Credits add up to the metric `won_revenue`, and equal their second reading; how many deals were touched for."""
    Touched.objects.all().delete()  # nothing is behind once everything is credited anew
    keeping.rebuild(now=NOW)
    params = {"start": [start], "end": [end]}
    won = evaluate(["won_revenue", "won_deals"], read_params(params, now=NOW), None)[()]
    assert won["won_deals"].value is not None
    touched = 0
    for cut in CUTS:
        report = REPORTS["attribution"].run(read_params({**params, "by": [cut]}, now=NOW), None)
        assert report["won_deals"] == won["won_deals"].value
        for model in MODELS:
            credits_of = [
                Decimal(group[f"credit_{model}"]["amount"]) for group in report["groups"] if group[f"credit_{model}"]
            ]
            assert sum(credits_of) == won["won_revenue"].value, (cut, model)
        touched = report["won_deals"] - report["won_without_touch"]
    found = list(findings(NOW))
    assert [one for one in found if one.kept != one.expected] == []
    assert len(found) > won["won_deals"].value
    return touched
