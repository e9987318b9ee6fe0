"""The editor of rules: everything a document says can be written without it, by buttons that need no script."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from alignment.agreements.deciding import propose
from alignment.agreements.drafts import change_draft, start_draft
from alignment.agreements.models import Version
from alignment.agreements.terms import as_document
from alignment.programs.models import Campaign
from leads.handoffs.kind import starting
from leads.handoffs.pages.editor_form import document_of, form_of
from leads.handoffs.terms import KIND
from tests.clocks import present_is
from tests.leads.handoffs.rules.forms import Pairs, form_in
from tests.leads.handoffs.rules.wording import changed, full, read, small
from tests.leads.pages.conftest import Browse, browse, people
from tests.leads.pages.reading import text_of
from tests.world import NOW, Cast, a_lead, moved

__all__ = ["browse", "people"]
SCRIPT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _present(monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(NOW, monkeypatch)


@pytest.fixture
def draft(people: Cast) -> Version:
    document = changed(full(people), criteria={"all": [{"field": "company.employees", "op": "at_least", "value": 50}]})
    return start_draft(KIND, "large", json.loads(json.dumps(document)), author=people.marketer, now=NOW)


def address(version: Version) -> str:
    return f"/handoff-rules/{version.agreement.key}/draft/{version.number}/"


def opened(client: Client, version: Version) -> Pairs:
    answer = client.get(address(version))
    assert answer.status_code == 200
    return form_in(answer.content.decode())


def pressed(client: Client, version: Version, form: Pairs, do: str, **changes: str) -> Any:
    sent = {**form, **{name: [value] for name, value in changes.items()}, "do": [do]}
    return client.post(address(version), sent)


def terms(version: Version) -> dict[str, Any]:
    version.refresh_from_db()
    return dict(version.terms)


def test_a_document_goes_into_the_form_and_back_as_it_was(people: Cast) -> None:
    campaign = Campaign.objects.create(name="Nurture")
    for document in (small(people), changed(full(people), reasons__0__campaign=campaign.pk, remind_at=0.125)):
        stored = as_document(read(document))
        assert as_document(read(document_of(form_of(stored), stored["criteria"]))) == stored
    values = ["a;b", "c\\d", "e"]
    stored = as_document(read(changed(full(people), routing__2__rows__0__values=values)))
    again = document_of(form_of(stored), stored["criteria"])
    assert again["routing"][2]["rows"][0]["values"] == values


def test_saving_what_was_opened_changes_nothing(people: Cast, browse: Browse, draft: Version) -> None:
    client, before = browse(people.marketer), terms(draft)
    answer = pressed(client, draft, opened(client, draft), "save")
    assert answer.status_code == 200, text_of(answer)
    assert "Saved." in text_of(answer)
    assert terms(draft) == before


def test_everything_can_be_changed_in_the_form(people: Cast, browse: Browse, draft: Version) -> None:
    client = browse(people.marketing_lead)
    changes = {
        "terms.title": "Bigger ones",
        "terms.order": "7",
        "c.0.value": "200",
        "terms.to.stage": "sql",
        "terms.accept_within.hours": "2.5",
        "terms.accept_within.business": "False",
        "terms.remind_percent": "50",
        "terms.expire_after.hours": "",
        "terms.reasons.0.cool_off_days": "10",
        "terms.holds.0.most_hours": "24",
        "terms.re_entry": "as_it_is",
        "terms.routing.2.rows.0.values": "DACH; Benelux",
        "terms.routing.3.people.rows": "1",
        "terms.routing.3.people.0": str(people.sales_lead.pk),
    }
    answer = pressed(client, draft, opened(client, draft), "save-go", **changes)
    assert answer.status_code == 302, text_of(answer)
    assert answer["Location"] == f"/agreements/handoff_rule/large/{draft.number}/"
    found = terms(draft)
    assert (found["title"], found["order"], found["to"]) == ("Bigger ones", 7, {"stage": "sql", "side": "sales"})
    assert found["criteria"]["all"][0]["value"] == 200
    assert found["accept_within"] == {"hours": 2.5, "business": False}
    assert (found["remind_at"], found["expire_after"]) == (0.5, None)
    assert found["reasons"][0]["cool_off_days"] == 10
    assert found["holds"][0]["most_hours"] == 24
    assert found["re_entry"] == "as_it_is"
    assert found["routing"][2]["rows"][0]["values"] == ["DACH", "Benelux"]
    assert found["routing"][3]["pool"]["people"] == [people.sales_lead.pk]


def test_rows_are_added_moved_and_taken_out_and_nothing_is_saved_by_that(
    people: Cast, browse: Browse, draft: Version
) -> None:
    client, before = browse(people.marketer), terms(draft)
    form = opened(client, draft)
    third = {"terms.reasons.3.title": "Too small!", "terms.reasons.3.next": "disqualify"}
    steps: list[tuple[str, dict[str, str]]] = [
        ("add terms.reasons", {}),
        ("up terms.reasons.3", third),
        ("remove terms.routing.0", {}),
        ("add:c", {}),
    ]
    for do, changes in steps:
        form = form_in(pressed(client, draft, form, do, **changes).content.decode())
    assert terms(draft) == before
    answer = pressed(client, draft, form, "save", **{"c.1.what": "Country", "c.1.value": "DE"})
    assert answer.status_code == 200, text_of(answer)
    found = terms(draft)
    assert [reason["key"] for reason in found["reasons"]] == ["not-ready", "no-fit", "too-small", "not-mine"]
    assert [step["strategy"] for step in found["routing"]][:2] == ["named_account", "table"]
    assert found["criteria"]["all"][1] == {"field": "lead.country", "op": "is", "value": "DE"}


def test_a_way_shows_the_fields_of_its_strategy(people: Cast, browse: Browse, draft: Version) -> None:
    client = browse(people.marketer)
    form = opened(client, draft)
    assert {name for name in form if name.startswith("terms.routing.6.")} == {
        "terms.routing.6.strategy",
        "terms.routing.6.team",
    }
    again = form_in(pressed(client, draft, form, "update", **{"terms.routing.6.strategy": "weighted"}).content.decode())
    assert {"terms.routing.6.skill", "terms.routing.6.people.rows"} <= set(again)
    assert again["terms.routing.6.team"] == [str(people.sales.pk)]


def test_teams_and_people_are_chosen_by_name(people: Cast, browse: Browse, draft: Version) -> None:
    page = browse(people.marketer).get(address(draft)).content.decode()
    assert f'<option value="{people.sales.pk}" selected>Sales (sales)</option>' in page
    assert f'<option value="{people.salesperson.pk}" selected>Salesperson (Sales)</option>' in page


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_saved(
    people: Cast, browse: Browse, draft: Version
) -> None:
    client, before = browse(people.marketer), terms(draft)
    changes = {
        "c.0.value": "many",
        "terms.routing.6.team": str(people.marketing.pk),
        "terms.contact_within.hours": "1",
        "terms.routing.2.rows.1.values": "dach",
    }
    answer = pressed(client, draft, opened(client, draft), "save", **changes)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert terms(draft) == before
    for place in ("terms-routing-6-team", "terms-contact_within-hours"):
        assert f'id="{place}-wrong"' in page, place
        assert f'href="#{place}"' in page, place
    assert "“many” is no number" in page
    assert "This value stands here already" in page
    missing = pressed(client, draft, opened(client, draft), "save", **{"terms.title": ""}).content.decode()
    assert 'id="terms-title-wrong"' in missing


def test_the_words_beside_the_form_follow_it(people: Cast, browse: Browse, draft: Version) -> None:
    moved(a_lead("m", country="DE"), ("mql", 1))
    client = browse(people.salesperson)
    form = opened(client, draft)
    answer = client.post(f"{address(draft)}preview/", {**form, "terms.order": ["3"]})
    assert "this one has place 3." in text_of(answer)
    assert "1 lead stands in MQL now; 0 of them meet this rule." in text_of(answer)
    wrong = client.post(f"{address(draft)}preview/", {**form, "c.0.value": ["x"]})
    assert "Still to be said or mended" in text_of(wrong)
    assert 'data-for="wrong-c-0"' in wrong.content.decode()


def test_whoever_was_slower_is_told_and_loses_nothing(people: Cast, browse: Browse, draft: Version) -> None:
    client = browse(people.marketer)
    form = opened(client, draft)
    theirs = changed(json.loads(json.dumps(full(people))), title="Theirs")
    change_draft(draft.pk, by=people.sales_lead, now=NOW, document=theirs)
    answer = pressed(client, draft, form, "save", **{"terms.title": "Mine"})
    assert answer.status_code == 422
    assert "Somebody else saved this draft meanwhile" in text_of(answer)
    assert terms(draft)["title"] == "Theirs"
    again = pressed(client, draft, form_in(answer.content.decode()), "save")
    assert again.status_code == 200
    assert terms(draft)["title"] == "Mine"


def test_a_script_gets_the_form_alone(people: Cast, browse: Browse, draft: Version) -> None:
    client = browse(people.marketer)
    answer = client.post(address(draft), {**opened(client, draft), "do": ["add terms.holds"]}, headers=SCRIPT)
    page = answer.content.decode()
    assert "<html" not in page
    assert re.search(r'name="terms.holds.rows" value="2"', page)
    gone = client.post(address(draft), {**opened(client, draft), "do": ["save-go"]}, headers=SCRIPT)
    assert gone["HX-Redirect"] == f"/agreements/handoff_rule/large/{draft.number}/"


def test_who_may_not_write_has_no_editor(people: Cast, browse: Browse, draft: Version) -> None:
    assert browse(people.manager).get(address(draft)).status_code == 404
    assert browse(people.partner).get(address(draft)).status_code == 404
    assert browse(people.outsider).get(address(draft)).status_code == 404
    assert browse(people.manager).post(address(draft), {"do": "save"}).status_code == 403
    propose(draft.pk, by=people.marketing_lead, now=NOW)
    answer = browse(people.marketer).get(address(draft))
    assert (answer.status_code, answer["Location"]) == (302, f"/agreements/handoff_rule/large/{draft.number}/")


def test_too_many_rows_are_refused_without_being_drawn(people: Cast, browse: Browse, draft: Version) -> None:
    client = browse(people.marketer)
    answer = pressed(client, draft, opened(client, draft), "save", **{"terms.reasons.rows": "9999999"})
    assert answer.status_code == 422
    assert "rows" in text_of(answer)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("terms.title", "a\0b"),
        ("terms.order", "9" * 18),
        ("terms.order", "9" * 400),
        ("terms.routing.6.team", "-1"),
        ("terms.routing.6.team", "9" * 18),
        ("terms.routing.6.strategy", "magic"),
        ("terms.accept_within.hours", "1e9"),
        ("terms.accept_within.hours", "NaN"),
        ("terms.remind_percent", "200"),
        ("terms.reasons.0.campaign", "x"),
        ("terms.reasons.0.key", "../../etc"),
        ("terms.from.stage", "<script>"),
        ("terms.routing.2.rows.0.values", ";;;"),
        ("c.0.what", "no such thing"),
    ],
)
def test_what_makes_no_sense_is_refused_and_never_breaks(
    people: Cast, browse: Browse, draft: Version, name: str, value: str
) -> None:
    client, before = browse(people.marketer), terms(draft)
    form = opened(client, draft)
    answer = pressed(client, draft, form, "save", **{name: value})
    assert answer.status_code == 422, name
    assert "<script>" not in answer.content.decode().split('id="sheet"')[1].split("</form>")[0]
    assert client.post(f"{address(draft)}preview/", {**form, name: [value]}).status_code == 200
    assert terms(draft) == before


def test_buttons_that_name_nothing_only_show_the_form_again(people: Cast, browse: Browse, draft: Version) -> None:
    client = browse(people.marketer)
    form = opened(client, draft)
    for do in (
        "add terms.nothing",
        "remove terms.routing.99",
        "up x",
        "add",
        " ",
        "remove:c.9",
        "drop:c.0>x:1",
        "x:y",
        "",
    ):
        answer = pressed(client, draft, form, do)
        assert answer.status_code == 200, do
        assert form_in(answer.content.decode())["terms.title"] == form["terms.title"]


def test_the_rule_to_begin_from_opens_and_saves(people: Cast, browse: Browse) -> None:
    client = browse(people.sales_lead)
    begun = client.post("/agreements/handoff_rule/mql-to-sal/draft/")
    assert begun.status_code == 302
    version = Version.objects.get(agreement__kind=KIND)
    assert as_document(starting("mql-to-sal")) == version.terms
    assert pressed(client, version, opened(client, version), "save").status_code == 200
