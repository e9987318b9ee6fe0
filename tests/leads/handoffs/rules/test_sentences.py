"""What both sides sign is said in full: stages, teams, people and campaigns by name, nothing left out."""

from __future__ import annotations

import pytest

from alignment.programs.models import Campaign
from leads.handoffs.differences import difference
from leads.handoffs.kind import key_error, titles_of
from leads.handoffs.sentences import sentences
from tests.leads.handoffs.rules.wording import agreed, changed, full, read, small
from tests.world import Cast, cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def test_a_small_rule_in_words(people: Cast) -> None:
    assert sentences(read(small(people))) == [
        "A lead in MQL from a company of 50 people or more goes from marketing to sales, and to SAL once accepted.",
        "Rules are tried in order, and the first that a lead meets is the one; this one has place 10.",
        "It is offered to Sales as a queue, from which anybody of the team may take it.",
        "It is to be accepted within 4 hours of working time, and first contacted within 8 hours of working time, both from the "
        "offer on.",
        "The receiver is reminded after 3 of 4 hours to accept it, and after 6 of 8 hours to make contact.",
        "An offer that nobody decides on stays open.",
        "It can be turned down, or given back later, because of:",
        "1. “Does not fit”: not pursued any further.",
        "Its clocks never stand still.",
        "After 3 returns in one pass it is offered by no rule any more, and the leads of both teams are told; before that, a lead "
        "that came back may be offered again as it is.",
    ]


def test_parts_of_an_hour_are_said_in_minutes(people: Cast) -> None:
    document = changed(small(people), accept_within__hours=6, contact_within__hours=1, remind_at=0.7)
    assert (
        "The receiver is reminded after 4 h 12 min of 6 hours to accept it, and after 42 min of 1 hour to make contact."
        in sentences(read(document))
    )


def test_a_rule_with_one_of_everything_in_words(people: Cast) -> None:
    campaign = Campaign.objects.create(name="Spring nurture")
    document = changed(full(people), reasons__0__campaign=campaign.pk, remind_at=None, bounce_limit=1)
    assert sentences(read(document))[2:] == [
        "It is offered to the first who can take it of:",
        "1. Whoever holds the company's latest lead with sales, or its latest open deal.",
        "2. Whoever looks after the account: “ACME” and “Initech” → Salesperson; “globex.example” → Sales Lead.",
        "3. Who is in charge by territory: “DACH” or “France” → Salesperson (Sales) who has its attribute “language” among their "
        "skills; “Iberia” → somebody of Partners.",
        "4. Somebody of Sales, everybody in turn.",
        "5. Somebody of Sales, in turn and weighted by capacity.",
        "6. Somebody of Sales: who has the fewest leads in hand for their capacity.",
        "7. Sales as a queue, from which anybody of the team may take it.",
        "It is to be accepted within 4 hours of working time, and first contacted within 8 hours of working time, both from the "
        "offer on.",
        "Nobody is reminded before a deadline.",
        "1 hour of working time after a missed deadline the receiver's team lead is told.",
        "24 hours by the clock after a missed deadline the leads of both teams are told.",
        "An offer not decided on 16 hours of working time after its deadline is taken back, and goes to the next.",
        "It can be turned down, or given back later, because of:",
        "1. “Not ready yet”: back to marketing, into the campaign “Spring nurture”, not offered again for 30 days; a note is asked "
        "for.",
        "2. “Does not fit”: not pursued any further.",
        "3. “Not mine”: offered to the next.",
        "Its clocks stand still for: “Waiting for the customer” (at most 120 hours by the clock).",
        "After 1 return in one pass it is offered by no rule any more, and the leads of both teams are told; before that, a lead that "
        "came back is offered again only after it did something new.",
    ]


