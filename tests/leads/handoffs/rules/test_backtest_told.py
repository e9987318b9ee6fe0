"""A rule's backtest is told alike by the command, the API and the page."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from alignment.agreements.models import Backtest
from tests.clocks import present_is
from tests.leads.handoffs.rules.test_backtest import cast, in_mql, result, rule, tried
from tests.leads.pages.conftest import Browse, browse
from tests.world import Cast

pytestmark = pytest.mark.django_db
__all__ = ["browse", "cast", "present_is"]


@pytest.fixture
def found(cast: Cast) -> Backtest:
    in_mql("one", 40)
    return tried(cast, rule(cast))


@pytest.mark.parametrize("form", ["json", "table", "csv"])
def test_the_command_prints_it(found: Backtest, form: str) -> None:
    out = StringIO()
    call_command("report", "backtest", "--kind", "handoff_rule", "--key", "large", "--format", form, stdout=out)
    assert "offered" in out.getvalue() or "this" in out.getvalue()
    if form == "json":
        assert json.loads(out.getvalue())["counts"] == result(found)["counts"]


def test_the_api_gives_it(cast: Cast, found: Backtest, browse: Browse) -> None:
    here = f"/api/v1/agreements/{found.version_id}/backtest/{found.pk}"
    told = browse(cast.marketer).get(here).json()
    assert told["result"] == result(found)
    assert browse(cast.marketer).get(f"{here}/leads/offered").status_code == 404
