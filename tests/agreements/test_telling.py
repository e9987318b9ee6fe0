"""Who is told what: everybody of both sides in the product, who must act or took part by mail, each occasion once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from alignment.agreements.comments import comment
from alignment.agreements.deciding import propose, reject, sign, withdraw
from alignment.agreements.overriding import override, revert
from alignment.agreements.reviews import remind
from alignment.agreements.telling import path_of
from alignment.outbox.models import Mail, Notice
from alignment.people.models import Organisation, User
from alignment.people.persons import change_person
from alignment.refusals import Refused
from tests.agreements.lunch import a_draft, a_proposal, agreed
from tests.world import NOW, Cast

TEAMS = {"Marketer", "Marketing Lead", "Salesperson", "Sales Lead"}
LEADS = {"Marketing Lead", "Sales Lead"}


def told(what: str) -> tuple[set[str], set[str]]:
    """Who found it in the product, and who got a mail."""
    notices = Notice.objects.filter(key__contains=f":{what}")
    mails = Mail.objects.filter(key__contains=f":{what}")
    return set(notices.values_list("user__name", flat=True)), set(mails.values_list("user__name", flat=True))


def words(what: str) -> tuple[str, str, str]:
    notice = Notice.objects.filter(key__contains=f":{what}").first()
    assert notice is not None
    return notice.title, notice.text, notice.path


def test_a_draft_is_nobodys_news(cast: Cast) -> None:
    a_draft(cast.marketer, NOW)
    assert not Notice.objects.exists()


def test_a_proposal_is_told_to_both_sides_and_mailed_to_who_signs(cast: Cast) -> None:
    version = a_proposal(cast.marketer, NOW)
    assert told("proposed") == (TEAMS - {"Marketer"}, LEADS)
    title, text, path = words("proposed")
    assert title == "Lunch on monday v1 is proposed"
    assert text.startswith("Marketer proposes a change. ")
    assert path == f"/agreements/version/{version.pk}/"


def test_a_lead_who_proposes_is_one_message_not_two(cast: Cast) -> None:
    a_proposal(cast.marketing_lead, NOW)
    assert words("proposed")[1].startswith("Marketing Lead proposes a change and has signed it for marketing. ")
    assert told("signed") == (set(), set())


def test_signatures_and_the_agreement_are_told(cast: Cast) -> None:
    version = a_proposal(cast.marketer, NOW)
    sign(version.pk, by=cast.sales_lead, now=NOW)
    assert told("signed:sales") == (TEAMS - {"Sales Lead"}, {"Marketing Lead", "Marketer"})
    assert words("signed:sales")[1] == "Sales Lead signed for sales. Still to sign: marketing."
    sign(version.pk, by=cast.marketing_lead, now=NOW)
    assert told("agreed") == (TEAMS - {"Marketing Lead"}, {"Sales Lead", "Marketer"})
    assert words("agreed")[1] == "Both sides have signed. It is in force now."


def test_a_later_date_is_told_in_the_reporting_zone(cast: Cast) -> None:
    Organisation.objects.update(timezone="America/Sao_Paulo")
    agreed(cast, NOW, effective_from=NOW + timedelta(days=1))
    assert words("agreed")[1] == "Both sides have signed. It takes effect on 2 December 2024, 09:00."


def test_an_end_is_told_with_its_reason(cast: Cast) -> None:
    reject(a_proposal(cast.marketer, NOW).pk, by=cast.sales_lead, now=NOW, reason="Too long.")
    assert words("rejected")[1] == "Sales Lead has rejected it: Too long."
    assert told("rejected") == (TEAMS - {"Sales Lead"}, {"Marketing Lead", "Marketer"})
    withdraw(a_proposal(cast.marketer, NOW, 60).pk, by=cast.marketer, now=NOW)
    assert words("withdrawn")[1] == "Marketer has withdrawn it."


def test_who_took_part_gets_the_mail_too(cast: Cast) -> None:
    version = a_proposal(cast.marketer, NOW)
    said = comment(version, "Why?", by=cast.salesperson, now=NOW)
    assert told(f"comment:{said.pk}") == (TEAMS - {"Salesperson"}, {"Marketer", *LEADS})
    answer = comment(version, "Soup.", by=cast.marketer, now=NOW, parent_id=said.pk)
    assert told(f"comment:{answer.pk}") == (TEAMS - {"Marketer"}, {"Salesperson", *LEADS})


def test_an_override_is_told_to_both_sides_until_it_is_settled(cast: Cast) -> None:
    version = a_draft(cast.marketer, NOW)
    override(version.pk, by=cast.operator, reason="The kitchen burns", now=NOW)
    assert told("overridden") == (TEAMS, {"Marketer", *LEADS})
    assert words("overridden")[1].endswith("The reason: The kitchen burns")
    sign(version.pk, by=cast.marketing_lead, now=NOW)
    sign(version.pk, by=cast.sales_lead, now=NOW)
    in_product, by_mail = told("regularised")
    assert in_product == {*TEAMS, "Operator"} - {"Sales Lead"}
    assert by_mail == {"Marketer", "Marketing Lead", "Operator"}
    other = override(a_draft(cast.marketer, NOW, 60).pk, by=cast.operator, reason="Again.", now=NOW)
    revert(other.pk, by=cast.operator, now=NOW)
    assert told("reverted") == (TEAMS, {"Marketer", *LEADS})


def test_what_was_refused_is_told_to_nobody(cast: Cast) -> None:
    version = a_proposal(cast.marketing_lead, NOW)
    Notice.objects.all().delete()
    for person in (cast.salesperson, cast.operator, cast.partner):
        with pytest.raises(Refused):
            sign(version.pk, by=person, now=NOW)
    assert not Notice.objects.exists()


def test_who_left_or_may_not_read_any_more_is_told_nothing(cast: Cast) -> None:
    version = a_draft(cast.marketer, NOW)
    comment(version, "Why?", by=cast.salesperson, now=NOW)
    change_person(cast.marketer, now=NOW, team=cast.partners)
    change_person(cast.salesperson, now=NOW, active=False)
    propose(version.pk, by=cast.marketing_lead, now=NOW)
    assert told("proposed") == ({"Sales Lead"}, {"Sales Lead"})


def test_who_never_signs_in_gets_no_mail(cast: Cast) -> None:
    named = User.objects.create_user("named@test.example", name="Named", team=cast.sales, role="lead")
    a_proposal(cast.marketer, NOW)
    in_product, by_mail = told("proposed")
    assert named.name in in_product
    assert named.name not in by_mail


def test_a_review_is_reminded_of_once_a_week_ahead(cast: Cast) -> None:
    agreed(cast, NOW, review_by=date(2024, 12, 20))
    counts = {day: remind(now=NOW + timedelta(days=day)) for day in (0, 11, 12, 13, 30, 79, 80, 200)}
    assert counts == {0: 0, 11: 0, 12: 1, 13: 1, 30: 1, 79: 1, 80: 0, 200: 0}
    assert told("review") == (TEAMS, LEADS)
    assert words("review")[1].startswith("You agreed to look at it again by 20 December 2024.")
    for kept in (Notice, Mail):
        assert set(kept.objects.filter(key__contains=":review").values_list("created_at", flat=True)) == {
            NOW + timedelta(days=12)
        }


def test_the_day_of_a_review_is_the_companys(cast: Cast) -> None:
    Organisation.objects.update(timezone="Asia/Tokyo")
    agreed(cast, NOW, review_by=date(2024, 12, 20))
    assert remind(now=NOW + timedelta(days=11, hours=2)) == 0
    assert remind(now=NOW + timedelta(days=11, hours=3)) == 1


def test_what_holds_no_more_or_not_yet_is_not_reminded_of(cast: Cast) -> None:
    agreed(cast, NOW, 10, review_by=date(2024, 12, 5))
    agreed(cast, NOW, 20, effective_from=NOW + timedelta(days=30), review_by=date(2024, 12, 6))
    assert remind(now=NOW) == 1
    agreed(cast, NOW + timedelta(hours=1), 30)
    assert remind(now=NOW + timedelta(hours=2)) == 0


def test_who_signed_for_later_is_told_when_what_it_replaces_is_another_one(cast: Cast) -> None:
    agreed(cast, NOW, 10)
    later = agreed(cast, NOW, 20, effective_from=NOW + timedelta(days=20))
    assert told("after:") == (set(), set())
    agreed(cast, NOW, 30, effective_from=NOW + timedelta(days=10))
    assert told("after:") == ({"Marketing Lead"}, {"Marketing Lead"})
    title, text, path = words("after:")
    assert title == "What Lunch on monday v2 replaces has changed"
    assert text.startswith("Sales Lead settled that Lunch on monday v3 holds until it begins")
    assert path == path_of(later)
    override(a_draft(cast.operator, NOW, 40).pk, by=cast.operator, reason="Now.", now=NOW)
    assert Notice.objects.filter(key__contains=":after:").count() == 3, (
        "those who signed v3, which follows the override"
    )


def test_who_signed_for_later_is_told_when_an_override_is_taken_back(cast: Cast) -> None:
    agreed(cast, NOW, 10)
    made = override(a_draft(cast.operator, NOW, 40).pk, by=cast.operator, reason="Now.", now=NOW)
    agreed(cast, NOW, 20, effective_from=NOW + timedelta(days=20))
    revert(made.pk, by=cast.operator, now=NOW + timedelta(hours=1))
    assert told("after:") == (LEADS, LEADS)
    assert "Lunch on monday v1 holds until it begins" in words("after:")[1]