def test_many_conditions_become_a_list(people: Cast) -> None:
    conditions = [{"field": "lead.country", "op": "contains", "value": f"x{n}"} for n in range(8)]
    said = sentences(read(changed(small(people), criteria={"all": conditions})))
    assert said[0] == (
        "A lead in MQL for which all of these hold goes from marketing to sales, and to SAL once accepted:"
    )
    assert said[1] == "1. It has a country that contains “x0”."


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"criteria__value": 20}, ["minimum company size 50 → 20"]),
        ({"title": "Big ones"}, ["called: “Large companies” → “Big ones”"]),
        ({"order": 5}, ["place among the rules: 10 → 5"]),
        ({"to__stage": "sql"}, ["to: SAL (sales) → SQL (sales)"]),
        ({"from__stage": "inquiry"}, ["from: MQL (marketing) → Inquiry (marketing)"]),
        ({"accept_within__hours": 2}, ["to be accepted within: 4 hours of working time → 2 hours of working time"]),
        (
            {"contact_within__business": False},
            ["first contact within: 8 hours of working time → 8 hours by the clock"],
        ),
        ({"remind_at": None}, ["reminded: after 75% of the time → never"]),
        ({"expire_after": None}, ["an offer expires after the missed deadline: 16 hours of working time → never"]),
        ({"bounce_limit": 2}, ["most returns in one pass: 3 → 2"]),
        ({"re_entry": "as_it_is"}, ["offered again once it came back: after something new → as it is"]),
        ({"escalate": []}, [
            "no longer: 1 hour of working time after a missed deadline the receiver's team lead is told",
            "no longer: 24 hours by the clock after a missed deadline the leads of both teams are told"]),
        ({"reasons__0__cool_off_days": 10}, [
            "reason: “Not ready yet”: back to marketing, not offered again for 30 days; a note is asked for → “Not ready yet”: back to "
            "marketing, not offered again for 10 days; a note is asked for"]),
        ({"reasons__2": {"key": "other", "title": "Other", "next": "reroute"}}, [
            "no longer a reason: “Not mine”: offered to the next", "new reason: “Other”: offered to the next"]),
        ({"holds__0__most_hours": 60}, [
            "reason to wait: “Waiting for the customer” (at most 120 hours by the clock) → “Waiting for the customer” (at most 60 "
            "hours by the clock)"]),
        ({"reasons__0__key": "unripe"}, [
            "no longer a reason: “Not ready yet”: back to marketing, not offered again for 30 days; a note is asked for",
            "new reason: “Not ready yet”: back to marketing, not offered again for 30 days; a note is asked for"]),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_a_change_in_words(people: Cast, values: dict[str, object], told: list[str]) -> None:
    before = full(people)
    assert difference(read(before), read(changed(before, **values))) == told


def test_steps_that_come_go_and_change_places(people: Cast) -> None:
    before = full(people)
    steps = before["routing"]
    assert difference(read(before), read(changed(before, routing=steps[1:]))) == [
        "no longer offered to: whoever holds the company's latest lead with sales, or its latest open deal"
    ]
    fewer = changed(before, routing=[steps[0], steps[6]])
    turned = changed(before, routing=[steps[6], steps[0]])
    assert difference(read(fewer), read(turned)) == [
        "asked in another order: Sales as a queue, from which anybody of the team may take it; whoever holds the company's latest lead "
        "with sales, or its latest open deal"
    ]
    more = changed(before, routing=[steps[0], steps[3], steps[6]])
    assert difference(read(fewer), read(more)) == ["new, 2nd to be asked: somebody of Sales, everybody in turn"]


def test_the_same_says_nothing_and_the_same_written_anew_says_so(people: Cast) -> None:
    rule = read(full(people))
    assert difference(rule, rule) == []
    document = full(people)
    turned = changed(document, reasons=[*document["reasons"][1:], document["reasons"][0]])
    assert difference(rule, read(turned)) == ["The same is asked, written in another way."]


def test_a_rule_is_called_by_its_title_and_keys_are_short_names(people: Cast) -> None:
    agreed(people, small(people))
    assert titles_of(["large", "mql-to-sal"]) == {
        "large": "Handoff: Large companies",
        "mql-to-sal": "Handoff: mql to sal",
    }
    assert [key for key in ("a", "mql-to-sal", "x" * 40) if key_error(key)] == []
    wrong = ("", "A", "-a", "a b", "a/b", "x" * 41, "é", "a\n")
    assert [key for key in wrong if key_error(key) is None] == []
