"""What is taken out comes in again: here nothing changes by it, and in an empty installation the figures are the same."""

from __future__ import annotations

import io

import pytest
from django.test import Client

from leads.exports.kinds import TAKEN_OUT
from leads.imports.named_profiles import find_profile
from leads.imports.running import run_import
from leads.imports.service import start_import
from leads.imports.summary import ImportDocument, describe
from tests.leads.exports.taking import sent
from tests.leads.exports.world_to_take import company
from tests.leads.imports.test_undo import everything
from tests.world import NOW, Cast

pytestmark = pytest.mark.django_db
FORMATS = ("csv", "xlsx")


@pytest.fixture
def people() -> Cast:
    return company()


def bring_back(kind: str, file: bytes, ending: str) -> ImportDocument:
    """The file, by the profile that reads it back."""
    profile = find_profile(f"alignment-{kind}").document
    import_ = start_import(
        kind=kind, file=io.BytesIO(file), file_name=f"{kind}.{ending}", profile=profile, now=NOW, actor=None
    )
    return describe(run_import(import_.pk, now=lambda: NOW))


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("kind", TAKEN_OUT)
def test_what_is_taken_out_comes_in_unchanged(people: Cast, kind: str, ending: str) -> None:
    operator = Client()
    operator.force_login(people.operator)
    file = sent(operator, f"/export/{kind}/?format={ending}")
    before = everything()
    document = bring_back(kind, file, ending)
    assert document["errors"] == []
    assert document["state"] == "done", document
    assert document["rows"] == document["unchanged"] > 0, document
    after = everything()
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
