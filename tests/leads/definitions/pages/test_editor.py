"""The editor's page: who may use it, what its buttons do without a script, what it saves, and two people at once."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable

import pytest
from django.test import Client

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import change_draft, start_draft
from alignment.agreements.models import Version
from alignment.agreements.terms import as_document
from leads.definitions.kind import STARTING
from leads.definitions.pages.opening import open_sheet
from leads.definitions.pages.posted import pairs_of
from leads.definitions.terms import LeadDefinition
from tests.clocks import present_is
from tests.leads.pages.conftest import Browse, browse, people
from tests.leads.pages.reading import Answer, text_of
from tests.world import NOW, Cast, a_lead, did

__all__ = ["browse", "people"]
PLAIN = {"criteria": {"all": [{"field": "lead.country", "op": "is", "value": "DE"}]}}
Pairs = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def _present(monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(NOW, monkeypatch)


@pytest.fixture
def draft(people: Cast) -> Version:
    return start_draft("lead_definition", "mql", PLAIN, author=people.marketer, now=NOW)


def address(version: Version) -> str:
    return f"/agreements/lead_definition/{version.agreement.key}/{version.number}/edit/"


def form_of(document: object, *more: tuple[str, str]) -> dict[str, list[str]]:
    """The form as the browser posts it."""
    pairs = [*pairs_of(open_sheet(LeadDefinition.model_validate(document))), *more]
    return together(pairs)


def together(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def hidden(answer: Answer, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    return html.unescape(found.group(1)) if found else ""


def controls(answer: Answer) -> dict[str, list[str]]:
    """What a browser without a script would post: every text of the form."""
    found = re.findall(r'<input class="form-control[^>]* name="([^"]+)"[^>]* value="([^"]*)"', answer.content.decode())
    return together((name, html.unescape(value)) for name, value in found)


@pytest.mark.parametrize("who", ["partner", "other_partner", "outsider"])
def test_who_reads_no_agreements_finds_no_editor(people: Cast, browse: Browse, draft: Version, who: str) -> None:
    client = browse(getattr(people, who))
    assert client.get(address(draft)).status_code == 404
    assert client.post(address(draft), form_of(PLAIN, ("do", "save"))).status_code == 404
    assert client.post(address(draft) + "preview/", form_of(PLAIN)).status_code == 404
    assert client.get(address(draft) + "values/?of=lead.country").status_code == 404


def test_a_stranger_signs_in_first(people: Cast, draft: Version) -> None:
    assert Client().get(address(draft)).status_code == 302


@pytest.mark.parametrize("who", ["marketer", "salesperson", "sales_lead", "operator"])
def test_both_teams_edit_a_draft(people: Cast, browse: Browse, draft: Version, who: str) -> None:
    page = browse(getattr(people, who)).get(address(draft))
    assert page.status_code == 200
    assert "Save draft" in text_of(page)
    assert controls(page)["c.0.what"] == ["Country"]
    assert controls(page)["c.0.value"] == ["DE", ""]


def test_a_manager_reads_it_and_changes_nothing(people: Cast, browse: Browse, draft: Version) -> None:
    client = browse(people.manager)
    page = client.get(address(draft))
    assert "Save draft" not in text_of(page)
    assert "Country is DE" in text_of(page)
    assert client.post(address(draft), form_of(PLAIN, ("do", "save"))).status_code == 403
    assert client.post(address(draft), form_of(PLAIN, ("do", "add:c"))).status_code == 403
    assert "has the country “DE”" in text_of(client.post(address(draft) + "preview/", form_of(PLAIN)))


def test_what_was_proposed_is_read_only(people: Cast, browse: Browse, draft: Version) -> None:
    propose(draft.pk, by=people.marketer, now=NOW)
    page = browse(people.marketer).get(address(draft))
    assert "its wording stays as it is" in text_of(page)
    assert "Save draft" not in text_of(page)


def test_a_number_that_is_none_is_not_found(people: Cast, browse: Browse, draft: Version) -> None:
    client = browse(people.marketer)
    assert client.get(address(draft).replace("/1/", "/99/")).status_code == 404
    assert client.get(address(draft).replace("/1/", f"/{10**30}/")).status_code == 404
    assert client.put(address(draft)).status_code == 405


def test_buttons_work_without_a_script(people: Cast, browse: Browse, draft: Version) -> None:
    client = browse(people.marketer)
    page = client.post(address(draft), form_of(PLAIN, ("do", "add:c")))
    assert "A condition was added" in text_of(page)
    assert "Choose what this asks about." in text_of(page)
    filled = {"c.how": ["all"], **controls(page), "c.1.what": ["Did: Form"], "do": ["update"]}
    page = client.post(address(draft), filled)
    assert controls(page)["c.1.kinds"] == ["Form", ""]
    filled = {"c.how": ["all"], **controls(page), "c.0.op": ["is"], "c.1.op": ["at_least"], "revision": ["1"]}
    page = client.post(address(draft), {**filled, "do": ["up:c.1"]})
    assert "moved up, 1 of 2" in text_of(page)
    assert controls(page)["c.1.what"] == ["Country"]
    back = client.post(address(draft), {**filled, "do": ["undo"], "before": [hidden(page, "before")]})
    assert controls(back)["c.0.what"] == ["Country"]
    saved = client.post(address(draft), {**filled, "do": ["save"]})
    assert "Saved." in text_of(saved)
    draft.refresh_from_db()
    assert ["activity" in one for one in draft.terms["criteria"]["all"]] == [False, True]


def test_a_script_gets_the_form_alone(people: Cast, browse: Browse, draft: Version) -> None:
    answer = browse(people.marketer).post(
        address(draft), form_of(PLAIN, ("do", "remove:c.0")), headers={"HX-Request": "true"}
    )
    assert answer.content.decode().lstrip().startswith("<form")
    assert 'id="spoken">The condition was removed.' in answer.content.decode()
    assert "Nothing is asked here yet" in text_of(answer)


def test_saving_leads_on_to_the_proposal(people: Cast, browse: Browse, draft: Version) -> None:
    changed = {"criteria": {"all": [{"field": "lead.country", "op": "is", "value": "AT"}]}}
    form = form_of(changed, ("do", "save-go"), ("revision", "1"))
    answer = browse(people.salesperson).post(address(draft), form)
    assert (answer.status_code, answer["Location"]) == (302, "/agreements/lead_definition/mql/1/")
    draft.refresh_from_db()
    assert draft.terms["criteria"]["all"][0]["value"] == "AT"
    again = browse(people.salesperson).post(address(draft), {**form, "revision": ["2"]}, headers={"HX-Request": "true"})
    assert again["HX-Redirect"] == "/agreements/lead_definition/mql/1/"


def test_what_is_wrong_is_said_at_its_row_and_nothing_is_saved(people: Cast, browse: Browse, draft: Version) -> None:
    wrong = [
        ("c.how", "all"),
        ("c.0.what", "Company size"), ("c.0.op", "at_least"), ("c.0.value", "50"),
        ("c.1.what", "Company size"), ("c.1.op", "at_most"), ("c.1.value", "20"),
        ("c.2.how", "any"), ("c.2.0.what", "Fit score"), ("c.2.0.value", "5"),
    ]  # fmt: skip
    answer = browse(people.marketer).post(address(draft), together([*wrong, ("do", "save"), ("revision", "1")]))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Nothing was saved" in page
    assert "asks for a fit score and does not say how it is made" in re.split('id="wrong-c-2-0"', page)[1][:400]
    assert re.search(r'id="wrong-c-[01]"><p class="wrong"', page), "the contradiction stands at one of its conditions"
    assert controls(answer)["c.0.value"] == ["50"]
    draft.refresh_from_db()
    assert (draft.revision, draft.terms["criteria"]["all"][0]["value"]) == (1, "DE")


def test_somebody_elses_changes_are_shown_and_nothing_is_lost(people: Cast, browse: Browse, draft: Version) -> None:
    client = browse(people.marketer)
    opened = client.get(address(draft))
    theirs = {"criteria": {"all": [{"field": "lead.country", "op": "is", "value": "FR"}]}}
    change_draft(draft.pk, by=people.salesperson, now=NOW, document=theirs)
    mine = {"criteria": {"all": [{"field": "lead.country", "op": "is", "value": "AT"}]}}
    began, revision = hidden(opened, "began"), hidden(opened, "revision")
    deep = client.post(
        address(draft), form_of(mine, ("do", "save"), ("revision", revision), ("began", "[" * 900 + "]" * 900))
    )
    assert "Somebody changed this draft" in text_of(deep)
    answer = client.post(address(draft), form_of(mine, ("do", "save"), ("revision", revision), ("began", began)))
    assert answer.status_code == 422
    assert "Somebody changed this draft" in text_of(answer)
    assert "FR" in text_of(answer)
    assert controls(answer)["c.0.value"] == ["AT", ""]
    over = client.post(address(draft), form_of(mine, ("do", "save"), ("revision", hidden(answer, "revision"))))
    assert "Saved." in text_of(over)
    draft.refresh_from_db()
    assert draft.terms["criteria"]["all"][0]["value"] == "AT"


def test_a_draft_that_was_proposed_meanwhile_is_saved_as_a_new_one(
    people: Cast, browse: Browse, draft: Version
) -> None:
    client = browse(people.salesperson)
    propose(draft.pk, by=people.marketer, now=NOW)
    mine = {"criteria": {"all": [{"field": "lead.country", "op": "is", "value": "AT"}]}}
    answer = client.post(address(draft), form_of(mine, ("do", "save"), ("revision", "1")))
    assert answer.status_code == 422
    assert "Save this as a new draft" in text_of(answer)
    assert controls(answer)["c.0.value"] == ["AT", ""]
    forked = client.post(address(draft), form_of(mine, ("do", "save-new")))
    assert forked["Location"] == "/agreements/lead_definition/mql/2/edit/"
    assert Version.objects.get(number=2).terms["criteria"]["all"][0]["value"] == "AT"


def test_the_document_is_shown_to_who_asks_and_taken_back(people: Cast, browse: Browse, draft: Version) -> None:
    client = browse(people.marketer)
    assert 'name="document"' not in client.get(address(draft)).content.decode()
    shown = client.post(address(draft), form_of(PLAIN, ("do", "show")))
    assert "&quot;lead.country&quot;" in shown.content.decode()
    typed = '{"criteria": {"any": [{"field": "company.employees", "op": "at_least", "value": 7}]}}'
    used = client.post(address(draft), form_of(PLAIN, ("do", "use"), ("shown", "1"), ("document", typed)))
    assert controls(used)["c.0.what"] == ["Company size"]
    assert controls(used)["c.0.value"] == ["7"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "Terms are a JSON object"),
        ('{"criteria": {"regex": ".*"}}', "criteria"),
        ('{"criteria": {"field": "lead.shoe", "op": "known"}}', "There is no field “lead.shoe”"),
        ("[" * 3000, "nested deeper"),
    ],
)
def test_a_typed_document_that_cannot_be_stays_with_what_is_wrong(
    people: Cast, browse: Browse, draft: Version, typed: str, said: str
) -> None:
    client = browse(people.marketer)
    answer = client.post(address(draft), form_of(PLAIN, ("do", "use"), ("shown", "1"), ("document", typed)))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert html.escape(typed)[:200] in answer.content.decode()
    assert controls(answer)["c.0.what"] == ["Country"]


def test_the_preview_says_counts_and_tries(people: Cast, browse: Browse, draft: Version) -> None:
    ada = a_lead("ada", full_name="Ada Example", country="DE")
    a_lead("bob", full_name="Bob Example", country="AT")
    client = browse(people.salesperson)
    said = text_of(client.post(address(draft) + "preview/", form_of(PLAIN)))
    assert "has the country “DE”" in said
    assert "1 of 2 leads" in said
    listed = text_of(client.post(address(draft) + "preview/", form_of(PLAIN, ("do", "leads:meets"))))
    assert "Ada Example" in listed
    assert "Bob Example" not in listed
    tried = text_of(client.post(address(draft) + "preview/", form_of(PLAIN, ("do", "try"), ("lead", "bob exam"))))
    assert "Bob Example does not meet it: 0 of 1" in tried
    tried = text_of(client.post(address(draft) + "preview/", form_of(PLAIN, ("lead", f"Ada (#{ada.pk})"))))
    assert "Ada Example meets it" in tried
    nobody = text_of(client.post(address(draft) + "preview/", form_of(PLAIN, ("lead", "zzz"))))
    assert "No lead is found by “zzz”" in nobody


def test_the_ledger_of_a_lead_adds_up(people: Cast, browse: Browse, draft: Version) -> None:
    eve = a_lead("eve", full_name="Eve Example")
    for days in (300, 310, 320):
        did(eve, "form", days)
    scored = {
        "criteria": {"all": [{"score": "engagement", "op": "at_least", "value": 5}]},
        "engagement": {
            "rules": [{"activity": {"kinds": ["form"]}, "points": 10, "group": "forms"}],
            "caps": {"forms": 25},
        },
    }
    said = text_of(browse(people.marketer).post(address(draft) + "preview/", form_of(scored, ("lead", f"#{eve.pk}"))))
    assert "Eve Example meets it" in said
    assert re.search(r"× 3 30(\.0+)? .*-5(\.0+)? Together 25(\.0+)?", said)


def test_an_unfinished_row_is_left_out_of_the_preview(people: Cast, browse: Browse, draft: Version) -> None:
    form = {**form_of(PLAIN), "c.1.what": ["Country"], "c.1.op": ["contains"], "c.1.value": [""]}
    answer = browse(people.marketer).post(address(draft) + "preview/", form)
    assert "One place is not finished and left out" in text_of(answer)
    assert "has the country “DE”" in text_of(answer)
    assert 'data-for="wrong-c-1"><p class="hint"><span>Say which value.' in answer.content.decode()


def test_values_come_from_real_leads_with_how_many_have_them(people: Cast, browse: Browse, draft: Version) -> None:
    for name, country in (("a", "Germany"), ("b", "Germany"), ("c", "Austria"), ("d", None)):
        a_lead(name, country=country, attributes={"plan": "gold", "seats": 5})
    lead = a_lead("e")
    did(lead, "page_view", 3, url="https://www.example.org/pricing?x=1#y")
    did(lead, "page_view", 4, url="https://www.example.org")
    did(lead, "form", 4)
    client = browse(people.marketer)

    def asked(of: str, search: str = "") -> list[tuple[str, int]]:
        found = client.get(address(draft) + "values/", {"of": of, "search": search}).json()["values"]
        return [(one["value"], one["count"]) for one in found]

    assert asked("lead.country") == [("Germany", 2), ("Austria", 1)]
    assert asked("lead.country", "GERM") == [("Germany", 2)]
    assert asked("lead.country", "%") == []
    assert asked("lead.attributes.seats") == [("5", 4)]
    assert asked("lead.attributes.") == [("plan", 4), ("seats", 4)]
    assert asked("activity.url") == [("/", 1), ("/pricing", 1)]
    assert asked("lead.email") == []
    assert asked("lead.nothing") == asked("activity.nothing") == asked("") == []
    names = client.get(address(draft) + "values/", {"of": "lead", "search": "e"}).json()["values"]
    assert all("#" in one["value"] for one in names)


def test_a_hundred_conditions_open_and_come_back(people: Cast, browse: Browse) -> None:
    leaves = [
        {"activity": {"kinds": ["page_view"], "url": f"/p{n}*"}, "op": "at_least", "count": 2, "within_days": n + 1}
        for n in range(100)
    ]
    document = {"criteria": {"any": leaves}}
    draft = start_draft("lead_definition", "mql", document, author=people.marketer, now=NOW)
    client = browse(people.marketer)
    page = client.get(address(draft))
    assert len([name for name in controls(page) if name.endswith(".what")]) == 100
    posted = {"c.how": ["any"], **controls(page), "revision": ["1"]}
    assert sum(len(values) for values in posted.values()) > 1_000
    answer = client.post(address(draft), {**posted, "do": ["add:c"]})
    assert answer.status_code == 200
    saved = client.post(address(draft), {**posted, "do": ["save"]})
    assert "Saved." in text_of(saved)
    draft.refresh_from_db()
    assert draft.terms == as_document(LeadDefinition.model_validate(document))


def test_hostile_texts_are_only_texts(people: Cast, browse: Browse, draft: Version) -> None:
    evil = '"><script>alert(1)</script>{{ 7|add:7 }}'
    form = {"c.how": ["all"], "c.0.what": [evil], "c.1.what": ["Country"], "c.1.value": [evil], "lead": [evil]}
    client = browse(people.marketer)
    for path in (address(draft), address(draft) + "preview/"):
        page = client.post(path, {**form, "before": [evil], "began": [evil]}).content.decode()
        assert "<script>alert" not in page
        assert "14" not in re.findall(r"script&gt;(.{0,20})", page)
    assert client.post(address(draft), {"do": ["undo"], "before": [evil]}).status_code == 200
    assert (
        client.post(
            address(draft), {"c.how": ["all"], "c.0.what": ["Country"], "c.0.value": ["\0"], "do": ["save"]}
        ).status_code
        == 422
    )


def test_the_starting_definition_opens(people: Cast, browse: Browse) -> None:
    draft = start_draft("lead_definition", "mql", as_document(STARTING), author=people.marketer, now=NOW)
    page = browse(people.marketing_lead).get(address(draft))
    assert controls(page)["gcap.0.cap"] == ["10"]
    assert "Rules of the group “pages” give together at most" in text_of(page)


def test_the_count_is_told_against_what_is_in_force(people: Cast, browse: Browse, draft: Version) -> None:
    for name, country in (("a", "DE"), ("b", "DE"), ("c", "AT")):
        a_lead(name, country=country, full_name=f"{name.upper()} Example")
    propose(draft.pk, by=people.marketing_lead, now=NOW)
    sign(draft.pk, by=people.sales_lead, now=NOW)
    wider = {"criteria": {"all": [{"field": "lead.country", "op": "is", "value": "AT"}]}}
    second = start_draft("lead_definition", "mql", wider, author=people.marketer, now=NOW)
    client = browse(people.marketer)
    said = text_of(client.post(address(second) + "preview/", form_of(wider)))
    assert "1 of 3 leads" in said
    assert "+1 would be new" in said
    assert "−2 would no longer meet it" in said
    assert "Against version 1, which is in force." in said
    gone = text_of(client.post(address(second) + "preview/", form_of(wider, ("do", "leads:lost"))))
    assert "B Example" in gone
    assert "C Example" not in gone
    same = text_of(client.post(address(second) + "preview/", form_of(PLAIN)))
    assert "0 would be new" in same


def test_what_nobody_could_read_is_not_drawn(people: Cast, browse: Browse, draft: Version) -> None:
    client = browse(people.marketer)
    rows = [[f"c.{n}.what", "lead.country"] for n in range(1000)]
    kept = form_of(PLAIN)
    for before in (
        json.dumps([["c.how", "all"], *rows]),
        json.dumps([["c.0.value", "\ud800"]]),
        json.dumps([["c.how", "x" * 10**6]]),
    ):
        answer = client.post(address(draft), {**kept, "do": "undo", "before": before})
        assert answer.status_code == 200
        assert "DE" in controls(answer)["c.0.value"]
        assert "c.1.what" not in controls(answer)
    many = client.post(address(draft), {**together([(name, value) for name, value in rows]), "do": "x"})
    assert many.status_code == 400


def test_an_attribute_whose_name_cannot_be_stored_has_no_values(people: Cast, browse: Browse, draft: Version) -> None:
    answer = browse(people.marketer).get(f"{address(draft)}values/", {"of": "lead.attributes.\0x"})
    assert answer.status_code == 200
    assert answer.json() == {"values": []}
