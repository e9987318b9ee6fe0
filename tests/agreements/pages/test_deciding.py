"""Both sides decide on a proposal's page: what changes, who is missing, and a button that says exactly what it does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from alignment.agreements import overriding
from alignment.agreements.drafts import change_draft
from alignment.agreements.in_force import in_force
from alignment.agreements.models import Step, Version
from tests.agreements.pages.conftest import agreed, draft, path, plain, proposed, visit, words
from tests.world import NOW, Cast


def test_a_proposal_says_what_changes_who_is_missing_and_what_signing_does(people: Cast) -> None:
    agreed(people, 30)
    version = proposed(people.marketing_lead, 20, note="Stale coffee loses deals.")
    page = words(visit(people.sales_lead), path(version))
    assert "coffee made anew after 30 days → 20 days" in page
    assert "Stale coffee loses deals." in page
    assert "Marketing Marketing Lead, 1 Dec 2024, 12:00" in page
    assert "Sales Waits for Sales Lead" in page
    assert "Yours is the last signature: it takes effect at once." in page
    assert "Version 1 ends with it." in page
    assert "20 pots are emptied." in page
    assert "Sign for sales: takes effect at once" in page


def test_who_may_not_sign_reads_who_can_and_finds_no_button(people: Cast) -> None:
    version = proposed(people.marketing_lead)
    for person in (people.marketer, people.salesperson, people.manager, people.marketing_lead):
        page = words(visit(person), path(version))
        assert "Who can sign: sales: Sales Lead" in page
        assert "Sign for" not in page


def test_signing_puts_it_in_force(people: Cast) -> None:
    version = proposed(people.marketing_lead)
    client = visit(people.sales_lead)
    answer = client.post(path(version, "sign"), {"revision": version.revision}, follow=True)
    assert "Signed for sales. It is in force." in plain(answer.content.decode())
    present = in_force("kitchen", "one", NOW)
    assert present is not None
    assert present.version_id == version.pk


def test_a_later_day_is_said_on_the_button(people: Cast) -> None:
    version = proposed(people.marketing_lead, effective_from=NOW + timedelta(days=3))
    assert "Sign for sales: takes effect on 4 December 2024, 12:00" in words(visit(people.sales_lead), path(version))


def test_a_page_that_is_stale_signs_nothing_and_shows_how_it_stands(people: Cast) -> None:
    version = proposed(people.marketing_lead)
    answer = visit(people.sales_lead).post(path(version, "sign"), {"revision": version.revision - 1}, follow=True)
    page = plain(answer.content.decode())
    assert "Somebody changed this after you opened the page, so nothing was done." in page
    assert "Waits for Sales Lead" in page
    assert in_force("kitchen", "one", NOW) is None


def test_rejecting_needs_a_reason_and_shows_it_to_both(people: Cast) -> None:
    version = proposed(people.marketing_lead)
    client = visit(people.sales_lead)
    answer = client.post(path(version, "reject"), {"revision": version.revision, "reason": " "}, follow=True)
    assert "Say why" in plain(answer.content.decode())
    client.post(path(version, "reject"), {"revision": version.revision, "reason": "Too weak."})
    page = words(visit(people.marketer), path(version))
    assert "Rejected by Sales Lead" in page
    assert "Too weak." in page


def test_who_proposed_withdraws_and_others_find_no_way(people: Cast) -> None:
    version = proposed(people.marketer)
    assert "Withdraw it" not in words(visit(people.salesperson), path(version))
    assert "Withdraw it" in words(visit(people.marketer), path(version))
    visit(people.marketer).post(path(version, "withdraw"), {"revision": version.revision})
    version.refresh_from_db()
    assert version.step == Step.WITHDRAWN


def test_comments_are_threads_and_answers_say_to_whom(people: Cast) -> None:
    version = proposed(people.marketing_lead)
    client = visit(people.salesperson)
    client.post(path(version, "comment"), {"body": "Why 20?"})
    first = version.comments.get()
    visit(people.marketer).post(path(version, "comment"), {"body": "Because.", "parent": first.pk})
    answer = version.comments.get(parent=first)
    client.post(path(version, "comment"), {"body": "<b>Ah</b>", "parent": answer.pk})
    page = words(client, path(version))
    assert page.index("Why 20?") < page.index("Because.") < page.index("<b>Ah</b>")
    assert "Salesperson sales to Marketer" in page


def test_an_operator_overrides_with_a_reason_and_takes_it_back(people: Cast) -> None:
    agreed(people, 30)
    version, client = proposed(people.marketing_lead, 10), visit(people.operator)
    assert "Put in force without signatures" in words(client, path(version))
    assert "needs a reason" in plain(client.post(path(version, "override"), follow=True).content.decode())
    client.post(path(version, "override"), {"reason": "The pot burnt.", "revision": version.revision})
    for address in (path(version), "/agreements/kitchen/one/", "/agreements/kitchen/one/1/", "/agreements/", "/"):
        page = words(visit(people.salesperson), address)
        assert "was put in force by an operator, without both signatures" in page, address
        assert "The pot burnt." in page, address
    client.post(path(version, "revert"))
    assert "without both signatures." not in words(client, "/agreements/")
    present = in_force("kitchen", "one", NOW)
    assert present is not None
    assert present.number == 1


def test_a_page_that_is_stale_overrides_nothing(people: Cast) -> None:
    version, client = draft(people.marketer, 10), visit(people.operator)
    seen = re.findall(r'name="revision" value="(\d+)"', client.get(path(version)).content.decode())
    change_draft(version.pk, by=people.marketer, now=NOW, document={"coffee": {"limit_days": 99}})
    answer = client.post(path(version, "override"), {"reason": "Now.", "revision": seen[0]}, follow=True)
    assert "so nothing was done" in plain(answer.content.decode())
    assert in_force("kitchen", "one", NOW) is None


def test_signing_an_override_takes_the_mark_away(people: Cast) -> None:
    version = draft(people.operator)
    overriding.override(version.pk, by=people.operator, reason="Now.", now=NOW)
    for lead in (people.marketing_lead, people.sales_lead):
        version.refresh_from_db()
        client = visit(lead)
        assert f"Sign for {lead.side}" in words(client, path(version))
        client.post(path(version, "sign"), {"revision": version.revision})
    page = words(visit(people.marketer), path(version))
    assert "by override" not in page
    assert "without both signatures" not in page


def test_only_operators_override(people: Cast) -> None:
    version = proposed(people.marketing_lead)
    for person in (people.marketing_lead, people.sales_lead, people.manager):
        assert "Put in force without" not in words(visit(person), path(version))
        visit(person).post(path(version, "override"), {"reason": "Mine."})
    assert Version.objects.get(pk=version.pk).step == Step.PROPOSED


@pytest.mark.parametrize(
    "step", ["sign", "reject", "withdraw", "draft", "discard", "override", "revert", "comment", "backtest"]
)
def test_steps_answer_to_posts_only(people: Cast, step: str) -> None:
    version = proposed(people.marketing_lead)
    assert visit(people.operator).get(path(version, step)).status_code == 405


DAY = timedelta(days=1)


def test_what_is_settled_for_later_is_said_before_one_signs(people: Cast) -> None:
    agreed(people, 30)
    agreed(people, 20, effective_from=NOW + 9 * DAY)
    version = proposed(people.marketing_lead, 10)
    page = words(visit(people.sales_lead), path(version))
    assert "coffee made anew after 30 days → 10 days" in page
    assert "Version 1 ends with it." in page
    assert "It holds until version 2, settled already, begins on 10 December 2024, 12:00." in page


def test_a_version_is_held_against_what_will_be_in_force_when_it_begins(people: Cast) -> None:
    agreed(people, 30)
    agreed(people, 20, effective_from=NOW + 9 * DAY)
    version = proposed(people.marketing_lead, 10, effective_from=NOW + 20 * DAY)
    client = visit(people.sales_lead)
    page = words(client, path(version))
    assert "against version 2 , which begins on 10 Dec 2024, 12:00" in page
    assert "coffee made anew after 20 days → 10 days" in page
    assert "Version 1 holds until 10 December 2024, 12:00, version 2 until then." in page
    assert "settled already" not in page
    client.post(path(version, "sign"), {"revision": version.revision})
    assert "coffee made anew after 20 days → 10 days" in words(client, path(version))


def test_a_version_that_will_never_hold_is_named(people: Cast) -> None:
    agreed(people, 20, effective_from=NOW + 9 * DAY)
    version = proposed(people.marketing_lead, 10, effective_from=NOW + 9 * DAY)
    page = words(visit(people.sales_lead), path(version))
    assert "Version 1, signed for that same moment, will never hold." in page
    assert "holds until then" not in page


def test_a_version_in_force_ends_on_the_very_day(people: Cast) -> None:
    agreed(people, 30)
    version = proposed(people.marketing_lead, 10, effective_from=NOW + 9 * DAY)
    page = words(visit(people.sales_lead), path(version))
    assert "Version 1 holds until then." in page
