"""Sessions that are over are let go of, and no others."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session

from alignment.people.sessions import forget_expired
from tests.people.conftest import signed_in
from tests.world import NOW, Cast


def test_a_session_whose_time_is_over_is_forgotten_and_a_valid_one_stays(people: Cast) -> None:
    browsers = [signed_in(person) for person in (people.marketer, people.salesperson)]
    keys = [browser.cookies["sessionid"].value for browser in browsers]
    Session.objects.filter(pk=keys[0]).update(expire_date=NOW - timedelta(seconds=1))
    Session.objects.filter(pk=keys[1]).update(expire_date=NOW)
    assert forget_expired(now=NOW) == 1
    assert list(Session.objects.values_list("pk", flat=True)) == [keys[1]]
