"""What the values of a column are proposed to mean: stages, people, outcomes of deals; and what is left as it stands."""

from __future__ import annotations

from leads.imports.mapping.value_maps import Target, propose_targets

STAGES = (
    Target("inquiry", "Inquiry"),
    Target("mql", "MQL"),
    Target("sql", "SQL"),
    Target("won", "Won", (), ("won",)),
    Target("lost", "Lost", (), ("lost",)),
    Target("disqualified", "Disqualified", (), ("disqualified",)),
)
PEOPLE = (Target("jane@us.example", "Jane Doe", ("Jane Doe",)), Target("joe@us.example", "Joe Dane", ("Joe Dane",)))
OUTCOMES = (Target("open", "Open"), Target("won", "Won"), Target("lost", "Lost"))


def test_stages_are_known_by_title_meaning_and_likeness() -> None:
    values = ("MQL", "Marketing Qualified Lead", "Closed Won", "Verloren", "Junk Lead", "Inquirry", "Contacted")
    assert propose_targets(values, STAGES) == {
        "MQL": "mql",
        "Marketing Qualified Lead": "mql",
        "Closed Won": "won",
        "Verloren": "lost",
        "Junk Lead": "disqualified",
        "Inquirry": "inquiry",
    }


def test_what_is_written_like_it_already_needs_no_map() -> None:
    assert propose_targets(("won", "mql"), STAGES) == {}


def test_people_are_known_whatever_the_order_of_their_names() -> None:
    assert propose_targets(("Doe, Jane", "JANE DOE", "jane@us.example", "Jim Dean"), PEOPLE) == {
        "Doe, Jane": "jane@us.example",
        "JANE DOE": "jane@us.example",
    }


def test_two_that_are_alike_are_not_chosen_between() -> None:
    twins = (Target("a", "Jane Doe"), Target("b", "Jane  Doe."))
    assert propose_targets(("Jane Do",), twins) == {}


def test_a_deal_that_is_neither_won_nor_lost_is_open_where_some_are_won_or_lost() -> None:
    assert propose_targets(("Closed Won", "Proposal", "Negotiation"), OUTCOMES) == {
        "Closed Won": "won",
        "Proposal": "open",
        "Negotiation": "open",
    }
    assert propose_targets(("Proposal", "Negotiation"), OUTCOMES) == {}
