"""What goes with a draft besides its terms: why, from when, and when to look at it again."""

from __future__ import annotations

from datetime import date, datetime

from django import forms

from alignment.agreements.drafts import read_effective_from
from alignment.agreements.models import Version
from alignment.people.selectors import reporting_zone


class DraftForm(forms.Form):
    """The small form on a draft's page; its dates are days of the reporting zone."""

    note = forms.CharField(
        label="Why",
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 4}),
        help_text="What both sides should know before they sign: what is wrong today, and what this makes better.",
    )
    effective_from = forms.DateField(
        label="Takes effect on",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="At the start of that day, if signed by then. Empty: once both have signed.",
    )
    review_by = forms.DateField(
        label="Look at it again by",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="Both sides are reminded a week ahead.",
    )

    @classmethod
    def of(cls, version: Version) -> DraftForm:
        """Filled with what the draft has."""
        effective = version.effective_from
        day = effective.astimezone(reporting_zone()).date() if effective else None
        return cls(initial={"note": version.note, "effective_from": day, "review_by": version.review_by})

    def effective(self, version: Version, now: datetime) -> datetime | None:
        """The moment meant; one that was set to the minute elsewhere stays while its day does. Refused where it is past."""
        day: date | None = self.cleaned_data["effective_from"]
        kept = version.effective_from
        if kept is not None and day == kept.astimezone(reporting_zone()).date():
            return kept
        return read_effective_from(day.isoformat() if day else None, now=now)
