"""People write terms without JSON: fields, rows that are added, moved and taken out, errors at their field, nothing lost."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest

from alignment.agreements.drafts import change_draft, discard_draft
from alignment.agreements.in_force import in_force
from alignment.agreements.models import Step, Version
from tests.agreements.pages.conftest import agreed, draft, path, plain, proposed, visit, words
from tests.world import NOW, Cast

TERMS = {
    "terms.coffee.limit_days": "12", "terms.coffee.quiet_days": "1.5", "terms.coffee.strict": "False", "terms.note": "Milk first.",
    "terms.shifts.rows": "2",
    "terms.shifts.0.who": "Ada", "terms.shifts.0.side": "sales", "terms.shifts.0.on": "2024-12-24", "terms.shifts.0.late": "on",
    "terms.shifts.1.who": "Bob", "terms.shifts.1.side": "marketing", "terms.shifts.1.on": "",
    "terms.guests.rows": "1", "terms.guests.0": "Cleo",
}  # fmt: skip
MEANT = {
    "coffee": {"limit_days": 12, "quiet_days": 1.5, "strict": False},
    "shifts": [
        {"who": "Ada", "side": "sales", "on": "2024-12-24", "late": True},
        {"who": "Bob", "side": "marketing", "on": None, "late": False},
    ],
    "guests": ["Cleo"],
    "note": "Milk first.",
}


def fields(html: str) -> dict[str, str]:
    """The values of a terms form as a browser would send them, but for selects."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="(terms[^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            found[name[1]] = unescape(value[1]) if value else "on"
    return found


def test_what_the_form_sends_is_what_is_saved(people: Cast) -> None:
    version = draft(people.marketer)
    client = visit(people.marketer)
    answer = client.post(path(version, "write"), {**TERMS, "revision": version.revision})
    assert answer.headers["Location"] == path(version)
    version.refresh_from_db()
    assert version.terms == MEANT


def test_the_form_shows_what_the_draft_says(people: Cast) -> None:
    version = draft(people.marketer, terms=MEANT)
    html = visit(people.salesperson).get(path(version, "write")).content.decode()
    assert (
        fields(html).items() >= {k: v for k, v in TERMS.items() if v and not k.endswith((".side", ".strict"))}.items()
    )
    assert '<option value="sales" selected>Sales</option>' in html
    assert "Ada of sales cleans late." in plain(html)


@pytest.mark.parametrize(
    ("do", "names"),
    [
        ("add terms.shifts", ["Ada", "Bob", ""]),
        ("remove terms.shifts.0", ["Bob"]),
        ("down terms.shifts.0", ["Bob", "Ada"]),
        ("up terms.shifts.1", ["Bob", "Ada"]),
        ("up terms.shifts.0", ["Ada", "Bob"]),
        ("down terms.shifts.1", ["Ada", "Bob"]),
        ("remove terms.shifts.7", ["Ada", "Bob"]),
        ("remove terms.nothing.0", ["Ada", "Bob"]),
        ("add terms.coffee", ["Ada", "Bob"]),
        ("explode", ["Ada", "Bob"]),
        ("look", ["Ada", "Bob"]),
    ],
)
def test_rows_change_on_the_page_and_nothing_is_saved(people: Cast, do: str, names: list[str]) -> None:
    version = draft(people.marketer)
    answer = visit(people.marketer).post(path(version, "write"), {**TERMS, "revision": "1", "do": do})
    found = fields(answer.content.decode())
    assert [found[f"terms.shifts.{n}.who"] for n in range(int(found["terms.shifts.rows"]))] == names
    version.refresh_from_db()
    assert version.revision == 1


@pytest.mark.parametrize("rows", [6, 301])
def test_no_row_that_was_sent_is_left_out(people: Cast, rows: int) -> None:
    version, client = draft(people.marketer), visit(people.marketer)
    guests = {f"terms.guests.{n}": f"Guest {n}" for n in range(rows)}
    sent = {**TERMS, **guests, "terms.guests.rows": str(rows), "revision": version.revision}
    client.post(path(version, "write"), sent)
    version.refresh_from_db()
    assert version.terms["guests"] == list(guests.values())
    shifts = {f"terms.shifts.{n}.{name}": text for n in range(rows) for name, text in (("who", "A"), ("side", "sales"))}
    answer = client.post(path(version, "write"), {**sent, **shifts, "terms.shifts.rows": str(rows), "revision": "2"})
    assert answer.status_code == 422
    assert "should have at most 5 items" in plain(answer.content.decode())
    assert fields(answer.content.decode())[f"terms.shifts.{rows - 1}.who"] == "A"


def test_more_rows_than_can_be_are_refused(people: Cast) -> None:
    version, client = draft(people.marketer), visit(people.marketer)
    for rows in ("10001", "9" * 18):
        answer = client.post(path(version, "write"), {**TERMS, "terms.guests.rows": rows})
        assert (answer.status_code, "at most 10,000 can be written here" in answer.content.decode()) == (422, True)
    version.refresh_from_db()
    assert version.terms["guests"] == []


def test_a_full_list_offers_no_further_row(people: Cast) -> None:
    rows = {f"terms.shifts.{n}.who": f"Nr {n}" for n in range(5)}
    sent = {**TERMS, **rows, "terms.shifts.rows": "5", "do": "add terms.shifts"}
    html = visit(people.marketer).post(path(draft(people.marketer), "write"), sent).content.decode()
    assert fields(html)["terms.shifts.rows"] == "5"
    assert "Add shift" not in html


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(people: Cast) -> None:
    version = draft(people.marketer)
    sent = {**TERMS, "terms.coffee.limit_days": "many", "terms.shifts.1.who": "", "terms.note": "sweet"}
    answer = visit(people.marketer).post(path(version, "write"), {**sent, "revision": version.revision})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert fields(html)["terms.coffee.limit_days"] == "many"
    assert 'id="terms-coffee-limit_days-wrong"' in html
    assert 'id="terms-shifts-1-who-wrong"' in html
    assert "Not saved yet: Coffee, Limit days:" in plain(html)
    assert '<a href="#terms-shifts-1-who">Shift 2, Who: “who” is missing.</a>' in html
    answer = visit(people.marketer).post(path(version, "write"), {**TERMS, "terms.note": "salt", "revision": "1"})
    assert "Salt does not go into coffee." in plain(answer.content.decode())


def test_somebody_elses_change_is_told_and_neither_is_lost_unseen(people: Cast) -> None:
    version = draft(people.marketer)
    change_draft(version.pk, by=people.salesperson, now=NOW, document={"coffee": {"limit_days": 99}})
    client = visit(people.marketer)
    answer = client.post(path(version, "write"), {**TERMS, "revision": 1})
    html = answer.content.decode()
    assert "Somebody else saved this draft meanwhile." in plain(html)
    assert fields(html)["terms.coffee.limit_days"] == "12"
    assert 'name="revision" value="2"' in html
    version.refresh_from_db()
    assert version.terms["coffee"]["limit_days"] == 99
    client.post(path(version, "write"), {**TERMS, "revision": 2})
    version.refresh_from_db()
    assert version.terms == MEANT


def test_the_document_is_there_for_who_asks(people: Cast) -> None:
    version = draft(people.marketer)
    client = visit(people.marketer)
    assert "limit_days&quot;: 20" in client.get(path(version, "write") + "?as=document").content.decode()
    assert "Show the document" in words(client, path(version))
    answer = client.post(path(version, "write"), {"as": "document", "document": json.dumps(MEANT), "revision": "1"})
    assert answer.status_code == 302
    version.refresh_from_db()
    assert version.terms == MEANT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "This is no JSON document. Line 1, column 2."),
        ("[]", "Terms are a JSON object."),
        ('{"coffe": 1}', "“coffe” is not known here."),
        ('{"coffee": NaN}', "coffee"),
        ("[" * 100_000, "This is no JSON document."),
        ('{"note": "\\u0000"}', "The document"),
        ("", "This is no JSON document."),
    ],
)
def test_a_wrong_document_is_refused_and_kept_on_the_page(people: Cast, text: str, said: str) -> None:
    version = draft(people.marketer)
    answer = visit(people.marketer).post(path(version, "write"), {"as": "document", "document": text, "revision": "1"})
    assert answer.status_code == 422
    assert said in plain(answer.content.decode())


