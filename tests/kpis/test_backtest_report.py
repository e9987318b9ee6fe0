"""Do command, API and page tell of one and the same backtest?"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from rest_framework.test import APIClient

from alignment.agreements.models import Backtest
from alignment.people.api_keys import create_api_key
from alignment.people.models import User
from alignment.refusals import Refused
from tests import world
from tests.clocks import present_is
from tests.leads.definitions.qualifying import a_lead_at, agreed, saw, viewed
from tests.leads.definitions.trying import drafted, result_of, tried
from tests.world import Cast, day

pytestmark = pytest.mark.django_db

HEADING = {"kind": "lead_definition", "key": "mql", "title": "MQL definition", "state": "draft", "outdated": False}


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    present_is(day(60), monkeypatch)
    cache.clear()
    yield world.cast()
    cache.clear()


def printed(*options: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("report", "backtest", *options, "--format", "json", stdout=out)
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


def calling(person: User) -> APIClient:
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {create_api_key(person, scope='write')}")
    return caller


def test_the_command_and_the_api_tell_what_is_kept(cast: Cast) -> None:
    saw(a_lead_at("1", 31), 35)
    backtest = tried(cast, viewed(1))
    expected = {
        **HEADING,
        "version": 1,
        "version_id": backtest.version_id,
        "backtest": backtest.pk,
        **result_of(backtest),
    }
    document = printed("--key", "mql")
    assert {key: value for key, value in document.items() if key != "asked_at"} == expected
    answer = calling(cast.marketer).get("/api/v1/reports/backtest?key=mql&number=1")
    assert (answer.status_code, answer.json()) == (200, document)
    assert Backtest.objects.count() == 1


def test_the_command_computes_what_is_missing_and_all_anew_when_told_to(cast: Cast) -> None:
    saw(a_lead_at("1", 31), 35)
    version = drafted(cast, viewed(1))
    first = printed("--version-id", str(version.pk), "--days", "20")
    assert (first["days"], first["counts"]["qualified"]["leads"]) == (20, 0)
    assert printed("--key", "mql", "--days", "20")["backtest"] == first["backtest"]
    assert printed("--key", "mql", "--days", "40")["counts"]["qualified"]["leads"] == 1
    assert printed("--key", "mql", "--days", "20", "--run")["backtest"] > first["backtest"]


def test_its_weeks_are_a_table_and_csv(cast: Cast) -> None:
    saw(a_lead_at("1", 31), 35)
    tried(cast, viewed(1))
    out = io.StringIO()
    call_command("report", "backtest", "--key", "mql", "--format", "csv", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "week,start,this,in_force,whole"
    assert lines[1:3] == ["2024-W05,2024-01-29,0,,False", "2024-W06,2024-02-05,1,,True"]


def test_the_proposal_is_meant_where_no_number_is_given(cast: Cast) -> None:
    agreed(cast, "mql", viewed(9), day(1))
    saw(a_lead_at("1", 31), 35)
    assert printed("--key", "mql")["state"] == "in_force"
    drafted(cast, viewed(1))
    assert printed("--key", "mql")["version"] == 2


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), "invalid_options"),
        (("--key", "mql", "--days", "0"), "invalid_options"),
        (("--key", "mql", "--start", "2024-01-01"), "invalid_options"),
        (("--key", "mql"), "not_found"),
        (("--key", "mql", "--kind", "nonsense"), "unknown_kind"),
        (("--version-id", "999999"), "not_found"),
    ],
)
def test_what_cannot_be_asked_is_refused(cast: Cast, options: tuple[str, ...], code: str) -> None:
    with pytest.raises(Refused) as refused:
        printed(*options)
    assert refused.value.code == code


def test_the_api_computes_nothing_and_is_not_for_strangers(cast: Cast) -> None:
    drafted(cast, viewed(1))
    answer = calling(cast.salesperson).get("/api/v1/reports/backtest?key=mql")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_tried")
    assert Backtest.objects.count() == 0
    for stranger in (cast.partner, cast.outsider):
        assert calling(stranger).get("/api/v1/reports/backtest?key=mql").status_code == 404


def test_the_lists_behind_it_are_in_the_api(cast: Cast) -> None:
    for n in range(3):
        saw(a_lead_at(str(n), 31), 35 + n)
    backtest = tried(cast, viewed(1))
    place = f"/api/v1/agreements/{backtest.version_id}/backtest/{backtest.pk}/leads"
    answer = calling(cast.manager).get(f"{place}/qualified?page_size=2").json()
    assert [(row["this_at"], row["in_force_at"], row["won_at"]) for row in answer["results"]] == [
        ("2024-02-05T09:00:00Z", None, None),
        ("2024-02-06T09:00:00Z", None, None),
    ]
    assert len(calling(cast.manager).get(answer["next"]).json()["results"]) == 1
    assert calling(cast.manager).get(f"{place}/nonsense").status_code == 404
    assert calling(cast.partner).get(f"{place}/qualified").status_code == 404
