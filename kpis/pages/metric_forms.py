"""What can be asked of a metric, as a form whose address is the question itself."""

from __future__ import annotations

from django import forms

from kpis.metrics.declaring import Metric
from kpis.metrics.periods import Grain
from kpis.pages.questions import Question
from kpis.pages.report_forms import NOT_OFFERED
from kpis.reports.cuts import CUTS, PERIODS


class MetricForm(forms.Form):
    """Days, length of the periods, and by what to cut. It only draws: what was asked is judged as for the API."""

    start = forms.CharField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.CharField(label="Up to, not with", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    grain = forms.ChoiceField(label="By", required=False, choices=[(one.value, one.value) for one in Grain])
    by = forms.ChoiceField(label="Cut by", required=False)
    compare = forms.BooleanField(label="Beside the period before", required=False)

    def __init__(self, question: Question, metric: Metric, *, grain: str, compare: bool) -> None:
        single = {name: values[0] for name, values in question.options.items()}
        super().__init__(initial={**single, "grain": grain, "compare": compare})
        cuts = [name for name in metric.cuts or CUTS if name not in (*PERIODS, *NOT_OFFERED)]
        self.fields["by"] = forms.ChoiceField(
            label="Cut by", required=False, choices=[("", "nothing"), *((name, name) for name in cuts)]
        )
