"""The dashboard says whose figures it shows, and leaves no quiet month out."""

from __future__ import annotations

from django.test import Client

from alignment.people.models import User
from kpis.pages.periods import twelve_months
from tests.world import NOW, Cast


def dashboard(user: User) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_partner_is_told_that_the_figures_are_of_its_own_leads(people: Cast) -> None:
    assert "over the leads that your team holds" in dashboard(people.partner)
    assert "the same for both teams" in dashboard(people.marketer)


def test_every_month_of_the_year_is_on_the_line(people: Cast) -> None:
    months = twelve_months(NOW.date()).months
    assert len(months) == 12
    shown = dashboard(people.partner)
    assert [month for month in months if month not in shown] == []