def test_terms_without_a_plain_form_show_the_document(people: Cast) -> None:
    client = visit(people.marketer)
    at = client.post("/agreements/cellar/default/draft/").headers["Location"]
    assert at == "/agreements/cellar/default/1/write/"
    assert "The document (JSON)" in words(client, at)


def test_a_draft_begins_with_what_holds_and_older_versions_are_taken_up_again(people: Cast) -> None:
    first = agreed(people, 30)
    agreed(people, 20, now=NOW + timedelta(minutes=-1))
    client = visit(people.marketer)
    client.post("/agreements/kitchen/one/draft/")
    assert Version.objects.get(number=3).terms["coffee"]["limit_days"] == 30
    client.post("/agreements/kitchen/one/draft/", {"from": "2"})
    again = Version.objects.get(number=4)
    assert (again.terms["coffee"]["limit_days"], again.restored_from_id is None) == (20, False)
    assert client.post("/agreements/kitchen/one/draft/", {"from": "77"}).status_code == 404
    assert first.number == 1


def test_why_and_when_are_kept_and_proposed_with_one_form(people: Cast) -> None:
    version = draft(people.marketing_lead)
    client = visit(people.marketing_lead)
    sent = {"note": "Because.", "effective_from": "2024-12-24", "review_by": "2025-06-01", "revision": "1"}
    client.post(path(version, "draft"), sent)
    version.refresh_from_db()
    assert (version.step, version.note, f"{version.review_by}") == (Step.DRAFT, "Because.", "2025-06-01")
    answer = client.post(path(version, "draft"), {**sent, "revision": "2", "propose": "1"}, follow=True)
    assert "Proposed, and both sides are told. It waits for sales." in plain(answer.content.decode())
    version.refresh_from_db()
    assert version.step == Step.PROPOSED
    assert version.effective_from is not None
    assert version.effective_from.isoformat() == "2024-12-24T00:00:00+00:00"


