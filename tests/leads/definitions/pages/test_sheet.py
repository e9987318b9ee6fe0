"""The sheet: it travels through a form unchanged, says the same terms again, and each button does one thing to it."""

from __future__ import annotations

import pytest

from leads.definitions.kind import STARTING
from leads.definitions.pages.judging import place_of
from leads.definitions.pages.moving import take_step
from leads.definitions.pages.opening import open_sheet
from leads.definitions.pages.posted import packed, pairs_of, read_sheet, unpacked
from leads.definitions.pages.sheet import ALL, ANY, NONE, FitRow, Group, Row, Sheet
from leads.definitions.pages.writing import write
from leads.definitions.terms import LeadDefinition

EVERYTHING = {
    "criteria": {
        "all": [
            {"field": "lead.source", "op": "is", "value": ["web", "fair"]},
            {"field": "lead.title", "op": "contains", "value": "head"},
            {"field": "lead.email", "op": "known"},
            {"field": "lead.email_usable", "op": "is", "value": False},
            {"field": "lead.created_at", "op": "within_days", "value": 30},
            {"field": "company.annual_revenue", "op": "more_than", "value": 2.5},
            {"field": "lead.attributes.plan", "op": "is", "value": "gold"},
            {"field": "lead.attributes.seats", "op": "is", "value": 50},
            {"field": "company.attributes.vip", "op": "is", "value": True},
            {"not": {"any": [{"consent": "marketing", "op": "granted"}, {"consent": "news", "op": "allowed"}]}},
            {"not": {"all": [{"field": "lead.country", "op": "known"}]}},
            {"not": {"field": "lead.channel", "op": "starts_with", "value": "part"}},
            {
                "any": [
                    {"activity": {"kinds": ["touch"]}, "op": "at_least", "count": 1, "within_days": 14},
                    {"activity": {"kinds": ["page_view", "form"], "url": "/pricing*"}, "op": "at_most", "count": 3},
                    {"activity": {"kinds": ["unsubscribe"]}, "op": "at_most", "count": 0},
                    {"score": "fit", "op": "at_least", "value": 12.5},
                    {"score": "engagement", "op": "at_least", "value": 60},
                ]
            },
        ]
    },
    "fit": {
        "rules": [
            {"when": {"field": "company.employees", "op": "at_least", "value": 50}, "points": 20, "group": "size"},
            {"when": {"any": [{"field": "lead.country", "op": "is", "value": "DE"}, {"consent": "x", "op": "granted"}]}, "points": -5},
        ],
        "caps": {"size": 30},
    },
    "engagement": {
        "rules": [
            {"activity": {"kinds": ["page_view"], "url": "/a*", "asset": "b"}, "points": 3, "half_life_days": 2.5, "group": "web"},
            {"activity": {"kinds": ["form"], "campaign": "c", "channel": "d", "outcome": "e"}, "points": 9, "within_days": 7},
        ],
        "caps": {"web": 12},
    },
}  # fmt: skip


@pytest.mark.parametrize("terms", [LeadDefinition.model_validate(EVERYTHING), STARTING], ids=["everything", "starting"])
def test_a_definition_that_is_opened_and_written_says_the_same(terms: LeadDefinition) -> None:
    sheet = open_sheet(terms)
    posted = read_sheet(pairs_of(sheet))
    assert posted == sheet
    assert unpacked(packed(sheet)) == sheet
    written = write(posted)
    assert written.problems == []
    assert written.document is not None
    assert LeadDefinition.model_validate(written.document) == terms


def test_one_condition_alone_becomes_all_of_one() -> None:
    leaf = {"field": "lead.country", "op": "known"}
    written = write(open_sheet(LeadDefinition.model_validate({"criteria": leaf})))
    assert written.document == {"criteria": {"all": [leaf]}}


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Company size", "company.employees"),
        ("  company   SIZE ", "company.employees"),
        ("lead.country", "lead.country"),
        ("Attribute “plan”", "lead.attributes.plan"),
        ('company attribute "tier"', "company.attributes.tier"),
        ("Nonsense", "Nonsense"),
        ("", ""),
    ],
)
def test_what_a_row_asks_about_is_found_by_its_words(typed: str, key: str) -> None:
    sheet = read_sheet([("c.how", "all"), ("c.0.what", typed)])
    assert sheet.criteria.items == (Row(key, {}),)


