"""What does a partner learn of others? Their own people's names, and "our side" for everybody else, on every face of a handoff."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from rest_framework.test import APIClient

from alignment.agreements.in_force import InForce
from alignment.outbox.models import Channel, Chat, Mail, Notice
from alignment.people.api_keys import create_api_key
from alignment.people.models import User
from alignment.people.naming import OUR_SIDE, name_to
from leads.funnel.stage_sets import stage_set
from leads.handoffs.deciding import accept, reject
from leads.handoffs.models import Handoff
from leads.handoffs.offering import offer_by_hand
from leads.handoffs.passing import reassign
from leads.handoffs.receivers import add_absence
from leads.handoffs.returning import give_back
from leads.handoffs.sweeping import sweep
from leads.handoffs.withdrawing import withdraw
from leads.privacy.removal import erase
from leads.records.models import Lead
from leads.selectors.timeline import timeline
from tests.clocks import present_is
from tests.leads.handoffs.handing import KEY, agreed, at, colleague, offered
from tests.leads.handoffs.refusing import refused
from tests.leads.handoffs.routing.pools import came_into, queue, round_robin, route_at
from tests.world import NOW, Cast, day, held_by

STRANGERS = ("marketer", "marketing_lead", "salesperson", "sales_lead", "other_partner", "operator", "manager")


def names_of_others(cast: Cast) -> set[str]:
    people: list[User] = [getattr(cast, name) for name in STRANGERS]
    return {one.name for one in people} | {one.email or "" for one in people} | {cast.other_partners.name}


def told(user: User) -> Iterator[tuple[str, str]]:
    """Everything that somebody was told."""
    for notice in Notice.objects.filter(user=user):
        yield f"notice {notice.key}", f"{notice.title} {notice.text}"
    for mail in Mail.objects.filter(user=user):
        yield f"mail {mail.key}", f"{mail.subject} {mail.text}"


def faces(user: User, lead: Lead) -> Iterator[tuple[str, str]]:
    """Everything that somebody can read of a lead and its handoffs, with where it stands."""
    yield from told(user)
    browser, caller = Client(), APIClient()
    browser.force_login(user)
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {create_api_key(user, scope='read')}")
    ids = list(Handoff.objects.filter(lead=lead).values_list("pk", flat=True))
    pages = ["/inbox/", "/returned/", "/leads/", f"/leads/{lead.pk}/"]
    pages += [f"/handoffs/{pk}/{more}" for pk in ids for more in ("", "why/", "pass-on/")]
    for path in pages:
        yield path, browser.get(path).content.decode()
    for path in (
        "handoffs",
        f"leads/{lead.pk}",
        "stage-changes",
        "activities",
        *(f"handoffs/{pk}" for pk in ids),
    ):
        yield f"API {path}", caller.get(f"/api/v1/{path}").content.decode()
    for item in (
        timeline(lead, stage_set(), user=user).items if user.team_id in (lead.team_id, lead.offered_team_id) else ()
    ):
        yield f"timeline {item.title}", " ".join((item.title, item.who, *item.lines))


def leaks(user: User, lead: Lead, cast: Cast) -> list[tuple[str, str]]:
    lead.refresh_from_db()
    others = names_of_others(cast)
    return [(where, name) for where, said in faces(user, lead) for name in sorted(others) if name in said]


def test_a_partner_reads_no_name_but_those_of_the_own_team_wherever_they_look(
    cast: Cast,
    rule: InForce,
    lead: Lead,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present_is(at(4), monkeypatch)
    boss, mate = colleague("Boss", cast.partners, "lead"), colleague("Mate", cast.partners)
    first = offered(lead, rule, cast.other_partner)
    accept(first.pk, by=cast.other_partner, now=at(1))
    second = reassign(first.pk, by=cast.operator, to_user_id=cast.partner.pk, now=at(1, 10))
    seen = list(faces(cast.partner, lead))
    assert leaks(cast.partner, lead, cast) == []
    assert any(OUR_SIDE in said for where, said in seen if where == f"API handoffs/{second.pk}")
    assert any("Partner" in said for where, said in seen if where == f"/handoffs/{second.pk}/")
    accept(second.pk, by=cast.partner, now=at(1, 20))
    assert leaks(cast.partner, lead, cast) == []
    third = reassign(second.pk, by=cast.operator, to_user_id=cast.other_partner.pk, now=at(1, 30))
    said = [
        refused(lambda: reassign(second.pk, by=cast.partner, to_user_id=mate.pk, now=at(2)), "being_passed_on", 409),
        refused(
            lambda: offer_by_hand(lead, KEY, by=cast.partner, to_user_id=mate.pk, now=at(2)), "offered_already", 409
        ),
        refused(lambda: offer_by_hand(lead, "hm", by=cast.partner, now=at(2)), "unknown_rule", 422),
    ]
    others = names_of_others(cast) | {KEY}
    assert [(one.detail, name) for one in said for name in others if name in one.detail] == []
    for user in (cast.partner, boss):
        assert leaks(user, lead, cast) == []
    accept(third.pk, by=cast.other_partner, now=at(3))
    give_back(third.pk, by=cast.other_partner, reason="not-mine", now=at(3, 10))
    for user in (cast.partner, boss):
        assert [(where, name) for where, text in told(user) for name in others if name in text] == []


def test_who_sees_everything_reads_every_name(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.partner)
    said = refused(lambda: offer_by_hand(lead, KEY, by=cast.marketer, now=at(1)), "offered_already", 409)
    assert said.detail == "This lead is on offer to Partner already."
    reject(handoff.pk, by=cast.partner, reason="not-mine", now=at(1))
    assert (
        Notice.objects.filter(user=cast.marketer).latest("pk").title
        == "Partner turned a lead down: Belongs to somebody else"
    )
    said = refused(lambda: offer_by_hand(lead, "hm", by=cast.marketer, now=at(1)), "unknown_rule", 422)
    assert said.detail == f"No rule “hm” is in force; there are: {KEY}."


def test_whoever_is_in_no_team_knows_their_own_name_only(cast: Cast) -> None:
    assert [name_to(cast.outsider, one) for one in (cast.outsider, cast.partner, cast.sales, cast.operator, None)] == [
        "Outsider", OUR_SIDE, OUR_SIDE, OUR_SIDE, "",
    ]  # fmt: skip
    assert [name_to(cast.partner, one) for one in (cast.partners, cast.other_partners)] == ["Partners", OUR_SIDE]


def test_a_partner_does_not_learn_who_else_could_not_take_the_lead(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present_is(day(3.01), monkeypatch)
    agreed(cast, routing=[round_robin(cast.sales), round_robin(cast.other_partners), queue(cast.partners)])
    away(cast)
    lead = came_into("mql", "1", 2)
    route_at(3)
    handoff = Handoff.objects.get()
    assert (handoff.to_team, any("Salesperson" in why for why in handoff.why)) == (cast.partners, True)
    assert leaks(cast.partner, lead, cast) == []


def test_nor_when_the_rule_finds_nobody(cast: Cast, lead: Lead) -> None:
    agreed(cast, routing=[round_robin(cast.sales), round_robin(cast.other_partners)])
    held_by(lead, cast.partner)
    away(cast)
    said = refused(lambda: offer_by_hand(lead, KEY, by=cast.partner, now=at(1)), "no_receiver", 409)
    assert said.detail == "Nobody can take it: The rule finds nobody. Choose somebody yourself."
    said = refused(lambda: offer_by_hand(lead, KEY, by=cast.marketer, now=at(1)), "no_receiver", 409)
    assert "Salesperson is away" in said.detail


def away(cast: Cast) -> None:
    for user in (cast.salesperson, cast.sales_lead, cast.other_partner):
        add_absence(user.pk, first_day=at(0).date(), last_day=at(240).date(), by=cast.operator, now=at(0))


def test_a_message_says_not_to_whom_an_offer_went_on(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.partner)
    reassign(handoff.pk, by=cast.operator, to_team_id=cast.other_partners.pk, now=at(1))
    last = Notice.objects.filter(user=cast.partner).latest("pk")
    assert (last.title, last.text) == ("An offer was taken back", "Nothing to decide any more.")


def test_the_lead_of_a_partner_team_is_not_told_what_became_of_a_lead_elsewhere(
    cast: Cast, rule: InForce, lead: Lead
) -> None:
    boss = colleague("Boss", cast.partners, "lead")
    first = offered(lead, rule, cast.partner)
    accept(first.pk, by=cast.partner, now=at(1))
    second = reassign(first.pk, by=cast.operator, to_user_id=cast.other_partner.pk, now=at(2))
    sweep(now=lambda: at(9, 30))
    accept(second.pk, by=cast.other_partner, now=at(10))
    assert not Notice.objects.filter(user=boss, key__contains=f":{second.pk}").exists()
    assert not Notice.objects.filter(user=boss, path=f"/handoffs/{second.pk}/").exists()


def test_the_lead_of_the_partner_team_that_receives_is_told(cast: Cast, rule: InForce, lead: Lead) -> None:
    boss = colleague("Boss", cast.partners, "lead")
    offered(lead, rule, cast.partner)
    sweep(now=lambda: at(5, 30))
    assert Notice.objects.filter(user=boss, title="Nobody has decided on an offer in time").count() == 1


def test_what_somebody_typed_when_they_took_an_offer_back_is_said_in_no_message(
    cast: Cast, rule: InForce, lead: Lead
) -> None:
    url = "https://hooks.slack.com/services/TAAAAAAAA/BAAAAAAAA/aaaaaaaaaaaaaaaaaaaaaaaa"
    Channel.objects.create(name="c", url=url, wants=["handoffs"], created_at=at(0))
    handoff = offered(lead, rule, cast.salesperson)
    withdraw(handoff.pk, by=cast.marketer, why="Zyxwv does not want calls", now=at(1))
    said = [*Chat.objects.values_list("text", flat=True), *(text for _where, text in told(cast.salesperson))]
    assert any("Nothing to decide any more" in text for text in said)
    assert [text for text in said if "Zyxwv" in text] == []
    handoff.refresh_from_db()
    assert handoff.note == "Zyxwv does not want calls"


def test_an_erasure_empties_what_chats_were_told_of_a_person(cast: Cast, lead: Lead) -> None:
    channel = Channel.objects.create(name="c", url="https://chat.example/1", wants=["handoffs"], created_at=at(0))
    Chat.objects.create(
        channel=channel, key="k", title="On ada@example.com", text="ada@example.com waits.", path=f"/leads/{lead.pk}/",
        created_at=at(0), due_at=at(0),
    )  # fmt: skip
    kept = Chat.objects.create(channel=channel, key="other", title="A", text="B", created_at=at(0), due_at=at(0))
    erase(lead, now=NOW, actor_id=None)
    [emptied] = Chat.objects.exclude(pk=kept.pk)
    assert "ada@example.com" not in emptied.title + emptied.text
    assert emptied.path == ""
    kept.refresh_from_db()
    assert (kept.title, kept.text) == ("A", "B")
