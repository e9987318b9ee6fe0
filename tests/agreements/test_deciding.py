"""From a draft to what holds: who may take which step, and what a wrong one is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from alignment.agreements import selectors
from alignment.agreements.backtests import ask_backtest
from alignment.agreements.comments import comment
from alignment.agreements.deciding import propose, reject, sign, withdraw
from alignment.agreements.drafts import change_draft, discard_draft, restore, start_draft
from alignment.agreements.in_force import in_force
from alignment.agreements.models import Agreement, Comment, Signature, Step, Version
from alignment.agreements.overriding import override, revert
from alignment.people.models import User
from alignment.people.persons import change_person
from alignment.refusals import Refused
from tests.agreements.lunch import LUNCH, a_draft, a_proposal, agreed
from tests.world import NOW, Cast

LATER = NOW + timedelta(hours=1)
ALL = ("marketer", "marketing_lead", "salesperson", "sales_lead", "partner", "manager", "operator", "outsider")
WRITERS = ("marketer", "marketing_lead", "salesperson", "sales_lead", "operator")
NOT_THERE = ("partner", "outsider")


def state(version: Version, now: datetime = LATER) -> str:
    return selectors.standing(Version.objects.get(pk=version.pk), now).state


def test_both_sides_sign_and_it_holds(cast: Cast) -> None:
    version = a_proposal(cast.marketing_lead, NOW)
    assert selectors.standing(version, NOW).unsigned == ("sales",)
    assert in_force(LUNCH, "monday", NOW) is None
    sign(version.pk, by=cast.sales_lead, now=LATER)
    held = in_force(LUNCH, "monday", LATER)
    assert held is not None
    assert (held.version_id, held.number, held.since, held.until, held.overridden) == (
        version.pk,
        1,
        LATER,
        None,
        False,
    )
    assert held.terms.minutes == 45
    assert in_force(LUNCH, "monday", LATER - timedelta(microseconds=1)) is None
    assert state(version) == "in_force"


def test_a_proposer_who_is_no_lead_signs_for_nobody(cast: Cast) -> None:
    version = a_proposal(cast.marketer, NOW)
    assert selectors.standing(version, NOW).unsigned == ("marketing", "sales")
    sign(version.pk, by=cast.sales_lead, now=NOW)
    assert state(version) == "proposed"
    sign(version.pk, by=cast.marketing_lead, now=NOW)
    assert state(version) == "in_force"


def test_a_proposers_signature_counts_for_their_own_side_only(cast: Cast) -> None:
    version = a_proposal(cast.sales_lead, NOW)
    assert [(s.side, s.user_id, s.team_id) for s in version.signatures.all()] == [
        ("sales", cast.sales_lead.pk, cast.sales.pk)
    ]
    assert sign(version.pk, by=cast.sales_lead, now=LATER).step == Step.PROPOSED
    assert Signature.objects.count() == 1


def refusal(step: Callable[..., object], *args: Any, **fields: Any) -> tuple[str, int]:
    with pytest.raises(Refused) as caught:
        step(*args, **fields)
    return caught.value.code, caught.value.status


@pytest.mark.parametrize("who", ALL)
def test_who_may_draft_propose_and_comment(cast: Cast, who: str) -> None:
    person: User = getattr(cast, who)
    version = a_draft(cast.marketer, NOW)
    if who in WRITERS:
        a_draft(person, NOW, key="friday")
        comment(version, "Why?", by=person, now=NOW)
        propose(version.pk, by=person, now=NOW)
        return
    expected = ("not_found", 404) if who in NOT_THERE else ("may_not_write", 403)
    assert refusal(a_draft, person, NOW, key="friday") == expected
    assert refusal(comment, version, "Why?", by=person, now=NOW) == expected
    assert refusal(propose, version.pk, by=person, now=NOW) == expected
    assert refusal(withdraw, version.pk, by=person, now=NOW) == expected
    assert not Agreement.objects.filter(key="friday").exists()


@pytest.mark.parametrize("who", ALL)
def test_who_may_sign_and_reject(cast: Cast, who: str) -> None:
    person: User = getattr(cast, who)
    version = a_proposal(cast.marketer, NOW)
    if who.endswith("_lead"):
        sign(version.pk, by=person, now=NOW)
        assert reject(version.pk, by=person, now=NOW, reason="Hungry.").step == Step.REJECTED
        return
    expected = ("not_found", 404) if who in NOT_THERE else ("not_entitled", 403)
    assert refusal(sign, version.pk, by=person, now=NOW) == expected
    assert refusal(reject, version.pk, by=person, now=NOW, reason="No.") == expected
    assert not Signature.objects.exists()


@pytest.mark.parametrize("who", ALL)
def test_who_may_override_and_take_it_back(cast: Cast, who: str) -> None:
    person: User = getattr(cast, who)
    version = a_draft(cast.marketer, NOW)
    if who == "operator":
        override(version.pk, by=person, reason="The kitchen burns.", now=NOW)
        assert state(version) == "in_force"
        revert(version.pk, by=person, now=LATER)
        assert state(version) == "superseded"
        return
    expected = ("not_found", 404) if who in NOT_THERE else ("not_entitled", 403)
    assert refusal(override, version.pk, by=person, reason="Because.", now=NOW) == expected
    override(version.pk, by=cast.operator, reason="The kitchen burns.", now=NOW)
    assert refusal(revert, version.pk, by=person, now=NOW) == expected


def test_who_left_cannot_sign_even_on_a_page_opened_before(cast: Cast) -> None:
    version = a_proposal(cast.marketer, NOW)
    as_the_page_has_them = User.objects.select_related("team").get(pk=cast.sales_lead.pk)
    change_person(cast.sales_lead, now=NOW, active=False)
    assert refusal(sign, version.pk, by=as_the_page_has_them, now=NOW) == ("not_found", 404)
    User.objects.filter(pk=cast.sales_lead.pk).update(is_active=True, role="member")
    assert refusal(sign, version.pk, by=as_the_page_has_them, now=NOW) == ("not_entitled", 403)


def test_a_signature_outlives_its_persons_time_here(cast: Cast) -> None:
    version = a_proposal(cast.marketing_lead, NOW)
    change_person(cast.marketing_lead, now=NOW, active=False)
    sign(version.pk, by=cast.sales_lead, now=LATER)
    assert state(version) == "in_force"
    assert set(version.signatures.values_list("user__name", "side")) == {
        ("Marketing Lead", "marketing"),
        ("Sales Lead", "sales"),
    }


def test_a_lead_who_changed_sides_does_not_sign_for_both(cast: Cast) -> None:
    version = a_proposal(cast.marketing_lead, NOW)
    change_person(cast.marketing_lead, now=NOW, team=cast.sales)
    assert refusal(sign, version.pk, by=cast.marketing_lead, now=LATER) == ("signed_for_other_side", 409)
    sign(version.pk, by=cast.sales_lead, now=LATER)
    assert list(version.signatures.values_list("team__name", flat=True)) == ["Marketing", "Sales"]


def test_the_second_lead_of_a_side_hears_that_it_is_signed(cast: Cast) -> None:
    version = a_proposal(cast.marketing_lead, NOW)
    User.objects.filter(pk=cast.marketer.pk).update(role="lead")
    assert refusal(sign, version.pk, by=cast.marketer, now=NOW) == ("already_signed", 409)


@pytest.mark.parametrize("end", ["rejected", "withdrawn", "signed"])
def test_what_is_decided_is_decided(cast: Cast, end: str) -> None:
    version = a_proposal(cast.marketing_lead, NOW)
    if end == "rejected":
        reject(version.pk, by=cast.sales_lead, now=NOW, reason="Too long.")
    elif end == "withdrawn":
        withdraw(version.pk, by=cast.marketing_lead, now=NOW)
    else:
        sign(version.pk, by=cast.sales_lead, now=NOW)
    User.objects.filter(pk=cast.salesperson.pk).update(role="lead")
    late = cast.salesperson
    assert refusal(sign, version.pk, by=late, now=LATER) == ("not_proposed", 409)
    assert refusal(reject, version.pk, by=late, now=LATER, reason="No.") == ("not_proposed", 409)
    assert refusal(withdraw, version.pk, by=cast.operator, now=LATER) == ("not_proposed", 409)
    assert refusal(propose, version.pk, by=cast.operator, now=LATER) == ("not_a_draft", 409)
    assert refusal(change_draft, version.pk, by=cast.operator, now=LATER, note="x") == ("not_a_draft", 409)
    assert refusal(discard_draft, version.pk, by=cast.operator) == ("not_a_draft", 409)
    assert refusal(override, version.pk, by=cast.operator, reason="x", now=LATER) == ("not_a_draft", 409)
    assert refusal(revert, version.pk, by=cast.operator, now=LATER) == ("no_override", 409)


def test_a_draft_is_neither_signed_nor_rejected(cast: Cast) -> None:
    version = a_draft(cast.marketer, NOW)
    assert refusal(sign, version.pk, by=cast.sales_lead, now=NOW) == ("not_proposed", 409)
    assert refusal(reject, version.pk, by=cast.sales_lead, now=NOW, reason="No.") == ("not_proposed", 409)
    assert refusal(withdraw, version.pk, by=cast.marketer, now=NOW) == ("not_proposed", 409)


@pytest.mark.parametrize(
    ("who", "may"),
    [("marketer", True), ("marketing_lead", True), ("operator", True), ("salesperson", False), ("sales_lead", False)],
)
def test_who_takes_a_proposal_back(cast: Cast, who: str, may: bool) -> None:
    version = a_proposal(cast.marketer, NOW)
    if may:
        assert withdraw(version.pk, by=getattr(cast, who), now=NOW, reason="Typo.").reason == "Typo."
    else:
        assert refusal(withdraw, version.pk, by=getattr(cast, who), now=NOW) == ("not_yours", 403)


def test_one_proposal_at_a_time(cast: Cast) -> None:
    first = a_proposal(cast.marketer, NOW)
    second = a_draft(cast.salesperson, NOW, 60)
    assert refusal(propose, second.pk, by=cast.salesperson, now=NOW) == ("proposal_open", 409)
    withdraw(first.pk, by=cast.marketer, now=NOW)
    assert propose(second.pk, by=cast.salesperson, now=NOW).step == Step.PROPOSED
    a_proposal(cast.marketer, NOW, key="friday")


def test_what_changes_nothing_is_not_proposed(cast: Cast) -> None:
    agreed(cast, NOW)
    assert refusal(a_proposal, cast.marketer, LATER, 45) == ("nothing_changes", 409)


def test_taking_back_what_is_settled_for_later_does_change_something(cast: Cast) -> None:
    agreed(cast, NOW, 45)
    january = NOW + timedelta(days=31)
    agreed(cast, NOW, 60, effective_from=january)
    agreed(cast, LATER, 45, effective_from=january)
    held = in_force(LUNCH, "monday", january)
    assert held is not None
    assert (held.number, held.terms.minutes) == (3, 45)


def test_reasons_are_needed_and_storable(cast: Cast) -> None:
    version = a_proposal(cast.marketer, NOW)
    for step, person in ((reject, cast.sales_lead), (override, cast.operator)):
        assert refusal(step, version.pk, by=person, now=NOW, reason="  ")[0] == "reason_needed"
        assert refusal(step, version.pk, by=person, now=NOW, reason="x" * 2001)[0] == "too_long"
        assert refusal(step, version.pk, by=person, now=NOW, reason="a\0b")[0] == "invalid_characters"
    assert refusal(withdraw, version.pk, by=cast.marketer, now=NOW, reason="x" * 2001)[0] == "too_long"
    assert state(version) == "proposed"


@pytest.mark.parametrize(
    ("key", "fields", "code"),
    [
        ("MONDAY", {}, "invalid_key"),
        ("", {}, "invalid_key"),
        (" monday", {}, "invalid_key"),
        ("x" * 101, {}, "too_long"),
        ("a\0b", {}, "invalid_characters"),
        ("monday", {"note": "x" * 2001}, "too_long"),
        ("monday", {"note": "\ud800"}, "invalid_characters"),
    ],
)
def test_a_draft_that_cannot_be_kept_is_refused(cast: Cast, key: str, fields: dict[str, str], code: str) -> None:
    assert refusal(a_draft, cast.marketer, NOW, key=key, **fields)[0] == code
    assert not Agreement.objects.filter(kind=LUNCH).exists()


def test_an_unknown_kind_is_named(cast: Cast) -> None:
    assert refusal(start_draft, "dinner", "monday", {}, author=cast.marketer, now=NOW) == ("unknown_kind", 404)


def test_drafts_are_changed_by_who_saw_them_last(cast: Cast) -> None:
    version = a_draft(cast.marketer, NOW, note="Short.", review_by=date(2025, 6, 1))
    changed = change_draft(version.pk, by=cast.salesperson, now=LATER, expected=1, document={"minutes": 50})
    assert (changed.terms, changed.note, changed.review_by, changed.revision) == (
        {"minutes": 50, "with_dessert": False},
        "Short.",
        date(2025, 6, 1),
        2,
    )
    assert refusal(change_draft, version.pk, by=cast.marketer, now=LATER, expected=1, note="x") == (
        "version_changed",
        412,
    )
    assert refusal(propose, version.pk, by=cast.marketer, now=LATER, expected=1) == ("version_changed", 412)
    assert refusal(discard_draft, version.pk, by=cast.marketer, expected=1) == ("version_changed", 412)
    discard_draft(version.pk, by=cast.marketer, expected=2)
    assert not Version.objects.filter(agreement__kind=LUNCH).exists()


def test_the_number_of_a_draft_that_was_thrown_away_is_never_given_again(cast: Cast) -> None:
    first, second = a_draft(cast.marketer, NOW), a_draft(cast.marketer, NOW, 60)
    discard_draft(second.pk, by=cast.marketer)
    assert a_draft(cast.marketer, LATER, 90).number == 3
    discard_draft(first.pk, by=cast.marketer)
    for number, code in ((1, "thrown_away"), (2, "thrown_away"), (4, "not_found"), (0, "not_found")):
        assert refusal(selectors.version, cast.manager, LUNCH, "monday", number) == (code, 404), number
    assert refusal(selectors.version, cast.partner, LUNCH, "monday", 1) == ("not_found", 404)


@pytest.mark.parametrize("what", ["start", "change", "discard", "comment", "backtest"])
def test_who_writes_is_judged_by_what_they_are_now(cast: Cast, what: str) -> None:
    version, author = a_draft(cast.marketer, NOW), User.objects.get(pk=cast.marketer.pk)
    assert author.role  # read before they became a manager, as by a page that was opened earlier
    User.objects.filter(pk=author.pk).update(role="manager")
    steps: dict[str, Callable[[], object]] = {
        "start": lambda: a_draft(author, LATER),
        "change": lambda: change_draft(version.pk, by=author, now=LATER, note="x"),
        "discard": lambda: discard_draft(version.pk, by=author),
        "comment": lambda: comment(version, "x", by=author, now=LATER),
        "backtest": lambda: ask_backtest(version, by=author, now=LATER),
    }
    assert refusal(steps[what]) == ("may_not_write", 403)
    assert (Version.objects.filter(agreement__kind=LUNCH).count(), Comment.objects.count()) == (1, 0)


def test_a_draft_with_comments_is_not_thrown_away(cast: Cast) -> None:
    version = a_draft(cast.marketer, NOW)
    comment(version, "Let us talk.", by=cast.salesperson, now=NOW)
    assert refusal(discard_draft, version.pk, by=cast.marketer) == ("has_comments", 409)


def test_comments_answer_comments_on_the_same_version(cast: Cast) -> None:
    version, other = a_draft(cast.marketer, NOW), a_draft(cast.marketer, NOW, key="friday")
    asked = comment(version, " Why 45? ", by=cast.salesperson, now=NOW)
    answer = comment(version, "Soup.", by=cast.marketer, now=LATER, parent_id=asked.pk)
    assert [(c.body, c.parent_id) for c in version.comments.all()] == [("Why 45?", None), ("Soup.", asked.pk)]
    assert refusal(comment, other, "?", by=cast.marketer, now=NOW, parent_id=answer.pk)[0] == "unknown_parent"
    assert refusal(comment, version, "?", by=cast.marketer, now=NOW, parent_id=2**80)[0] == "unknown_parent"
    for body, code in (("", "empty"), ("x" * 5001, "too_long"), ("a\0", "invalid_characters")):
        assert refusal(comment, version, body, by=cast.marketer, now=NOW)[0] == code


def test_an_older_version_is_restored_as_a_new_draft(cast: Cast) -> None:
    first = agreed(cast, NOW, 45)
    agreed(cast, NOW, 60)
    again = restore(first, by=cast.salesperson, now=LATER)
    assert (again.number, again.step, again.terms["minutes"], again.restored_from_id) == (3, "draft", 45, first.pk)
    assert refusal(restore, again, by=cast.salesperson, now=LATER) == ("is_a_draft", 409)
    assert in_force(LUNCH, "monday", LATER).number == 2  # type: ignore[union-attr]
