"""Is the language published as it is: as JSON Schema, and in the documentation, whose example is computed here?"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from leads.definitions.checks import check_terms
from leads.definitions.fields import FIELDS, OPERATORS, TAKES
from leads.definitions.kind import STARTING
from leads.definitions.schema import definition_schema
from leads.definitions.terms import TAGS, LeadDefinition, Operator
from tests.oracles.definition_cases import definitions
from tests.oracles.definition_facts import ActivityFact, CompanyFacts, Facts, LeadFacts
from tests.oracles.definitions import ledger, score

PAGE = (Path(__file__).parents[3] / "docs" / "definitions.md").read_text()
VALIDATOR = Draft202012Validator(definition_schema())


def documented() -> LeadDefinition:
    found = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return LeadDefinition.model_validate_json(found.group(1))


def test_the_schema_is_one_and_names_fields_and_kinds() -> None:
    Draft202012Validator.check_schema(definition_schema())
    shown = json.dumps(definition_schema())
    assert all(f'"{field.name}"' in shown for field in FIELDS)
    assert '"touch"' in shown
    assert '"email_open"' not in shown
    assert VALIDATOR.is_valid(STARTING.model_dump(mode="json", by_alias=True))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(definitions())
def test_every_definition_fits_the_schema(definition: LeadDefinition) -> None:
    VALIDATOR.validate(definition.model_dump(mode="json", by_alias=True, exclude_none=True))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"criteria": {}},
        {"criteria": {"field": "lead.source", "op": "is", "value": "x", "regex": "y"}},
        {"criteria": {"field": "lead.source", "op": "like", "value": "x"}},
        {"criteria": {"field": "lead.source", "op": "is", "value": {"a": 1}}},
        {"criteria": {"activity": {"kinds": []}}},
        {"criteria": {"consent": "a"}, "more": 1},
        {"criteria": {"consent": "a"}, "fit": {"rules": []}},
    ],
)
def test_what_is_no_definition_fits_neither_the_schema_nor_the_types(document: Any) -> None:
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(ValueError, match="validation error"):
        LeadDefinition.model_validate_json(json.dumps(document))


def test_the_page_tells_every_field_type_operator_condition_and_code() -> None:
    assert all(f"`{field.name}`" in PAGE for field in FIELDS)
    assert set(get_args(Operator)) == set(OPERATORS)
    rows = {
        key: [cell.strip() for cell in line.split("|")]
        for line in PAGE.splitlines()
        for key in re.findall(r"`(\w+)`", line.split("|")[1] if line.startswith("|") else "")
    }
    for kind, takes in TAKES.items():
        assert re.search(rf"\| {kind} \|", PAGE)
        assert all(kind in rows[operator][2] for operator in takes)
    assert all(f"`{name}`" in PAGE for name in TAGS if name != "not_")
    codes = set()
    for module in ("checks", "contradictions", "stages", "terms"):
        source = (Path(__file__).parents[3] / "leads" / "definitions" / f"{module}.py").read_text()
        codes |= set(
            re.findall(r'"((?:unknown|wrong|not|too|score|fading|machine|pattern)_[a-z_]+|contradiction)"', source)
        )
    assert {"contradiction", "machine_opens", "too_deep", "unknown_stage"} <= codes
    assert [code for code in sorted(codes - {"not_"}) if f"`{code}`" not in PAGE] == []


def test_the_worked_example_is_right() -> None:
    noon = datetime(2024, 6, 15, 12, tzinfo=UTC)
    moments = [
        noon,
        noon - timedelta(days=14),
        noon - timedelta(days=28),
        *[noon - timedelta(hours=1)] * 2,
        datetime(2024, 3, 1, tzinfo=UTC),
    ]
    seen = tuple(ActivityFact("page_view", at, at) for at in moments)
    lead = LeadFacts(moments[-1], company="one")
    found = Facts(lead, moments[-1], {"one": CompanyFacts("One", industry="Software")}, seen)
    definition = documented()
    assert check_terms(definition) == []
    assert [(line.count, line.points) for line in ledger(definition, "engagement", found, noon)] == [
        (5, Decimal("18.73"))
    ]
    assert score(definition, "fit", found, noon) == 10
    more = Facts(lead, moments[-1], found.companies, (*seen, ActivityFact("page_view", noon, noon)))
    assert [line.points for line in ledger(definition, "engagement", more, noon)] == [
        Decimal("23.73"),
        Decimal("-3.73"),
    ]
    assert all(text in PAGE for text in ("18.73", "23.73", "−3.73", "20.00"))
