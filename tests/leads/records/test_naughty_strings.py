"""Strings that broke other software go in and come out as they are, or are refused; nothing falls over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alignment.cleaning import BLANKS
from leads.records.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.world import NOW

pytestmark = pytest.mark.django_db
CODES = {"too_long", "invalid_characters", "invalid_email"}


@pytest.fixture
def strings(real_data: Path) -> list[str]:
    return [text for text in json.loads((real_data / "naughty-strings" / "blns.json").read_text()) if text.strip()]


def test_as_names_companies_people_and_attributes(strings: list[str]) -> None:
    rows = [
        LeadRow(system="s", external_id=f"{n}", first_name=text, last_name=text, company=text, owner=text, campaign=text, source=text,
                segment=text, phone=text, attributes={text: text})
        for n, text in enumerate(strings)
    ]  # fmt: skip
    results = upsert_leads(rows, now=NOW, actor_id=None)
    assert {result.code for result in results if result.status == "rejected"} <= CODES
    kept = {lead.external_id: lead for lead in Lead.objects.all()}
    for n, (text, result) in enumerate(zip(strings, results, strict=True)):
        if result.status != "rejected":
            assert (kept[str(n)].first_name, kept[str(n)].source, kept[str(n)].attributes) == (
                text.strip(BLANKS),
                text.strip(),
                {text: text},
            )
    assert {r.status for r in upsert_leads(rows, now=NOW, actor_id=None)} <= {"unchanged", "rejected"}


def test_as_ids_and_addresses(strings: list[str]) -> None:
    rows = [LeadRow(system="s", external_id=text, email=text) for text in strings]
    rows += [LeadRow(system=text, external_id=text) for text in strings]
    results = upsert_leads(rows, now=NOW, actor_id=None)
    assert {result.code for result in results if result.status == "rejected"} <= CODES
    again = upsert_leads(rows, now=NOW, actor_id=None)
    assert [r.id for r in again] == [r.id for r in results]
    assert {r.status for r in again} <= {"unchanged", "rejected"}
