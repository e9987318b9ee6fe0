"""How does somebody type a moment? In the reporting zone; a local time that does not exist becomes the next that does."""

from __future__ import annotations

from datetime import UTC, datetime

from django import forms
from django.utils import timezone

from alignment.people.selectors import reporting_zone
from alignment.timezones import instant, of_our_time


class MomentField(forms.Field):
    """A local date and time; comes out in UTC, or None where it was left empty."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: object) -> datetime | None:
        if not value:
            return None
        try:
            local = of_our_time(datetime.fromisoformat(str(value)))
            return local.astimezone(UTC) if local.tzinfo else instant(local, reporting_zone())
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(
                "Write a date and a time such as 2024-12-31T09:30.", code="invalid_date"
            ) from error

    def prepare_value(self, value: object) -> object:
        if isinstance(value, datetime):
            return timezone.localtime(value, reporting_zone()).replace(tzinfo=None)
        return value
