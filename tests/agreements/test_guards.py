"""What holds in the database itself: raw SQL cannot change what was proposed, signed, said or in force."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from alignment.agreements.comments import comment
from alignment.agreements.deciding import reject
from alignment.agreements.models import Period, Signature, Version
from alignment.agreements.overriding import override
from tests.agreements.lunch import a_draft, a_proposal, agreed
from tests.world import NOW, Cast


def refused(sql: str, *values: int | str | datetime | None) -> bool:
    """Whether the database refuses the statement; deferred rules are asked too."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            assert cursor.rowcount != 0, "nothing was touched"
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError:
        return True
    return False


WORDING = (
    """terms = '{"minutes": 1}'""", "schema = 9", "note = 'x'", "effective_from = now()", "review_by = now()",
    "author_id = NULL", "restored_from_id = id", "created_at = now()", "number = number + 50", "agreement_id = agreement_id + 1",
    "id = id + 1000",
)  # fmt: skip
STEPS = ("step = 'draft'", "step = 'proposed'", "step = 'laid_in'", "proposed_by_id = NULL", "based_on_id = id")
DECISION = ("step = 'withdrawn'", "step = 'signed'", "decided_at = now()", "decided_by_id = NULL", "reason = 'x'")


@pytest.mark.parametrize("state", ["proposed", "in force", "rejected", "overridden"])
def test_no_wording_changes_once_it_was_proposed(cast: Cast, state: str) -> None:
    version = agreed(cast, NOW) if state == "in force" else a_proposal(cast.marketing_lead, NOW)
    if state == "rejected":
        reject(version.pk, by=cast.sales_lead, now=NOW, reason="No.")
    if state == "overridden":
        override(version.pk, by=cast.operator, reason="Now.", now=NOW)
    before = Version.objects.values().get(pk=version.pk)
    decided = () if state == "proposed" else (*STEPS, *DECISION)
    for change in (*WORDING, *decided):
        if change.split(" = ")[0] in before and f"step = '{before['step']}'" == change:
            continue
        assert refused(f"UPDATE agreements_version SET {change} WHERE id = %s", version.pk), change
    assert refused("DELETE FROM agreements_version WHERE id = %s", version.pk)
    assert Version.objects.values().get(pk=version.pk) == before


def test_a_proposal_goes_forward_only(cast: Cast) -> None:
    version = a_proposal(cast.marketing_lead, NOW)
    for step in ("draft", "laid_in", "nonsense"):
        assert refused("UPDATE agreements_version SET step = %s WHERE id = %s", step, version.pk), step
    assert not refused("UPDATE agreements_version SET step = 'withdrawn' WHERE id = %s", version.pk)


def test_a_draft_is_free(cast: Cast) -> None:
    version = a_draft(cast.marketer, NOW)
    assert not refused("UPDATE agreements_version SET note = 'x' WHERE id = %s", version.pk)
    assert not refused("DELETE FROM agreements_version WHERE id = %s", version.pk)


def test_signatures_and_comments_stay_and_nobody_signs_twice(cast: Cast) -> None:
    version = agreed(cast, NOW)
    said = comment(version, "Good.", by=cast.marketer, now=NOW)
    mine = Signature.objects.get(side="marketing")
    for sql, pk in (
        ("UPDATE agreements_signature SET at = now() WHERE id = %s", mine.pk),
        ("DELETE FROM agreements_signature WHERE id = %s", mine.pk),
        ("UPDATE agreements_comment SET body = 'x' WHERE id = %s", said.pk),
        ("DELETE FROM agreements_comment WHERE id = %s", said.pk),
    ):
        assert refused(sql, pk), sql
    again = "INSERT INTO agreements_signature (version_id, side, user_id, team_id, at) VALUES (%s, %s, %s, %s, now())"
    other = a_proposal(cast.marketing_lead, NOW, 60)
    assert refused(again, version.pk, "marketing", cast.marketer.pk, cast.marketing.pk)
    assert refused(again, other.pk, "sales", cast.marketing_lead.pk, cast.sales.pk)
    assert refused(again, other.pk, "partner", cast.partner.pk, cast.partners.pk)
    for table in ("signature", "version", "period"):
        assert refused(f"TRUNCATE agreements_{table} CASCADE"), table


