"""Who sees which handoffs?"""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from alignment.agreements.in_force import InForce
from alignment.refusals import Refused
from leads.handoffs.deciding import accept, reject
from leads.handoffs.models import Handoff
from leads.handoffs.reading import one, seen_by, with_everybody
from tests.leads.handoffs.handing import an_mql, at, offered
from tests.world import Cast


def test_partners_see_what_is_offered_to_them_and_nothing_else(cast: Cast, rule: InForce) -> None:
    theirs = offered(an_mql("a"), rule, cast.partner)
    ours = offered(an_mql("b"), rule, cast.salesperson)
    others = offered(an_mql("c"), rule, cast.other_partners)
    seen = {
        name: set(seen_by(getattr(cast, name)).values_list("pk", flat=True))
        for name in ("marketer", "salesperson", "manager", "operator", "partner", "other_partner", "outsider")
    }
    everything = {theirs.pk, ours.pk, others.pk}
    assert seen == {
        "marketer": everything,
        "salesperson": everything,
        "manager": everything,
        "operator": everything,
        "partner": {theirs.pk},
        "other_partner": {others.pk},
        "outsider": set(),
    }


def test_a_partner_forgets_what_they_turned_down(cast: Cast, rule: InForce) -> None:
    handoff = offered(an_mql("a"), rule, cast.partner)
    reject(handoff.pk, by=cast.partner, reason="not-now", now=at(1))
    assert not seen_by(cast.partner).exists()


def test_a_partner_who_gets_a_lead_sees_no_handoff_to_others_before(cast: Cast, rule: InForce) -> None:
    lead = an_mql("a")
    before = offered(lead, rule, cast.salesperson)
    reject(before.pk, by=cast.salesperson, reason="not-mine", now=at(1))
    after = offered(lead, rule, cast.partner, when=at(2))
    accept(after.pk, by=cast.partner, now=at(3))
    assert list(seen_by(cast.partner).values_list("pk", flat=True)) == [after.pk]
    with pytest.raises(Refused) as why:
        one(cast.partner, before.pk)
    assert (why.value.code, why.value.status) == ("not_found", 404)
    assert one(cast.partner, after.pk) == after


def test_handoffs_come_with_everybody_they_name_by_four_statements(
    cast: Cast, rule: InForce, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    decided, waits = (offered(an_mql(key), rule, to) for key, to in (("a", cast.salesperson), ("b", cast.partner)))
    accept(decided.pk, by=cast.salesperson, now=at(1))
    with django_assert_num_queries(4):
        handoffs = list(with_everybody(Handoff.objects.order_by("pk")))
        named = [
            (row.lead.pk, row.to_team.name, row.to_user, row.decided_by, row.rule and row.rule.agreement.key)
            for row in handoffs
        ]
    assert named == [
        (decided.lead_id, decided.to_team.name, cast.salesperson, cast.salesperson, rule.key),
        (waits.lead_id, waits.to_team.name, cast.partner, None, rule.key),
    ]
    with django_assert_num_queries(1):
        assert list(with_everybody(Handoff.objects.order_by("pk")).values_list("pk", flat=True)) == [
            decided.pk,
            waits.pk,
        ]
