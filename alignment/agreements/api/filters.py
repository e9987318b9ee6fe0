"""By what is the list of agreements narrowed? Their kind and key, how they stand now, and who has not signed yet."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django_filters import rest_framework as filters

from alignment.agreements.answers import NOTHING
from alignment.agreements.kinds import kinds
from alignment.agreements.models import SIGNING_SIDES, Agreement, Period, Signature, Step, Version
from alignment.api.filters import RANGE, Filters
from alignment.clock import now

BY_STEP = ("draft", "proposed", "rejected", "withdrawn")
ASKED = [(state, state) for state in (*BY_STEP, "scheduled", "in_force", NOTHING)]


class AgreementFilters(Filters):
    """`state`: agreements that have a version in it now; `none`: of which nothing is in force."""

    kind = filters.CharFilter()
    key = filters.CharFilter()
    state = filters.ChoiceFilter(choices=ASKED, method="standing")
    unsigned_by = filters.ChoiceFilter(choices=SIGNING_SIDES, method="waiting_for")
    search = filters.CharFilter(method="find", max_length=200)

    class Meta(Filters.Meta):
        model = Agreement
        fields = {"created_at": RANGE}

    def standing(self, agreements: QuerySet[Agreement], _name: str, state: str) -> QuerySet[Agreement]:
        """Agreements with a version in that state at this moment."""
        if state in BY_STEP:
            return agreements.filter(Exists(Version.objects.filter(agreement=OuterRef("pk"), step=state)))
        of_it, moment = Period.objects.filter(agreement=OuterRef("pk")), now()
        if state == "scheduled":
            return agreements.filter(Exists(of_it.filter(during__startswith__gt=moment)))
        held = Exists(of_it.filter(during__contains=moment))
        return agreements.filter(held if state == "in_force" else ~held)

    def waiting_for(self, agreements: QuerySet[Agreement], _name: str, side: str) -> QuerySet[Agreement]:
        """Agreements with a proposal, or with what an operator put in force, that this side has to sign and has not."""
        held = Exists(Period.objects.filter(version=OuterRef("pk"), during__contains=now()))
        overridden = Q(step=Step.OVERRIDDEN, override__regularised_at=None, override__reverted_at=None) & held
        has_signed = Exists(Signature.objects.filter(version=OuterRef("pk"), side=side))
        waiting = Version.objects.filter(Q(step=Step.PROPOSED) | overridden, ~has_signed, agreement=OuterRef("pk"))
        asked = [kind.key for kind in kinds() if side in kind.sides]
        return agreements.filter(Exists(waiting), kind__in=asked)

    def find(self, agreements: QuerySet[Agreement], _name: str, text: str) -> QuerySet[Agreement]:
        """Agreements whose key, kind or kind's title contains the text."""
        titled = [kind.key for kind in kinds() if text.lower() in kind.title.lower()]
        return agreements.filter(Q(key__icontains=text) | Q(kind__icontains=text) | Q(kind__in=titled))
