"""Steps at the same instant, in real parallel transactions: one well-defined state, whoever is first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import pairwise
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from alignment.agreements import selectors
from alignment.agreements.comments import comment
from alignment.agreements.deciding import propose, reject, sign, withdraw
from alignment.agreements.drafts import discard_draft, lock_version, start_draft
from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import Scope
from alignment.agreements.models import Agreement, Comment, Period, Signature, Step, Version
from alignment.agreements.overriding import override
from alignment.agreements.periods import begin_due
from alignment.clock import now
from alignment.outbox.models import Notice
from alignment.people.api_keys import create_api_key
from alignment.people.models import User
from alignment.people.persons import change_person
from alignment.refusals import FieldError
from tests import world
from tests.agreements import lunch
from tests.agreements.at_once import all_at_once
from tests.agreements.lunch import LUNCH, a_draft, a_proposal, agreed
from tests.world import NOW, Cast

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = ("one", "two", "three")
"""Who is first is decided anew in each: an agreement each."""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return world.cast()


def held(key: str = "monday") -> list[int]:
    """The versions that hold some time, in order; each ends where the next begins."""
    found = Period.objects.filter(agreement__kind=LUNCH, agreement__key=key).select_related("version")
    periods = sorted((one for one in found if not one.during.isempty), key=lambda one: one.since)
    for before, after in pairwise(periods):
        assert before.until == after.since
    return [period.version.number for period in periods]


def standing(version: Version) -> selectors.Standing:
    return selectors.standing(Version.objects.get(pk=version.pk), NOW + timedelta(hours=1))


def test_both_leads_sign_at_once(cast: Cast) -> None:
    version = a_proposal(cast.marketer, NOW)
    told = all_at_once([partial(sign, version.pk, by=p, now=NOW) for p in (cast.marketing_lead, cast.sales_lead)])
    assert told == ["done", "done"]
    assert set(Signature.objects.values_list("side", flat=True)) == {"marketing", "sales"}
    assert standing(version).state == "in_force"
    assert held() == [1]
    assert len(lunch.begun) == 1


def test_both_leads_of_one_side_sign_at_once(cast: Cast) -> None:
    User.objects.filter(pk=cast.marketer.pk).update(role="lead")
    version = a_proposal(cast.salesperson, NOW)
    told = all_at_once([partial(sign, version.pk, by=p, now=NOW) for p in (cast.marketing_lead, cast.marketer)])
    assert sorted(told) == ["already_signed", "done"]
    assert Signature.objects.count() == 1
    assert standing(version).unsigned == ("sales",)


def test_one_lead_signs_from_two_pages_at_once(cast: Cast) -> None:
    version = a_proposal(cast.marketing_lead, NOW)
    assert all_at_once([partial(sign, version.pk, by=cast.sales_lead, now=NOW)] * 3) == ["done"] * 3
    assert Signature.objects.count() == 2
    assert held() == [1]
    assert Notice.objects.filter(user=cast.marketer, key__endswith=":agreed").count() == 1


@pytest.mark.parametrize("end", ["withdrawn", "rejected"])
def test_one_signs_while_another_ends_it(cast: Cast, end: str) -> None:
    for key in ROUNDS:
        pk = (version := a_proposal(cast.marketing_lead, NOW, key=key)).pk
        ending: Callable[[], object] = {
            "withdrawn": partial(withdraw, pk, by=cast.marketing_lead, now=NOW),
            "rejected": partial(reject, pk, by=cast.sales_lead, now=NOW, reason="No."),
        }[end]
        told = all_at_once([partial(sign, pk, by=cast.sales_lead, now=NOW), ending])
        assert sorted(told) == ["done", "not_proposed"]
        expected = ("in_force", [1], 2) if told[0] == "done" else (end, [], 1)
        assert (standing(version).state, held(key), version.signatures.count()) == expected


def test_a_draft_is_proposed_twice_at_once(cast: Cast) -> None:
    version = a_draft(cast.marketer, NOW)
    people = (cast.marketing_lead, cast.sales_lead)
    told = all_at_once([partial(propose, version.pk, by=p, now=NOW) for p in people])
    assert sorted(told) == ["done", "not_a_draft"]
    version.refresh_from_db()
    assert version.proposed_by == people[told.index("done")]
    assert [s.user for s in version.signatures.all()] == [version.proposed_by]


def test_two_drafts_are_proposed_at_once(cast: Cast) -> None:
    drafts = [a_draft(cast.marketer, NOW, minutes) for minutes in (30, 60)]
    told = all_at_once([partial(propose, d.pk, by=cast.marketer, now=NOW) for d in drafts])
    assert sorted(told) == ["done", "proposal_open"]
    assert Version.objects.filter(step=Step.PROPOSED).count() == 1


def test_the_first_drafts_of_an_agreement_are_begun_at_once(cast: Cast) -> None:
    people = (cast.marketer, cast.salesperson, cast.marketing_lead, cast.operator)
    told = all_at_once([partial(start_draft, LUNCH, "monday", {"minutes": 5}, author=p, now=NOW) for p in people])
    assert told == ["done"] * 4
    assert Agreement.objects.filter(kind=LUNCH).count() == 1
    assert sorted(Version.objects.filter(agreement__kind=LUNCH).values_list("number", flat=True)) == [1, 2, 3, 4]


def test_the_last_signature_and_an_override_of_it_at_once(cast: Cast) -> None:
    for key in ROUNDS:
        version = a_proposal(cast.marketing_lead, NOW, key=key)
        told = all_at_once(
            [
                partial(sign, version.pk, by=cast.sales_lead, now=NOW),
                partial(override, version.pk, by=cast.operator, reason="Now.", now=NOW),
            ]
        )
        assert told in (["done", "not_a_draft"], ["done", "done"])
        found = standing(version)
        assert (found.state, found.overridden, found.unsigned, held(key)) == ("in_force", False, (), [1])


def test_the_last_signature_and_an_override_by_another_draft_at_once(cast: Cast) -> None:
    for key in ROUNDS:
        agreed(cast, NOW - timedelta(days=1), 10, key=key)
        proposal, draft = a_proposal(cast.marketing_lead, NOW, 20, key=key), a_draft(cast.marketer, NOW, 30, key=key)
        told = all_at_once(
            [
                partial(sign, proposal.pk, by=cast.sales_lead, now=NOW),
                partial(override, draft.pk, by=cast.operator, reason="Now.", now=NOW),
            ]
        )
        assert told == ["done", "done"]
        assert held(key) in ([1, 2], [1, 3])


def test_who_waited_follows_what_began_meanwhile_and_rewrites_no_past(cast: Cast) -> None:
    agreed(cast, NOW - timedelta(days=1), 10)
    proposal, draft = a_proposal(cast.marketing_lead, NOW, 20), a_draft(cast.marketer, NOW, 30)
    waited, later = NOW, NOW + timedelta(seconds=3)
    override(draft.pk, by=cast.operator, reason="Now.", now=later)
    sign(proposal.pk, by=cast.sales_lead, now=waited)
    numbers = {at: in_force(LUNCH, "monday", at) for at in (waited, later, later + timedelta(microseconds=1))}
    assert [found.number if found else None for found in numbers.values()] == [1, 3, 2]
    assert held() == [1, 3, 2]


def test_a_period_begins_once_however_many_look(cast: Cast) -> None:
    for key in ("monday", "tuesday", "friday"):
        agreed(cast, NOW, key=key, effective_from=NOW + timedelta(days=1))
    assert lunch.begun == []
    told = all_at_once([partial(begin_due, now=NOW + timedelta(days=2))] * 4)
    assert told == ["done"] * 4
    assert len(lunch.begun) == 3
    assert begin_due(now=NOW + timedelta(days=2)) == 0


def test_a_draft_is_thrown_away_while_somebody_comments(cast: Cast) -> None:
    for key in ROUNDS:
        version = a_draft(cast.marketer, NOW, key=key)
        told = all_at_once(
            [
                partial(discard_draft, version.pk, by=cast.marketer),
                partial(comment, version, "Wait!", by=cast.salesperson, now=NOW),
            ]
        )
        assert told in (["done", "not_found"], ["has_comments", "done"])
        left = Version.objects.filter(pk=version.pk).count()
        assert Comment.objects.filter(version_id=version.pk).count() == left


def test_who_leaves_while_they_sign_has_signed_or_has_not(cast: Cast) -> None:
    version = a_proposal(cast.marketing_lead, NOW)
    told = all_at_once(
        [
            partial(sign, version.pk, by=cast.sales_lead, now=NOW),
            partial(change_person, cast.sales_lead, now=NOW, active=False),
        ]
    )
    assert told in (["done", "done"], ["not_found", "done"])
    assert standing(version).state == ("in_force" if told[0] == "done" else "proposed")


def test_another_connection_sees_what_is_in_force_at_once_and_not_before(cast: Cast) -> None:
    agreed(cast, NOW - timedelta(days=1), 10)
    version = a_proposal(cast.marketing_lead, NOW, 20)
    signed, seen = Event(), Event()

    def elsewhere() -> None:
        try:
            with transaction.atomic():
                lock_version(version.pk)
                sign(version.pk, by=cast.sales_lead, now=NOW)
                signed.set()
                assert seen.wait(timeout=30)
        finally:
            connection.close()

    assert in_force(LUNCH, "monday", NOW).terms.minutes == 10  # type: ignore[union-attr]
    other = Thread(target=elsewhere)
    other.start()
    assert signed.wait(timeout=30)
    assert in_force(LUNCH, "monday", NOW).terms.minutes == 10  # type: ignore[union-attr]
    seen.set()
    other.join(timeout=30)
    assert in_force(LUNCH, "monday", NOW).terms.minutes == 20  # type: ignore[union-attr]


def test_a_step_that_was_ended_for_anothers_sake_is_taken_again_whole(cast: Cast) -> None:
    ended: list[str] = []

    def ended_at_first(_terms: object, scope: Scope) -> list[FieldError]:
        if scope.key not in ended:
            ended.append(scope.key)
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'ended' USING ERRCODE = 'deadlock_detected'; END $$")
        return []

    page, api = Client(), APIClient()
    page.force_login(cast.marketer)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {create_api_key(cast.marketer, scope='write')}")
    drafts = [a_draft(cast.marketer, now(), key=key) for key in ("page", "propose", "change")]
    with lunch.registered(check=ended_at_first):
        there = page.post(f"/agreements/{LUNCH}/page/1/draft/", {"note": "Soup.", "revision": "1", "propose": "1"})
        answers = [
            api.post(f"/api/v1/agreements/{drafts[1].pk}/propose"),
            api.patch(f"/api/v1/agreements/{drafts[2].pk}", {"terms": {"minutes": 9}}, format="json"),
        ]
    assert ended == ["page", "propose", "change"]
    assert (there.status_code, [answer.status_code for answer in answers]) == (302, [200, 200])
    for version in drafts:
        version.refresh_from_db()
    assert [(version.step, version.note) for version in drafts] == [
        ("proposed", "Soup."),
        ("proposed", ""),
        ("draft", ""),
    ]
    assert drafts[2].terms["minutes"] == 9
