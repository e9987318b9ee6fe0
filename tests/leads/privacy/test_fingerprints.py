"""An old file does not bring an erased person back, and nobody is kept from asking again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.imports.models import Import
from leads.lifecycle.history import HistoryRow, record_history
from leads.privacy.fingerprints import fingerprint
from leads.privacy.models import Erased
from leads.privacy.removal import erase
from leads.records.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.world import NOW, a_lead, day

pytestmark = pytest.mark.django_db
EMAIL = "Ada@firm.example"


@pytest.fixture
def gone() -> Lead:
    lead = a_lead("77", email=EMAIL, full_name="Ada")
    erase(lead, now=NOW, actor_id=None)
    return lead


def a_file() -> int:
    return Import.objects.create(kind="leads", file_name="old.csv", file="imports/none.csv", profile={}).pk


def bring(row: LeadRow, *, from_file: bool) -> tuple[str, str | None]:
    [result] = upsert_leads(
        [row], now=NOW + timedelta(days=30), actor_id=None, import_id=a_file() if from_file else None
    )
    return result.status, result.code


@pytest.mark.parametrize(
    "row",
    [
        LeadRow(system="test", external_id="77"),
        LeadRow(email=EMAIL.lower()),
        LeadRow(system="another", external_id="1", email=EMAIL.upper()),
        LeadRow(email=EMAIL, created_at=NOW),
        LeadRow(email=EMAIL, created_at=day(1)),
    ],
)
def test_a_row_of_a_file_is_set_aside(gone: Lead, row: LeadRow) -> None:
    assert bring(row, from_file=True) == ("rejected", "erased")
    assert Lead.objects.count() == 1


def test_a_row_that_is_younger_than_the_erasure_comes_in(gone: Lead) -> None:
    row = LeadRow(email=EMAIL, created_at=NOW + timedelta(seconds=1))
    assert bring(row, from_file=True) == ("created", None)


def test_who_asks_again_comes_in_and_old_files_still_do_not(gone: Lead) -> None:
    assert bring(LeadRow(email=EMAIL, source="web"), from_file=False) == ("created", None)
    assert bring(LeadRow(email=EMAIL, full_name="Ada Lovelace"), from_file=True) == ("rejected", "erased")
    assert bring(LeadRow(email=EMAIL, created_at=day(2)), from_file=False) == ("rejected", "erased")
    again = Lead.objects.exclude(pk=gone.pk).get()
    assert (again.full_name, again.source) == (None, "web")


def test_nobody_else_is_set_aside(gone: Lead) -> None:
    assert bring(LeadRow(system="test", external_id="78", email="bob@firm.example"), from_file=True) == (
        "created",
        None,
    )
    assert bring(LeadRow(system="another", external_id="77"), from_file=True) == ("created", None)


def test_what_they_did_before_stays_away_from_who_they_are_now(gone: Lead) -> None:
    bring(LeadRow(system="test", external_id="77", email=EMAIL), from_file=False)
    then, since = day(3), NOW + timedelta(days=40)
    rows = [
        ActivityRow(kind="form", at=then, email=EMAIL),
        ActivityRow(kind="form", at=since, email=EMAIL),
        ActivityRow(kind="form", at=then, email="nobody@firm.example"),
    ]
    results = log_activities(rows, now=NOW + timedelta(days=50), actor_id=None)
    assert [(one.status, one.code) for one in results] == [
        ("rejected", "erased"), ("created", None), ("rejected", "unknown_lead"),
    ]  # fmt: skip
    old = HistoryRow("77", "mql", then, system="test")
    new = HistoryRow("77", "mql", since, system="test")
    outcome = record_history([old, new], now=NOW + timedelta(days=50), actor_id=None)
    assert [(one.status, one.code) for one in outcome] == [("rejected", "erased"), ("created", None)]


def test_a_log_that_makes_leads_does_not_make_the_erased(gone: Lead) -> None:
    row = HistoryRow("77", "mql", day(3), system="test")
    [result] = record_history([row], now=NOW, actor_id=None, create_leads=True)
    assert (result.status, result.code, Lead.objects.count()) == ("rejected", "erased", 1)


def test_a_fingerprint_tells_no_name_and_needs_the_key(gone: Lead, settings: object) -> None:
    kept = set(Erased.objects.values_list("fingerprint", flat=True))
    name = ("", f"email:{EMAIL.lower()}")
    assert fingerprint(name) in kept
    assert all(len(one) == 64 for one in kept)
    settings.SECRET_KEY = "another key of at least fifty characters, for this test"  # type: ignore[attr-defined]
    assert fingerprint(name) not in kept