def test_a_shortcut_to_a_kind_and_a_named_attribute_become_what_they_stand_for() -> None:
    sheet = read_sheet(
        [
            ("c.how", "any"),
            ("c.0.what", "Did: Page view"),
            ("c.1.what", "Another attribute of the lead"),
            ("c.1.name", "seats"),
            ("c.2.what", "Activities"),
            ("c.2.kinds", "webinar attended"),
            ("c.2.kinds", ""),
        ]
    )
    assert [item.what for item in sheet.criteria.items if isinstance(item, Row)] == [
        "activity",
        "lead.attributes.seats",
        "activity",
    ]
    kinds = [item.texts("kinds") for item in sheet.criteria.items if isinstance(item, Row)]
    assert kinds == [("page_view",), (), ("webinar",)]


@pytest.mark.parametrize(
    ("pairs", "said", "unfinished"),
    [
        ([("c.0.what", "")], "Choose what this asks about.", True),
        ([("c.0.what", "Moon phase")], "There is nothing called “Moon phase” to ask about. Choose from the list.", False),
        ([("c.0.what", "Country"), ("c.0.value", "")], "Say which value.", True),
        ([("c.0.what", "Company size"), ("c.0.value", "many")], "“many” is no number; write digits, such as 50 or 2.5.", False),
        ([("c.0.what", "Company size"), ("c.0.value", "1e9")], "“1e9” is no number; write digits, such as 50 or 2.5.", False),
        ([("c.0.what", "Activities"), ("c.0.kinds", "")], "Choose what happened, such as page views.", True),
        ([("c.0.what", "Did: Form"), ("c.0.count", "2.5")], "“2.5” is no whole number; write digits, such as 30.", False),
        ([("c.0.what", "Consent")], "Name the purpose, such as marketing.", True),
        ([("c.0.what", "Another attribute of the company")], "Name the attribute.", True),
        ([("c.0.what", "Fit score"), ("c.0.value", "")], "Say how many points.", True),
        ([], "Nothing is asked here yet: add a condition.", True),
    ],
)  # fmt: skip
def test_what_is_missing_or_unreadable_is_said_at_its_row(
    pairs: list[tuple[str, str]], said: str, unfinished: bool
) -> None:
    written = write(read_sheet([("c.how", "all"), *pairs]))
    assert written.document is None
    place = "c.0" if pairs else "c"
    assert [(one.place, one.text, one.unfinished) for one in written.problems] == [(place, said, unfinished)]


def test_what_is_not_finished_is_left_out_and_the_rest_keeps_its_place() -> None:
    sheet = read_sheet(
        [("c.how", "all"), ("c.0.what", ""), ("c.1.how", "none"), ("c.1.0.what", "Country"), ("c.1.0.op", "known")]
    )
    written = write(sheet)
    assert written.document == {"criteria": {"all": [{"not": {"field": "lead.country", "op": "known"}}]}}
    assert place_of("criteria.all.0.not.op", written.places) == "c.1.0"
    assert place_of("fit.rules.3", written.places) == "c"


A, B, C = Row("lead.country"), Row("lead.source"), Row("lead.title")
START = Sheet(Group(ALL, (A, Group(ANY, (B,)), C)))


def items(*inner: Row | Group) -> Sheet:
    return Sheet(Group(ALL, inner))


