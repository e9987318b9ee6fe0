"""Whatever is sent to the pages of agreements, they answer with a page and never break."""

from __future__ import annotations

import pytest

from tests.agreements.pages.conftest import draft, path, proposed, visit
from tests.world import Cast

MEAN = (
    "\x00",
    "a" * 20_000,
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "<script>",
    "-1",
    "9" * 30,
    "１",
)


@pytest.mark.parametrize("mean", MEAN)
def test_mean_words_are_answered(people: Cast, mean: str) -> None:
    for person in (people.sales_lead, people.operator):
        version = proposed(people.marketing_lead, key="one" if person is people.sales_lead else "two")
        client = visit(person)
        for step, field in (
            ("comment", "body"), ("reject", "reason"), ("withdraw", "reason"), ("override", "reason"), ("backtest", "days"),
            ("sign", "revision"), ("comment", "parent"), ("draft", "note"), ("draft", "effective_from"), ("discard", "revision"),
        ):  # fmt: skip
            answer = client.post(path(version, step), {"body": "Hm", field: mean})
            assert answer.status_code in (302, 403, 422), (step, field, answer.status_code)


@pytest.mark.parametrize("mean", MEAN)
def test_mean_terms_are_answered(people: Cast, mean: str) -> None:
    version, client = draft(people.marketer), visit(people.marketer)
    for field in (
        "terms.note",
        "terms.shifts.rows",
        "terms.coffee.limit_days",
        "terms.coffee",
        "do",
        "as",
        "revision",
        "document",
    ):
        for do in ("save", "add terms.shifts", f"up terms.shifts.{mean}", f"remove {mean}", mean):
            answer = client.post(path(version, "write"), {"do": do, field: mean})
            assert answer.status_code in (200, 302, 409, 422), (field, do, answer.status_code)


@pytest.mark.parametrize("mean", ["%00", "%F0%9F%98%80", "..%2F..", "%22%3E%3Cscript%3E", "a" * 3_000, "%ED%A0%80"])
def test_mean_addresses_are_404(people: Cast, mean: str) -> None:
    client = visit(people.operator)
    for address in (f"/agreements/{mean}/one/", f"/agreements/kitchen/{mean}/", f"/agreements/kitchen/{mean}/1/"):
        assert client.get(address).status_code == 404, address
    assert client.post(f"/agreements/kitchen/{mean}/draft/").status_code == 404
    assert client.post("/agreements/kitchen/one/draft/", {"from": mean}).status_code == 404


@pytest.mark.parametrize("kind", ["funnel", "limits", "calendar", "lead_definition"])
def test_mean_keys_of_real_kinds_are_404(people: Cast, kind: str) -> None:
    client = visit(people.operator)
    for key in ("nobody", "%00", "team:999999999999999999999", "person:x", "side:", "team:%00", "a" * 300):
        assert client.get(f"/agreements/{kind}/{key}/").status_code == 404, key
        assert client.post(f"/agreements/{kind}/{key}/draft/").status_code == 404, key
