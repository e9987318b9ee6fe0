"""Do Mautic's sample contacts, companies and page hits come in as their files say?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from leads.imports.summary import ImportDocument
from leads.models import Activity, Company, Lead
from tests.leads.imports.vendors.workspace import bring_file, brought, outcome
from tests.oracles.exports import Outcome
from tests.oracles.mautic import FOLDER, Sample

FILES = {
    "mautic-companies": "fakecompanydata",
    "mautic-contacts": "fakeleaddata",
    "mautic-contact-list": "10contacts",
    "mautic-page-hits": "fakepagehitdata",
}


@pytest.fixture(scope="module")
def sample(real_data: Path) -> Sample:
    return Sample(real_data / FOLDER)


@pytest.fixture(scope="module")
def documents(
    sample: Sample, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, ImportDocument]]:
    """Every file, brought in once for all of these tests."""
    files = {name: sample.folder / f"{file}.csv" for name, file in FILES.items()}
    with brought(files, django_db_blocker) as told:
        yield told


@pytest.fixture(autouse=True)
def _brought(documents: dict[str, ImportDocument], db: None) -> None:
    """Each test begins after the import, and what it does is undone."""


def test_every_row_comes_in_or_is_set_aside(sample: Sample, documents: dict[str, ImportDocument]) -> None:
    named = [person for person in sample.people("fakeleaddata") if person[-1]]
    nobody = len(sample.rows("fakeleaddata")) - len(named)
    known = {person[-1] for person in named}
    listed = [person[-1] for person in sample.people("10contacts")]
    first = len(named) + len(sample.distinct())
    assert {name: outcome(document) for name, document in documents.items()} == {
        "mautic-companies": Outcome(4, 4),
        "mautic-contacts": Outcome(54, first, unchanged=nobody - len(sample.distinct())),
        "mautic-contact-list": Outcome(
            10, sum(mail not in known for mail in listed), unchanged=sum(mail in known for mail in listed)
        ),
        "mautic-page-hits": Outcome(130, rejected=130),
    }


def test_people_without_the_blanks_around_them(sample: Sample) -> None:
    people = {*sample.people("fakeleaddata"), *sample.people("10contacts")}
    assert {
        (lead.first_name, lead.last_name, lead.country, lead.email and lead.email.lower())
        for lead in Lead.objects.all()
    } == people


def test_visitors_whom_nobody_knows_are_set_aside_by_their_number(
    sample: Sample, documents: dict[str, ImportDocument]
) -> None:
    hits = [row["trackingId"] for row in sample.rows("fakepagehitdata")][:100]
    errors = documents["mautic-page-hits"]["errors"]
    assert [(error["column"], error["value"], error["code"]) for error in errors] == [
        ("trackingId", visitor, "unknown_lead") for visitor in hits
    ]
    assert not Activity.objects.exists()


def test_companies(sample: Sample) -> None:
    rows = sample.rows("fakecompanydata")
    found = Company.objects.filter(industry__isnull=False).values_list("name", "industry", "country")
    assert set(found) == {(row["companyname"], row["companyindustry"], row["companycountry"]) for row in rows}


@pytest.mark.parametrize("name", ["mautic-companies", "mautic-contacts", "mautic-contact-list"])
def test_the_same_file_again_changes_nothing(sample: Sample, documents: dict[str, ImportDocument], name: str) -> None:
    rows = documents[name]["rows"]
    assert outcome(bring_file(name, sample.folder / f"{FILES[name]}.csv")) == Outcome(rows, unchanged=rows)
