"""`manage.py agreement`: what is in force, then or now; nothing in force is an answer, a wrong name is not."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any
from unittest.mock import patch

import pytest

from alignment.agreements.management.commands.agreement import Command
from alignment.agreements.overriding import override
from alignment.people.models import Organisation
from tests.agreements.lunch import LUNCH, a_draft, agreed
from tests.clocks import present_is
from tests.world import NOW, Cast


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(NOW, monkeypatch)


def ended(*arguments: str) -> tuple[int, str, str]:
    """Run it as the terminal does; its connection stays open for the test."""
    out, err = StringIO(), StringIO()
    code = 0
    with patch("django.core.management.base.connections.close_all"):
        try:
            Command(stdout=out, stderr=err, no_color=True).run_from_argv(["manage.py", "agreement", *arguments])
        except SystemExit as end:
            code = int(str(end.code))
    return code, out.getvalue(), err.getvalue()


def answered(*arguments: str) -> Any:
    code, out, err = ended(*arguments, "--format", "json")
    assert (code, err) == (0, ""), (code, out, err)
    return json.loads(out)


def test_what_is_in_force_is_told_with_its_terms_and_signatures(cast: Cast) -> None:
    version = agreed(cast, NOW - timedelta(days=1))
    assert answered(LUNCH, "monday") == {
        "kind": LUNCH,
        "key": "monday",
        "title": "Lunch on monday",
        "at": "2024-12-01T12:00:00Z",
        "version": 1,
        "version_id": version.pk,
        "state": "in_force",
        "since": "2024-11-30T12:00:00Z",
        "until": None,
        "terms": {"minutes": 45, "with_dessert": False},
        "sentences": ["Lunch takes 45 minutes."],
        "signatures": [
            {
                "side": "marketing",
                "by": "marketing-lead@test.example",
                "team": "Marketing",
                "at": "2024-11-30T12:00:00Z",
            },
            {"side": "sales", "by": "sales-lead@test.example", "team": "Sales", "at": "2024-11-30T12:00:00Z"},
        ],
        "overridden": False,
    }
    assert ended(LUNCH, "monday")[1] == (
        "Lunch on monday (monday), version 1, in force from 2024-11-30 12:00 UTC:\n"
        "  Lunch takes 45 minutes.\n"
        "  signed for marketing by marketing-lead@test.example on 2024-11-30\n"
        "  signed for sales by sales-lead@test.example on 2024-11-30\n"
    )


def test_nothing_in_force_is_an_answer(cast: Cast) -> None:
    a_draft(cast.marketer, NOW)
    found = answered(LUNCH, "monday")
    assert (found["version"], found["state"], found["terms"], found["sentences"]) == (None, "none", None, [])
    code, out, _err = ended(LUNCH, "friday")
    assert (code, out) == (0, "Lunch on friday (friday): nothing is in force at 2024-12-01 12:00 UTC.\n")


def test_the_past_and_the_future_are_asked_by_date_or_instant(cast: Cast) -> None:
    Organisation.objects.update(timezone="America/Sao_Paulo")
    agreed(cast, NOW - timedelta(days=9), 30)
    agreed(cast, NOW - timedelta(days=8), 60, effective_from=NOW + timedelta(days=1, hours=15))  # 00:00 in São Paulo
    asked = {at: answered(LUNCH, "monday", "--at", at)["version"] for at in
             ("2024-11-22", "2024-11-23", "2024-12-02", "2024-12-03", "2024-12-03T02:59:59Z", "2024-12-03T03:00:00Z",
              "2024-12-03T00:00:00-03:00")}  # fmt: skip
    assert asked == {
        "2024-11-22": None,
        "2024-11-23": 1,
        "2024-12-02": 1,
        "2024-12-03": 2,
        "2024-12-03T02:59:59Z": 1,
        "2024-12-03T03:00:00Z": 2,
        "2024-12-03T00:00:00-03:00": 2,
    }


def test_without_a_key_it_is_the_only_one_or_every_one(cast: Cast) -> None:
    agreed(cast, NOW, key="monday")
    a_draft(cast.marketer, NOW, key="friday")
    assert [(row["key"], row["version"]) for row in answered(LUNCH)] == [("friday", None), ("monday", 1)]
    assert answered("funnel")["key"] == "default"
    assert ended(LUNCH)[1].count("in force") == 2


def test_what_holds_from_the_beginning_has_no_first_instant(cast: Cast) -> None:
    found = answered("funnel", "default", "--at", "1901-01-01")
    assert (found["version"], found["since"], found["state"], found["signatures"]) == (1, None, "in_force", [])
    assert "in force from the beginning of time" in ended("funnel")[1]


def test_an_override_is_marked(cast: Cast) -> None:
    override(a_draft(cast.marketer, NOW).pk, by=cast.operator, reason="Now.", now=NOW)
    assert answered(LUNCH, "monday")["overridden"] is True
    assert "put in force by an operator" in ended(LUNCH, "monday")[1]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("dinner",), "unknown_kind"),
        (("dinner", "monday"), "unknown_kind"),
        ((LUNCH, "MONDAY"), "invalid_key"),
        ((LUNCH, ""), "invalid_key"),
        (("funnel", "monday"), "invalid_key"),
        ((LUNCH, "monday", "--at", "yesterday"), "invalid_date"),
        ((LUNCH, "monday", "--at", "2024-02-30"), "invalid_date"),
        ((LUNCH, "monday", "--at", "2024-01-01T00:00:00"), "invalid_date"),
        ((LUNCH, "monday", "--at", "0001-01-01"), "invalid_date"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused(cast: Cast, arguments: tuple[str, ...], code: str) -> None:
    ended_with, out, err = ended(*arguments, "--format", "json")
    assert (ended_with, json.loads(out)["code"]) == (2, code)
    assert err
