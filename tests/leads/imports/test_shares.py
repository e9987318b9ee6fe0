"""How many rows go in together? Few while leads are held that somebody may click on, all of them while nobody's are."""

from __future__ import annotations

from leads.imports.shares import FEWEST, FIRST, Share


def test_an_import_begins_with_few_rows_and_takes_all_as_soon_as_it_holds_nobodys_leads() -> None:
    share = Share(2_000)
    assert share.rows == FIRST
    with share.measured(share.rows):
        pass
    assert share.rows == 2_000


def test_fewer_rows_follow_a_transaction_that_held_leads_for_long() -> None:
    moments = iter([0.0, 0.06, 1.0, 1.01, 2.0, 12.0])
    share = Share(2_000, clock=lambda: next(moments))
    seen = []
    for _transaction in range(3):
        with share.measured(share.rows) as held:
            held.leads = True
        seen.append(share.rows)
    assert seen == [50, 100, FEWEST]


def test_no_more_rows_are_taken_than_are_asked_for() -> None:
    share = Share(20)
    with share.measured(20) as held:
        held.leads = True
    assert share.rows == 20
