"""Who gives a person a lead and who moves or deactivates the person at the same time: one waits, and the lead is marked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction

from alignment.people.persons import change_person
from leads.lifecycle.changes import NewChange, NewValue, record_changes, record_values
from leads.models import Lead, Touched
from tests.waiting import has_to_wait
from tests.world import NOW, a_lead, cast, day

pytestmark = pytest.mark.django_db(transaction=True)


def give_by_change(lead: Lead, owner: int) -> None:
    record_changes([NewChange(lead.pk, "mql", day(1), "import", owner_id=owner)], recorded_at=NOW)


def give_by_value(lead: Lead, owner: int) -> None:
    record_values([NewValue(lead.pk, "owner", day(1), ref=owner)], recorded_at=NOW)


@pytest.mark.parametrize("give", [give_by_change, give_by_value])
def test_a_lead_given_to_somebody_who_is_deactivated_meanwhile(give: Callable[[Lead, int], None]) -> None:
    people = cast()
    lead = a_lead("1", owner=people.sales_lead, created_at=day(2))  # the new owner is one of the past
    deactivate = partial(change_person, people.salesperson, now=NOW, active=False)
    with transaction.atomic():
        give(lead, people.salesperson.pk)
        assert has_to_wait(deactivate)
    Touched.objects.all().delete()
    with transaction.atomic():
        deactivate()
        assert lead.pk in Touched.objects.values_list("lead_id", flat=True)
        assert has_to_wait(partial(give, lead, people.salesperson.pk))
