"""What is handed over: what became of it, whether deadlines were kept, and what an answer took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpis.metrics import computed
from kpis.metrics.declaring import Better, Computed, Family, Metric, Ratio, Summed, Unit
from kpis.metrics.queries.handoffs import ACCEPT_DEADLINES, ANSWERS, CONTACT_DEADLINES, OFFERS, SPEEDS

ROOM = "Handed over"
HANDING = {"marketing": "what is passed on", "sales": "what is taken up"}
TAKING_UP = {"sales": "how soon leads are taken up and spoken with"}


def metrics() -> Sequence[Metric]:
    """Those of the reports acceptance and SLA."""
    return (*_outcomes(), *_deadlines(), *_answers())


def _outcomes() -> Sequence[Metric]:
    return (
        _count("offers", "Offers", "Leads offered in the period.", OFFERS, Better.NEITHER),
        _count("accepted", "Offers accepted", "Of what was offered in the period, accepted since.", OFFERS, Better.UP),
        _count("rejected", "Offers turned down", "Of what was offered in the period, turned down since.", OFFERS, Better.DOWN),
        _count("expired", "Offers expired", "Of what was offered in the period, expired without a decision.", OFFERS, Better.DOWN),
        _count(
            "decided", "Offers decided", "Of what was offered in the period, accepted, turned down or expired since.",
            OFFERS, Better.NEITHER,
        ),
        _share(
            "acceptance_rate", "Acceptance rate",
            "Of the offers of the period that were accepted, turned down or expired, the share that was accepted.",
            "accepted", "decided",
        ),
        _share(
            "rejection_rate", "Rejection rate",
            "Of the offers of the period that were accepted, turned down or expired, the share that was turned down.",
            "rejected", "decided", better=Better.DOWN,
        ),
    )  # fmt: skip


def _deadlines() -> Sequence[Metric]:
    return (
        _count(
            "sla_accept_due", "Deadlines to decide", "Offers whose deadline to decide lies in the period.",
            ACCEPT_DEADLINES, Better.NEITHER, TAKING_UP,
        ),
        _count(
            "sla_accept_met", "Decided in time", "Offers whose deadline lies in the period, decided by then.",
            ACCEPT_DEADLINES, Better.UP, TAKING_UP,
        ),
        _count(
            "sla_contact_due", "Deadlines to get in touch", "Accepted leads whose deadline for the first contact lies in the period.",
            CONTACT_DEADLINES, Better.NEITHER, TAKING_UP,
        ),
        _count(
            "sla_contact_met", "In touch in time", "Accepted leads whose deadline lies in the period, spoken with by then.",
            CONTACT_DEADLINES, Better.UP, TAKING_UP,
        ),
        _share(
            "sla_accept", "Decided in the agreed time",
            "Of the offers whose deadline to decide lies in the period, the share decided in time.",
            "sla_accept_met", "sla_accept_due", TAKING_UP,
        ),
        _share(
            "sla_contact", "In touch in the agreed time",
            "Of the accepted leads whose deadline for the first contact lies in the period, the share spoken with in time.",
            "sla_contact_met", "sla_contact_due", TAKING_UP,
        ),
    )  # fmt: skip


def _answers() -> Sequence[Metric]:
    return (
        _speed(
            "speed_to_lead", "Speed to lead",
            "The Kaplan–Meier median of the time from a pass's first forward change to the first contact, those not spoken with included.",
            computed.speed(lambda found: found.km_median_seconds),
        ),
        _speed(
            "speed_to_lead_business", "Speed to lead in working time",
            "The median working time from a pass's first forward change to the first contact, of those spoken with.",
            computed.speed(lambda found: found.business[0]),
        ),
        Ratio(
            key="attempts", title="Attempts until an answer",
            sentence="Calls, e-mails and the like until the lead's first reply, on average over the leads offered in the period, "
            "accepted and answered since.",
            unit=Unit.NUMBER, better=Better.DOWN, room=ROOM, controls=TAKING_UP, over="attempts_made", under="answered",
        ),
        _count(
            "attempts_made", "Attempts made", "Calls, e-mails and the like before the first reply, of the leads that answered.",
            ANSWERS, Better.NEITHER, TAKING_UP,
        ),
        _count(
            "answered", "Leads that answered", "Leads offered in the period, accepted, that have replied since the offer.",
            ANSWERS, Better.UP, TAKING_UP,
        ),
    )  # fmt: skip


def _count(
    key: str, title: str, sentence: str, family: Family, better: Better, controls: Mapping[str, str] = HANDING
) -> Metric:
    return Summed(
        key=key,
        title=title,
        sentence=sentence,
        unit=Unit.COUNT,
        better=better,
        room=ROOM,
        controls=controls,
        family=family,
    )


def _share(
    key: str,
    title: str,
    sentence: str,
    over: str,
    under: str,
    controls: Mapping[str, str] = HANDING,
    better: Better = Better.UP,
) -> Metric:
    return Ratio(
        key=key,
        title=title,
        sentence=sentence,
        unit=Unit.SHARE,
        better=better,
        room=ROOM,
        controls=controls,
        over=over,
        under=under,
    )


def _speed(key: str, title: str, sentence: str, compute: computed.Compute) -> Metric:
    return Computed(
        key=key,
        title=title,
        sentence=sentence,
        unit=Unit.SECONDS,
        better=Better.DOWN,
        room=ROOM,
        controls=TAKING_UP,
        compute=compute,
        follows=(SPEEDS,),
        by_period=True,
        windowed=True,
        opens=(SPEEDS, "first_offers", Unit.SECONDS),
    )
