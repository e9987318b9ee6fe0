"""May this have happened already?"""

from __future__ import annotations

from datetime import datetime

from rest_framework.exceptions import ValidationError

from leads.lifecycle.changes import TOLERANCE


def not_in_the_future(field: str, at: datetime | None, now: datetime) -> None:
    """Refuses a moment that has not come yet."""
    if at is not None and at > now + TOLERANCE:
        raise ValidationError({field: "This lies in the future."}, code="in_the_future")
