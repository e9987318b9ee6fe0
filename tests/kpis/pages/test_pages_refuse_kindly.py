"""What is asked wrongly is answered in words, what is not there is 404, and who is not signed in is asked to."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from django.test import Client

from alignment.people.models import Organisation
from tests.company import YEAR
from tests.kpis.pages.test_lists_behind_figures import signed_in
from tests.world import Cast

PAGES = (
    "/",
    "/my-leads/",
    "/inbox/",
    "/leakage/",
    "/reports/funnel/",
    "/reports/flow/",
    "/reports/velocity/",
    "/reports/leakage/",
)

NUL_CURSOR = urlsafe_b64encode(b"2024-01-01 1 stalled\0").decode()


def test_a_page_asks_strangers_to_sign_in(people: Cast) -> None:
    for path in PAGES:
        answer = Client().get(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/accounts/login/?next="), path


def test_everybody_may_open_every_page(people: Cast) -> None:
    for user in (people.marketer, people.salesperson, people.partner, people.manager, people.operator, people.outsider):
        client = signed_in(user)
        assert [client.get(path).status_code for path in PAGES] == [200] * len(PAGES), user


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("start=2024-13-01&end=2025-01-01", "is not a date"),
        ("start=2024-02-01&end=2024-01-01", "The end lies before the start."),
        (f"{YEAR}&by=shoe_size", "not something to cut by"),
        (f"{YEAR}&timezone=Mars/Phobos", "is not a time zone"),
        (f"{YEAR}&window_days=soon", "must be a whole number"),
        (f"{YEAR}&where=source", "is not of the form"),
    ],
)
def test_a_wrong_question_says_what_is_wrong(people: Cast, query: str, words: str) -> None:
    answer = signed_in(people.manager).get(f"/reports/funnel/?{query}")
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert "What to show" in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        f"/reports/leads/?{YEAR}&measure=shoes&stage=mql",
        f"/reports/leads/?{YEAR}&measure=reached&stage=nowhere",
        f"/reports/changes/?{YEAR}&entered=%00",
        f"/reports/changes/?{YEAR}&left=nowhere",
        "/reports/leads/?measure=reached&stage=mql",
        "/reports/changes/?start=x&end=y",
        "/leakage/?cursor=nonsense",
        f"/leakage/?cursor={NUL_CURSOR}",
        "/reports/funnel.csv?start=x",
    ],
)
def test_a_list_that_cannot_be_made_says_why(people: Cast, path: str) -> None:
    answer = signed_in(people.manager).get(path)
    assert answer.status_code == 400
    assert "This cannot be shown" in answer.content.decode()


@pytest.mark.parametrize("page", ["/", "/my-leads/"])
@pytest.mark.parametrize("days", ["start=0001-01-01&end=0001-02-01", "start=9999-12-01&end=9999-12-31"])
def test_days_that_nobody_has_leads_of_are_not_asked_for(people: Cast, page: str, days: str) -> None:
    assert signed_in(people.manager).get(f"{page}?{days}").status_code == 200


def test_the_latest_moment_of_a_zone_in_the_east_is_too_late(people: Cast) -> None:
    Organisation.objects.update(timezone="Pacific/Auckland")
    answer = signed_in(people.manager).get(f"/reports/leakage/?{YEAR}&as_of=9999-12-31T23:30:00Z")
    assert answer.status_code == 400
    assert "is not a date" in answer.content.decode()


def test_a_report_that_there_is_not_is_404(people: Cast) -> None:
    assert signed_in(people.manager).get("/reports/astrology/").status_code == 404
    assert signed_in(people.manager).get("/reports/astrology.csv").status_code == 404


def test_the_form_becomes_an_address_that_says_it_all(people: Cast) -> None:
    query = f"{YEAR}&by=source&attribute=landing_page&where_cut=channel&where_value=&system="
    answer = signed_in(people.manager).get(f"/reports/funnel/?{query}")
    assert answer.status_code == 302
    assert answer["Location"] == (
        "/reports/funnel/?start=2024-01-01&end=2025-01-01&by=source&by=attributes.landing_page&where=channel%3D"
    )


def test_names_are_shown_as_text(people: Cast) -> None:
    answer = signed_in(people.manager).get(f"/reports/funnel/?{YEAR}&where=source%3D%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in answer.content.decode()
