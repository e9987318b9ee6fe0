"""Who sets what somebody takes, and how is it put back?"""

from __future__ import annotations

from decimal import Decimal

from leads.handoffs.models import Absence, Receiver
from leads.handoffs.receivers import Takes, set_receiver
from tests.leads.handoffs.pages.conftest import Browse
from tests.leads.handoffs.pages.scene import Scene, before
from tests.leads.pages.reading import text_of, undo_of
from tests.world import Cast

FIVE = {"takes_leads": "on", "capacity": "5", "period": "week", "skills": "German, French", "version": "0"}


def test_the_load_is_held_against_the_capacity(cast: Cast, morning: Scene, browse: Browse) -> None:
    set_receiver(cast.salesperson.pk, Takes(capacity=Decimal(6)), by=cast.sales_lead, now=before(0))
    text = text_of(browse(cast.sales_lead).get("/receivers/"))
    assert "Salesperson" in text
    assert "4 of 6 this week" in text
    assert "Sales Lead" in text
    assert "Partners" not in text


def test_a_lead_sets_what_somebody_takes_and_undoes_it(cast: Cast, morning: Scene, browse: Browse) -> None:
    client = browse(cast.sales_lead)
    page = client.post(f"/receivers/{cast.salesperson.pk}/", FIVE, follow=True)
    assert "What Salesperson takes is set." in text_of(page)
    one = Receiver.objects.get(pk=cast.salesperson.pk)
    assert (one.capacity, one.period, one.skills, one.takes_leads) == (Decimal(5), "week", ["German", "French"], True)
    assert "It is as before." in text_of(client.post(undo_of(page), follow=True))
    one.refresh_from_db()
    assert (one.capacity, one.skills) == (None, [])


def test_nothing_is_undone_that_somebody_changed_since(cast: Cast, morning: Scene, browse: Browse) -> None:
    client = browse(cast.sales_lead)
    page = client.post(f"/receivers/{cast.salesperson.pk}/", FIVE, follow=True)
    set_receiver(cast.salesperson.pk, Takes(capacity=Decimal(9)), by=cast.operator, now=before(0))
    client.post(undo_of(page), follow=True)
    assert Receiver.objects.get(pk=cast.salesperson.pk).capacity == 9


def test_a_form_that_is_out_of_date_overwrites_nothing(cast: Cast, morning: Scene, browse: Browse) -> None:
    client = browse(cast.sales_lead)
    client.post(f"/receivers/{cast.salesperson.pk}/", FIVE)
    version = Receiver.objects.get(pk=cast.salesperson.pk).version
    set_receiver(cast.salesperson.pk, Takes(capacity=Decimal(9)), by=cast.operator, now=before(0))
    client.post(f"/receivers/{cast.salesperson.pk}/", {**FIVE, "version": str(version)})
    assert Receiver.objects.get(pk=cast.salesperson.pk).capacity == 9


def test_people_say_themselves_when_they_are_away(cast: Cast, morning: Scene, browse: Browse) -> None:
    client = browse(cast.salesperson)
    text = text_of(client.get("/receivers/"))
    assert "Sales Lead" not in text
    assert "How many leads (empty" not in text
    days = {"first_day": "2024-12-01", "last_day": "2024-12-03", "note": "Fair"}
    page = client.post(f"/receivers/{cast.salesperson.pk}/absences/", days, follow=True)
    assert "Away 1 Dec 2024 to 3 Dec 2024 , Fair" in text_of(page).replace(" ,", " ,")
    absence = Absence.objects.get(user=cast.salesperson)
    gone = client.post(f"/receivers/{cast.salesperson.pk}/absences/{absence.pk}/", follow=True)
    assert "Salesperson is there after all." in text_of(gone)
    assert not Absence.objects.exists()
    client.post(undo_of(gone))
    again = Absence.objects.get(user=cast.salesperson)
    assert (again.since, again.until, again.note) == (absence.since, absence.until, "Fair")


def test_what_is_wrong_is_said(cast: Cast, morning: Scene, browse: Browse) -> None:
    client, who = browse(cast.sales_lead), cast.salesperson.pk
    for path, fields, said in (
        (f"/receivers/{who}/", {**FIVE, "capacity": "-1"}, "A capacity lies between 0"),
        (f"/receivers/{who}/", {**FIVE, "capacity": "many"}, "How many leads: Enter a number."),
        (f"/receivers/{who}/absences/", {"first_day": "2024-12-03", "last_day": "2024-12-01"}, "or a later one"),
        (f"/receivers/{who}/absences/", {}, "From: This field is required."),
    ):
        assert said in text_of(client.post(path, fields, follow=True)), said
    assert not Receiver.objects.exists()


def test_managers_read_what_everybody_takes(cast: Cast, morning: Scene, browse: Browse) -> None:
    page = browse(cast.manager).get("/receivers/")
    assert "Salesperson" in text_of(page)
    assert '<form method="post" action="/receivers/' not in page.content.decode()


def test_others_set_nothing(cast: Cast, morning: Scene, browse: Browse) -> None:
    path = f"/receivers/{cast.salesperson.pk}/"
    assert "A lead of Salesperson’s team" in text_of(browse(cast.marketing_lead).post(path, FIVE, follow=True))
    assert browse(cast.partner).post(path, FIVE).status_code == 404
    assert browse(cast.manager).post(path, FIVE).status_code == 403
    assert browse(cast.outsider).get("/receivers/").status_code == 404
    assert not Receiver.objects.exists()