@pytest.mark.parametrize(
    ("wish", "after", "focus"),
    [
        ("add:c", items(A, Group(ANY, (B,)), C, Row()), "c.3"),
        ("add:c.1", items(A, Group(ANY, (B, Row())), C), "c.1.1"),
        ("add-group:c", items(A, Group(ANY, (B,)), C, Group(ANY, (Row(),))), "c.3.0"),
        ("add-group:c.1", items(A, Group(ANY, (B, Group(ALL, (Row(),)))), C), "c.1.1.0"),
        ("remove:c.0", items(Group(ANY, (B,)), C), "c.0"),
        ("remove:c.2", items(A, Group(ANY, (B,))), "c.1"),
        ("remove:c.1.0", items(A, Group(ANY, ()), C), "c.1"),
        ("duplicate:c.1", items(A, Group(ANY, (B,)), Group(ANY, (B,)), C), "c.2"),
        ("up:c.2", items(A, C, Group(ANY, (B,))), "c.1"),
        ("down:c.0", items(Group(ANY, (B,)), A, C), "c.1"),
        ("into:c.0", items(Group(ANY, (A, B)), C), "c.0.0"),
        ("into:c.2", items(A, Group(ANY, (B, C))), "c.1.1"),
        ("into:c.1.0", items(A, Group(ANY, (Group(ANY, (B,)),)), C), "c.1.0.0"),
        ("out:c.1.0", items(A, B, C), "c.1"),
        ("drop:c.0>c:3", items(Group(ANY, (B,)), C, A), "c.2"),
        ("drop:c.2>c:0", items(C, A, Group(ANY, (B,))), "c.0"),
        ("drop:c.0>c.1:1", items(Group(ANY, (B, A)), C), "c.0.1"),
        ("drop:c.2>c.1:0", items(A, Group(ANY, (C, B))), "c.1.0"),
        ("drop:c.1.0>c:0", items(B, A, Group(ANY, ()), C), "c.0"),
        ("drop:c.1.0>c:99", items(A, Group(ANY, ()), C, B), "c.3"),
    ],
)
def test_a_button_does_one_thing(wish: str, after: Sheet, focus: str) -> None:
    done = take_step(START, wish)
    assert done is not None
    assert (done.sheet, done.focus, done.undoable) == (after, focus, True)


@pytest.mark.parametrize("wish", ["up:c.0", "down:c.2", "out:c.0"])
def test_where_it_cannot_go_it_stays_and_says_so(wish: str) -> None:
    done = take_step(START, wish)
    assert done is not None
    assert (done.sheet, done.undoable) == (START, False)
    assert done.said.startswith("It is ")


@pytest.mark.parametrize(
    "wish",
    ["", "remove", "remove:c", "remove:c.9", "remove:x.1", "drop:c.1>c.1:0", "drop:c.1>c.1.0:0", "drop:c.0>f:0", "drop:c.0>c",
     "drop:c.0>c.0:0", "add:c.0", "add:f", "add-rule:c", "into:f.0", "explode:c.0", "up:c.-1", "up:c.²"],
)  # fmt: skip
def test_a_wish_that_cannot_be_is_nothing(wish: str) -> None:
    assert take_step(START, wish) is None


def test_rules_are_moved_among_themselves_and_conditions_into_them() -> None:
    first, second = FitRow({"points": ("1",)}, Group(ALL, (A,))), FitRow({"points": ("2",)}, Group(NONE, (B,)))
    sheet = Sheet(Group(ALL, (C,)), fit=(first, second))
    moved = take_step(sheet, "drop:f.1>f:0")
    assert moved is not None
    assert moved.sheet.fit == (second, first)
    given = take_step(sheet, "drop:c.0>f.1.w:0")
    assert given is not None
    assert (given.sheet.criteria.items, given.sheet.fit[1].when.items) == ((), (C, B))
    assert given.focus == "f.1.w.0"


@pytest.mark.parametrize("text", ["", "{", "[1]", '[["a"]]', '{"a":1}', "[" * 5000])
def test_a_broken_way_back_is_none(text: str) -> None:
    assert unpacked(text) is None


def test_a_form_of_nonsense_is_an_empty_sheet() -> None:
    nonsense = [("c." + "0." * 5000 + "what", "x"), ("c.²", "x"), ("x.y.z", "1"), ("c", "q"), ("c.99999999.what", "x")]
    assert read_sheet(nonsense) == Sheet(Group(ALL, ()))
