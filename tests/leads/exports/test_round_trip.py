"""What is taken out comes in again: here nothing changes by it, and in an empty installation the figures are the same."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from alignment.people.persons import ensure_team
from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from leads.exports.kinds import TAKEN_OUT
from leads.imports.profiles.named import find_profile
from leads.imports.running import run_import
from leads.imports.service import start_import
from leads.imports.summary import ImportDocument, describe
from leads.models import Activity, Consent, Deal, Lead
from tests.leads.exports.taking import sent
from tests.leads.exports.world_to_take import company
from tests.leads.imports.test_undo import everything
from tests.world import NOW

pytestmark = pytest.mark.django_db
ENDINGS = pytest.mark.parametrize("ending", ["csv", "xlsx"])
OF_NOW = ("computed_at", "known_at", "as_of", "funnel_version")


def take(kind: str, ending: str, operator: Client) -> bytes:
    return sent(operator, f"/export/{kind}/?format={ending}")


def bring_back(kind: str, file: bytes, ending: str) -> ImportDocument:
    """The file, by the profile that reads it back."""
    profile = find_profile(f"alignment-{kind}").document
    import_ = start_import(
        kind=kind, file=io.BytesIO(file), file_name=f"{kind}.{ending}", profile=profile, now=NOW, actor=None
    )
    return describe(run_import(import_.pk, now=lambda: NOW))


def operator_of_a_company() -> Client:
    operator = Client()
    operator.force_login(company().operator)
    return operator


@ENDINGS
def test_what_is_taken_out_comes_in_unchanged(ending: str) -> None:
    operator = operator_of_a_company()
    files = {kind: take(kind, ending, operator) for kind in TAKEN_OUT}
    before = everything()
    for kind, file in files.items():
        document = bring_back(kind, file, ending)
        assert (document["errors"], document["state"]) == ([], "done"), kind
        assert document["rows"] == document["unchanged"] > 0, (kind, document)
    after = everything()
    assert [name for name, rows in after.items() if rows != before[name]] == []


def figures() -> dict[str, Any]:
    """What reports say of the year, whoever computed it when."""
    found: dict[str, Any] = {}
    for key, by in (
        ("funnel", "source"),
        ("funnel", "month"),
        ("flow", "month"),
        ("velocity", "source"),
    ):
        params = read_params({"start": ("2024-01-01",), "end": ("2025-01-01",), "by": (by,)}, now=NOW)
        document = REPORTS[key].run(params, None)
        found[f"{key} by {by}"] = {name: value for name, value in document.items() if name not in OF_NOW}
    return found


def records() -> dict[str, list[Any]]:
    """What is known of leads, deals and activities, without the ids and names that installations give."""
    leads = Lead.objects.filter(is_test=False).order_by("created_at", "first_name", "email")
    consents = Consent.objects.order_by("purpose", "lead__created_at", "-at", "-pk").distinct(
        "purpose", "lead__created_at"
    )
    deals = Deal.objects.order_by("status", "amount")
    activities = Activity.objects.order_by("at")
    return {
        "leads": list(
            leads.values_list(
                "created_at", "email", "phone", "first_name", "last_name", "full_name", "title", "company__name", "source", "channel",
                "stage", "owner__name", "team__name", "campaign__name", "segment", "territory", "country", "attributes",
            )
        ),
        "consents": list(consents.values_list("purpose", "state")),
        "deals": list(deals.values_list("amount", "currency", "status", "kind", "opened_at", "closed_at", "lost_reason", "attributes")),
        "activities": list(activities.values_list("kind", "at", "by__name", "subject", "outcome", "url", "attributes", "lead__email")),
    }  # fmt: skip


@ENDINGS
def test_an_empty_installation_that_takes_the_files_in_says_the_same(ending: str, settings: Settings) -> None:
    with transaction.atomic():
        operator = operator_of_a_company()
        files = {kind: take(kind, ending, operator) for kind in TAKEN_OUT}
        said, known = figures(), records()
        transaction.set_rollback(True)
    assert not Lead.objects.exists()
    settings.SECRET_KEY = "of another installation"
    for name, side in (("Marketing", "marketing"), ("Sales", "sales"), ("Partners", "partner"), ("Others", "partner")):
        ensure_team(name, side=side)
    for kind, file in files.items():
        document = bring_back(kind, file, ending)
        assert (document["errors"], document["state"]) == ([], "done"), kind
    assert records() == known
    assert figures() == said
    for kind, file in files.items():
        document = bring_back(kind, file, ending)
        assert (document["unchanged"], document["errors"]) == (document["rows"], []), kind