def test_a_day_that_is_past_is_refused_at_its_field_and_the_words_stay(people: Cast) -> None:
    version = draft(people.marketer)
    sent = {"note": "A long thought.", "effective_from": "2024-11-30", "review_by": "", "revision": "1", "propose": "1"}
    answer = visit(people.marketer).post(path(version, "draft"), sent)
    page = plain(answer.content.decode())
    assert answer.status_code == 422
    assert "2024-11-30 is past; an agreement can only hold from now on." in page
    assert "A long thought." in page
    version.refresh_from_db()
    assert (version.step, version.note) == (Step.DRAFT, "")


def test_what_changes_nothing_cannot_be_proposed(people: Cast) -> None:
    agreed(people, 20)
    version = draft(people.marketer, 20)
    answer = visit(people.marketer).post(path(version, "draft"), {"revision": "1", "propose": "1"})
    assert "Version 1, which is in force then, says just this." in plain(answer.content.decode())


def test_a_moment_set_elsewhere_stays_while_its_day_does(people: Cast) -> None:
    at = NOW + timedelta(days=2, hours=5)
    version = draft(people.marketer, effective_from=at)
    client = visit(people.marketer)
    client.post(path(version, "draft"), {"effective_from": f"{at:%Y-%m-%d}", "revision": "1"})
    version.refresh_from_db()
    assert version.effective_from == at


def test_a_draft_is_thrown_away(people: Cast) -> None:
    version = draft(people.marketer)
    visit(people.marketer).post(path(version, "discard"), {"revision": "1"})
    assert not Version.objects.filter(pk=version.pk).exists()


def test_a_page_that_is_open_on_a_draft_thrown_away_says_so(people: Cast) -> None:
    gone, client = draft(people.marketer), visit(people.marketer)
    discard_draft(gone.pk, by=people.salesperson)
    other = draft(people.marketer, 40)
    assert other.number == 2
    for step in ("draft", "discard", "comment", "backtest"):
        answer = client.post(path(gone, step), {"revision": "1", "note": "x", "body": "x", "days": "9"}, follow=True)
        assert "Version 1 was a draft, and was thrown away. Nothing was done." in plain(answer.content.decode()), step
    assert client.get(path(gone)).status_code == 404
    other.refresh_from_db()
    assert (other.note, other.revision) == ("", 1)


def test_what_was_proposed_is_not_written_any_more(people: Cast) -> None:
    version = proposed(people.marketer)
    client = visit(people.marketer)
    assert client.get(path(version, "write")).headers["Location"] == path(version)
    assert client.post(path(version, "write"), TERMS).headers["Location"] == path(version)
    assert in_force("kitchen", "one", NOW) is None
