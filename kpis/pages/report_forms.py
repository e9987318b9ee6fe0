"""What can be asked of a report, as a form whose address is the question itself."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from kpis.pages.questions import Question
from kpis.reports.cuts import CUTS, HANDED_CUTS, TOUCH_CUTS
from kpis.reports.params import BETWEEN
from leads.funnel.stage_sets import StageSet

NOT_OFFERED = ("definition",)
CHOICES = [(name, name.capitalize()) for name in CUTS if name not in NOT_OFFERED]


class ReportForm(forms.Form):
    """Every option of a report. It only draws: `read_params` judges what was asked, here as for API and command."""

    start = forms.CharField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.CharField(label="Up to, not with", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    by = forms.MultipleChoiceField(label="Cut by", required=False, choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    attribute = forms.CharField(label="Cut by an attribute", required=False)
    start_stage = forms.ChoiceField(label="Begin at stage", required=False)
    to_stage = forms.ChoiceField(label="To stage", required=False)
    window_days = forms.IntegerField(label="Window, days", required=False, min_value=1)
    between = forms.ChoiceField(
        label="Between", required=False, choices=[(name, f"{name}s".capitalize()) for name in BETWEEN]
    )
    timezone = forms.CharField(label="Time zone", required=False)
    system = forms.CharField(label="Only from system", required=False)
    as_of = forms.CharField(label="As of", required=False)
    known_at = forms.CharField(label="As known at", required=False)
    where_cut = forms.ChoiceField(label="Only where", required=False, choices=[("", "–"), *CHOICES])
    where_value = forms.CharField(label="is", required=False)

    def __init__(
        self, question: Question, stages: StageSet, *, handed: bool = False, own_cuts: Sequence[str] = ()
    ) -> None:
        """`handed`: the report is about handoffs, which have cuts of their own; `own_cuts`: what else only it may be cut by."""
        super().__init__(initial=_initial(question))
        if handed or own_cuts:
            own = [(name, name.capitalize()) for name in (*(HANDED_CUTS if handed else ()), *own_cuts)]
            self.fields["by"] = forms.MultipleChoiceField(
                label="Cut by", required=False, choices=[*own, *CHOICES], widget=forms.CheckboxSelectMultiple
            )
            self.fields["where_cut"] = forms.ChoiceField(
                label="Only where", required=False, choices=[("", "–"), *own, *CHOICES]
            )
        choices = [("", "The first"), *((stage.key, stage.title) for stage in stages.forward)]
        self.fields["start_stage"] = forms.ChoiceField(label="Begin at stage", required=False, choices=choices)
        goals = [("", "Each of them"), *choices[1:]]
        self.fields["to_stage"] = forms.ChoiceField(label="To stage", required=False, choices=goals)
        self.fields["timezone"].widget.attrs["placeholder"] = "the company's"
        for name in ("as_of", "known_at"):
            self.fields[name].widget.attrs["placeholder"] = "now"
        self.fields["window_days"].widget.attrs["placeholder"] = "90"
        self.fields["attribute"].widget.attrs["placeholder"] = "landing_page"


def _initial(question: Question) -> dict[str, object]:
    by = question.options.get("by", ())
    single = {name: values[0] for name, values in question.options.items() if name not in ("by", "where")}
    attribute = next((name.removeprefix("attributes.") for name in by if name.startswith("attributes.")), "")
    return {
        **single,
        "by": [name for name in by if name in CUTS or name in HANDED_CUTS or name in TOUCH_CUTS],
        "attribute": attribute,
    }
