"""What may be said about a deal on its lead's page?"""

from __future__ import annotations

from django import forms
from django.http import QueryDict

from alignment.people.models import validate_currency
from leads.pages.moments import MomentField


class DealForm(forms.Form):
    """A deal that opens now."""

    amount = forms.DecimalField(
        label="Amount",
        required=False,
        min_value=0,
        max_digits=16,
        decimal_places=2,
        help_text="If it is known already.",
    )
    currency = forms.CharField(label="Currency", max_length=3)

    def __init__(self, data: QueryDict | None = None, *, currency: str) -> None:
        super().__init__(data, initial={"currency": currency}, auto_id="deal_%s")

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper()
        validate_currency(currency)
        return currency


class CloseForm(forms.Form):
    """How a deal ended. Who lost one says why."""

    status = forms.ChoiceField(choices=[("won", "Won"), ("lost", "Lost")])
    lost_reason = forms.CharField(label="Why it was lost", required=False, max_length=500)
    closed_at = MomentField(label="When", required=False)

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        if given.get("status") == "lost" and not given.get("lost_reason"):
            self.add_error(
                "lost_reason",
                forms.ValidationError("Say in a few words why: both sides learn from it.", code="required"),
            )
        return given
