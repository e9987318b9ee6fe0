"""A list is taken as a file: what the page shows, all of it, in its order, and no more than one may see."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.leads.exports.taking import about, csv_rows, sent, workbook_rows
from tests.leads.pages.conftest import Browse
from tests.world import Cast, a_lead, day


def test_a_list_is_taken_with_its_filters_and_in_its_order_beyond_its_page(people: Cast, browse: Browse) -> None:
    for number in range(60):
        a_lead(
            f"l-{number:02}", created_at=day(number), source="web" if number != 7 else "fair", first_name=f"N{number}"
        )
    browser = browse(people.marketer)
    rows = csv_rows(sent(browser, "/leads/?source=web&order=old&format=csv"))
    assert [row["external_id"] for row in rows] == [f"l-{number:02}" for number in range(60) if number != 7]
    assert (
        rows[0] | {"system": "test", "created_at": "2024-01-01T09:00:00Z", "first_name": "N0", "source": "web"}
        == rows[0]
    )
    book = sent(browser, "/leads/?source=web&order=old&format=xlsx")
    assert [row["external_id"] for row in workbook_rows(book)] == [row["external_id"] for row in rows]
    assert workbook_rows(book)[0]["created_at"] == datetime(2024, 1, 1, 9)
    told = dict(about(book))
    assert (told["What"], told["Only"], told["Rows"], told["By"]) == ("Leads", "Source: web", "59", "Marketer")


def test_a_partner_takes_what_it_sees_and_learns_no_strangers_name(people: Cast, browse: Browse) -> None:
    a_lead("ours", owner=people.salesperson)
    a_lead("theirs", scope=people.partners.pk)
    rows = csv_rows(sent(browse(people.partner), "/leads/?format=csv"))
    assert len(rows) == 1
    assert rows[0]["team"] == "Partners"
    assert csv_rows(sent(browse(people.outsider), "/leads/?format=csv")) == []


def test_the_name_of_the_file_says_what_and_when_and_nothing_gets_into_its_header(people: Cast, browse: Browse) -> None:
    address = '/leads/?search=%0d%0aSet-Cookie:%20x%3d1;"é&format=csv'
    answer = browse(people.marketer).get(address)
    told = answer["Content-Disposition"]
    assert told.startswith('attachment; filename="leads_set-cookie-x-1')
    assert told.endswith('.csv"')
    assert f"{datetime.now(UTC):%Y-%m-%d}" in told
    assert "\n" not in answer["Export-About"]
    assert "é" not in answer["Export-About"]


def test_another_kind_of_file_is_not_there(people: Cast, browse: Browse) -> None:
    assert browse(people.marketer).get("/leads/?format=pdf").status_code == 404
