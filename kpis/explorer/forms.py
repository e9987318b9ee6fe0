"""What can be asked of the explorer, as a form whose address is the view."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from kpis.explorer.view import BEFORE, OFFERED, View
from leads.funnel.stage_sets import StageSet

CUTS = [(name, name.capitalize()) for name in OFFERED]
MOST_VALUES = 200


class ExplorerForm(forms.Form):
    """It only draws: `read_params` and `View` judge what was asked."""

    start = forms.CharField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.CharField(label="Up to, not with", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    by = forms.ChoiceField(label="Cut by", required=False, choices=CUTS)
    compare = forms.ChoiceField(label="Compare", required=False)
    a = forms.ChoiceField(label="First", required=False)
    b = forms.ChoiceField(label="Second", required=False)
    start_stage = forms.ChoiceField(label="Begin at stage", required=False)
    to_stage = forms.ChoiceField(label="How quickly to", required=False)
    window_days = forms.IntegerField(label="Window, days", required=False, min_value=1)
    where_cut = forms.ChoiceField(label="Only where", required=False, choices=[("", "–"), *CUTS])
    where_value = forms.CharField(label="is", required=False)

    def __init__(self, view: View, stages: StageSet, values: Sequence[str] = ()) -> None:
        """`values`: what the compared cut has, the largest first."""
        options = view.question.options
        single = {name: found[0] for name, found in options.items() if name not in ("by", "where")}
        own = {"by": view.cut, "compare": view.compare, "a": view.first or "", "b": view.second or ""}
        super().__init__(initial={**single, **own})
        self.compares_values = view.compare not in ("", BEFORE) and bool(values)
        steps = [(stage.key, stage.title) for stage in stages.forward]
        self._offer("start_stage", [("", "The first"), *steps])
        self._offer("to_stage", [("", "The win"), *steps[1:]])
        known = dict(CUTS)
        self._offer("by", [*CUTS, *([] if view.cut in known else [(view.cut, view.cut)])])
        more = [] if view.compare in ("", BEFORE) or view.compare in known else [(view.compare, view.compare)]
        pairs = [(name, f"Two values of {name}") for name, _title in [*CUTS, *more]]
        self._offer("compare", [("", "Nothing"), (BEFORE, "With the period before"), *pairs])
        shown = list(
            dict.fromkeys([*values[:MOST_VALUES], *(value or "" for value in (view.first, view.second) if view.chosen)])
        )
        for name in ("a", "b"):
            self._offer(name, [(value, value or "(none)") for value in shown])
        self.fields["window_days"].widget.attrs["placeholder"] = "90"

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)
