"""A moment as it is typed: local, of our time, or said to be none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from alignment.people.models import Organisation
from leads.pages.moments import MomentField
from tests.world import Cast

pytestmark = pytest.mark.django_db


def test_what_is_typed_is_local(people: Cast) -> None:
    Organisation.objects.update(timezone="America/Sao_Paulo")
    field = MomentField()
    assert field.clean("2017-10-15T00:00") == datetime(2017, 10, 15, 3, tzinfo=UTC)
    assert field.clean("2024-01-31T09:30:00+02:00") == datetime(2024, 1, 31, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["soon", "0001-01-01T00:00", "9999-12-31T23:30", "1899-12-31T23:59", "2200-01-01T00:00", "\0"]
)
def test_what_no_calendar_is_sure_of_is_refused(people: Cast, text: str) -> None:
    with pytest.raises(ValidationError, match="Write a date and a time"):
        MomentField().clean(text)
