"""A stage has a definition: whatever its key is called, and when the funnel drops it."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.models import Version
from alignment.outbox.models import Notice
from alignment.refusals import Refused
from leads.definitions.kind import STARTING
from leads.funnel.stage_sets import stage_set
from leads.funnel.terms import document_of
from tests.clocks import present_is
from tests.kpis.agreeing import agreed
from tests.world import NOW, Cast, cast

pytestmark = pytest.mark.django_db

STRANGE = ("a/b", "x" * 100, "漢" * 100, ".", "..", "draft?x#y", "a%2Fb", "~2F", "a\\b", "work", "Take in charge")


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Cast:
    present_is(NOW, monkeypatch)
    return cast()


def stages() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document_of(stage_set().terms)["stages"]
    return found


def proposed(people: Cast, key: str) -> Version:
    terms = STARTING.model_dump(mode="json", by_alias=True)
    draft = start_draft("lead_definition", key, terms, author=people.marketer, now=NOW)
    return propose(draft.pk, by=people.marketing_lead, now=NOW)


def visit(people: Cast) -> Client:
    client = Client()
    client.force_login(people.sales_lead)
    return client


@pytest.mark.parametrize("key", STRANGE)
def test_an_agreement_about_a_stage_has_pages_whatever_its_key(people: Cast, key: str) -> None:
    new = {"key": key, "title": "Strange", "position": 100, "category": "open", "side": "sales"}
    agreed(people, "funnel", {"stages": [*stages(), new]}, at=NOW)
    version, client = proposed(people, key), visit(people)
    one = reverse("agreements:agreement", args=["lead_definition", key])
    pages = (one, f"{one}progress/", f"{one}1/", f"{one}compare/1/1/", "/agreements/")
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    path = Notice.objects.get(user=people.sales_lead, key=f"agreement:{version.pk}:proposed").path
    assert client.get(path)["Location"] == f"{one}1/"
    assert client.post(f"{one}1/sign/")["Location"].startswith(f"{one}1/")
    assert Version.objects.get(pk=version.pk).step == "signed"


def test_a_key_is_one_line(people: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        agreed(people, "funnel", {"stages": [*stages(), {"key": "a\nb", "position": 100}]}, at=NOW)
    assert [error.code for error in refusal.value.errors] == ["invalid_key"]


def test_the_address_of_no_version_is_404(people: Cast) -> None:
    client = visit(people)
    for number in ("0", "77", "9" * 30):
        assert client.get(f"/agreements/version/{number}/").status_code == 404
    client.force_login(people.partner)
    version = proposed(people, "mql")
    assert client.get(f"/agreements/version/{version.pk}/").status_code == 404


def test_a_definition_is_not_signed_for_a_stage_that_the_funnel_dropped_meanwhile(people: Cast) -> None:
    definition = proposed(people, "mql")
    agreed(people, "funnel", {"stages": [stage for stage in stages() if stage["key"] != "mql"]}, at=NOW)
    with pytest.raises(Refused, match="Withdraw it, or reject it, and propose one") as refusal:
        sign(definition.pk, by=people.sales_lead, now=NOW)
    assert (refusal.value.code, refusal.value.status) == ("unknown_stage", 409)
    assert Version.objects.get(pk=definition.pk).step == "proposed"


def test_a_definition_in_force_whose_stage_was_dropped_says_that_it_moves_nobody(people: Cast) -> None:
    sign(proposed(people, "mql").pk, by=people.sales_lead, now=NOW)
    client, said = visit(people), "This definition moves nobody by now. The funnel in force has no stage “mql”"
    pages = ("/agreements/lead_definition/mql/", "/agreements/lead_definition/mql/1/")
    assert [said in unescape(client.get(page).content.decode()) for page in pages] == [False, False]
    agreed(people, "funnel", {"stages": [stage for stage in stages() if stage["key"] != "mql"]}, at=NOW)
    assert [said in unescape(client.get(page).content.decode()) for page in pages] == [True, True]
