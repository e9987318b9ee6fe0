"""Stage sets are data: what may be loaded, what is refused and how it is named."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from alignment.refusals import Refused
from leads.funnel.stage_sets import stage_set
from leads.lifecycle.changes import load_stages
from leads.models import Progress
from tests.world import a_lead, day, moved

pytestmark = pytest.mark.django_db

OPEN: dict[str, Any] = {"key": "open", "title": "Open", "position": 1, "category": "open", "side": "sales"}
WON: dict[str, Any] = {"key": "Closed!", "title": "Closed", "position": 2, "category": "won", "side": "sales"}


def test_an_installation_begins_with_the_default_set() -> None:
    keys = [stage.key for stage in stage_set().stages]
    assert keys == ["inquiry", "mql", "sal", "sql", "opportunity", "won", "loyal", "disqualified", "lost", "recycled"]


def test_a_set_takes_the_place_of_the_one_before() -> None:
    stages = load_stages([WON, OPEN])
    assert [(stage.key, stage.position, stage.requires_owner) for stage in stages.stages] == [
        ("open", 1, True),
        ("Closed!", 2, True),
    ]


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({}, "a list of stages"),
        ([{**OPEN, "position": 99_999_999_999}], "whole number from 1 to 10000"),
        ([{**OPEN, "position": True}], "whole number from 1 to 10000"),
        ([{**OPEN, "age_days": 1e18}], "age_days must be a number of days"),
        ([{**OPEN, "age_days": "x"}], "age_days must be a number of days"),
        ([{**OPEN, "quiet_days": -1}], "quiet_days must be a number of days"),
        ([{**OPEN, "quiet_days": float("nan")}], "quiet_days must be a number of days"),
        ([OPEN, {**WON, "counts_as": []}], "counts_as must be the key"),
        ([{**OPEN, "key": "a\0"}], "key must be a text"),
        ([{**OPEN, "title": "a\ud800"}], "title must be a text"),
        ([{**OPEN, "requires_owner": "no"}], "requires_owner must be true or false"),
        ([], "a list of stages"),
        ([{**OPEN, "colour": "red"}], "“colour” is not known"),
        ([{**OPEN, "position": 0}], "whole number from 1"),
        ([{**OPEN, "category": "sold"}], "category must be one of"),
        ([{**OPEN, "category": "lost"}], "a stage of category lost has no position"),
        ([{**OPEN, "side": "partner"}], "side must be marketing or sales"),
        ([OPEN, {**WON, "position": 1}], "1 stands more than once"),
        ([OPEN, {**OPEN, "position": 3}], "open stands more than once"),
        ([OPEN, {**WON, "counts_as": "nope"}], "counts_as names nope"),
        ([{"key": "lost", "position": None, "category": "lost", "side": "sales"}], "at least one forward stage"),
    ],
)
def test_what_is_wrong_is_named(document: object, named: str) -> None:
    with pytest.raises(Refused, match=named):
        load_stages(document)
    assert len(stage_set().stages) == 10


def test_a_key_in_use_leaves_only_by_counting_as_another() -> None:
    lead = a_lead("1")
    moved(lead, ("mql", 1), ("sal", 2))
    new = [{**OPEN, "key": "inquiry"}, {**WON, "key": "won"}]
    with pytest.raises(Refused, match="mql, sal") as refusal:
        load_stages(new)
    assert refusal.value.code == "stage_in_use"
    load_stages([*new, {"key": "mql", "counts_as": "inquiry"}, {"key": "sal", "counts_as": "won"}])
    lead.refresh_from_db()
    assert lead.stage_id == "won"
    assert Progress.objects.get(lead=lead).reached[1] == day(2)


def test_verify_reads_a_retired_key_as_what_it_counts_as() -> None:
    lead = a_lead("1")
    moved(lead, ("mql", 1))
    load_stages([{**OPEN, "key": "inquiry"}, WON, {"key": "mql", "counts_as": "inquiry"}])
    lead.refresh_from_db()
    assert lead.stage_id == "inquiry"
    call_command("recompute", stdout=StringIO())
    out = StringIO()
    call_command("verify", format="json", stdout=out)
    assert json.loads(out.getvalue())["differences"] == 0, out.getvalue()


@pytest.mark.parametrize("text", ["[" * 100_000, '[{"key": "a\\u0000"}]', "[NaN]", "[" * 40 + "]" * 40, "\udcff", "{"])
def test_a_file_that_is_no_document_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "stages.json"
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(Refused) as refusal:
        call_command("stages", "load", str(file))
    assert refusal.value.code in ("invalid_stage_set", "unreadable_stage_set")