def test_a_second_proposal_is_refused(cast: Cast) -> None:
    a_proposal(cast.marketing_lead, NOW)
    draft = a_draft(cast.marketer, NOW)
    assert refused("UPDATE agreements_version SET step = 'proposed' WHERE id = %s", draft.pk)


def test_at_most_one_version_is_in_force_at_any_instant(cast: Cast) -> None:
    first = agreed(cast, NOW - timedelta(days=9), 10)
    second = agreed(cast, NOW, 20)
    add = (
        "INSERT INTO agreements_period (agreement_id, version_id, during)"
        " VALUES (%s, %s, tstzrange(%s::timestamptz, %s::timestamptz))"
    )
    agreement = first.agreement_id
    assert refused(add, agreement, first.pk, NOW + timedelta(days=1), None)
    assert refused(add, agreement, first.pk, NOW - timedelta(days=1), NOW)
    assert refused(add, agreement, second.pk, NOW - timedelta(days=10), NOW - timedelta(days=8))
    assert not refused(add, agreement, second.pk, NOW - timedelta(days=10), NOW - timedelta(days=9))


def test_a_period_may_end_earlier_and_nothing_else(cast: Cast) -> None:
    version = agreed(cast, NOW)
    period = Period.objects.get(version=version)
    change = "UPDATE agreements_period SET during = tstzrange(%s::timestamptz, %s::timestamptz) WHERE id = %s"
    assert refused(change, NOW - timedelta(days=1), None, period.pk)
    assert refused(change, NOW + timedelta(days=1), None, period.pk)
    assert not refused(change, NOW, NOW + timedelta(days=1), period.pk)
    assert refused(change, NOW, None, period.pk)
    assert refused(change, NOW, NOW + timedelta(days=2), period.pk)
    assert refused("UPDATE agreements_period SET version_id = version_id + 1 WHERE id = %s", period.pk)
    assert refused("DELETE FROM agreements_period WHERE id = %s", period.pk)


def test_what_an_agreement_is_about_stays(cast: Cast) -> None:
    version = a_draft(cast.marketer, NOW)
    two = "last_number = 2"
    for change in ("kind = 'dinner'", "key = 'late'", "created_at = now()", f"{two}, key = 'late'", "last_number = 0"):
        assert refused(f"UPDATE agreements_agreement SET {change} WHERE id = %s", version.agreement_id), change
    assert refused("DELETE FROM agreements_agreement WHERE id = %s", version.agreement_id)
    assert not refused(f"UPDATE agreements_agreement SET {two} WHERE id = %s", version.agreement_id)
    assert refused("UPDATE agreements_agreement SET last_number = 1 WHERE id = %s", version.agreement_id)


def test_only_what_is_before_the_sides_is_signed(cast: Cast) -> None:
    insert = (
        "INSERT INTO agreements_signature (version_id, side, user_id, team_id, at) VALUES (%s, 'sales', %s, %s, %s)"
    )
    draft = a_draft(cast.marketer, NOW)
    assert refused(insert, draft.pk, cast.sales_lead.pk, cast.sales.pk, NOW)
    assert refused("UPDATE agreements_version SET step = 'signed' WHERE id = %s", draft.pk)
    assert refused("UPDATE agreements_version SET step = 'laid_in' WHERE id = %s", draft.pk)
    proposal = a_proposal(cast.marketing_lead, NOW)
    assert not refused(insert, proposal.pk, cast.sales_lead.pk, cast.sales.pk, NOW)


def test_an_override_ends_once_and_is_not_rewritten(cast: Cast) -> None:
    version = a_proposal(cast.marketing_lead, NOW)
    override(version.pk, by=cast.operator, reason="Now.", now=NOW)
    for change in ("reason = 'Because.'", "at = now()", "replaced_id = version_id"):
        assert refused(f"UPDATE agreements_override SET {change} WHERE version_id = %s", version.pk), change
    end = "UPDATE agreements_override SET regularised_at = now() WHERE version_id = %s"
    assert not refused(end, version.pk)
    assert refused("UPDATE agreements_override SET reverted_at = now() WHERE version_id = %s", version.pk)
