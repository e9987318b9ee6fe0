"""SLA: were offers decided and leads spoken with in the agreed time, and how fast, whoever passed them on?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alignment.people.selectors import Somebody
from kpis.reports.funnel import group_of, sort_key
from kpis.reports.handoff_lists import SLA
from kpis.reports.params import ReportParams
from kpis.reports.queries.handed import all_groups
from kpis.reports.queries.sla import ACCEPT, CONTACT, Speed, read_kept, read_speed
from kpis.reports.sight import sight
from kpis.reports.statistics import rate, wilson
from kpis.snapshot import one_snapshot

LISTING = SLA
NO_SPEED = Speed()
PERCENTILES = (50, 75, 90)


@one_snapshot()
def sla(params: ReportParams, user: Somebody | None = None) -> dict[str, Any]:
    """The SLA report: both clocks, the rejection rate and the speeds beside them, of the handoffs whose deadline lies in the period."""
    accept = read_kept(params, user, when="accept_by", names=ACCEPT)
    contact = read_kept(params, user, when="contact_by", names=CONTACT)
    speed = read_speed(params, user)
    groups = accept.keys() | contact.keys() | speed.keys() | all_groups(params, user)
    return {
        **params.heading(),
        "sight": sight(user),
        "groups": [
            {
                "group": group_of(params, group),
                **_clocks(accept.get(group, {}), contact.get(group, {})),
                **_speed(speed.get(group, NO_SPEED)),
            }
            for group in sorted(groups, key=sort_key)
        ],
    }


def _clocks(accept: Mapping[str, int], contact: Mapping[str, int]) -> dict[str, Any]:
    decided = sum(accept.get(name, 0) for name in ("accepted", "rejected", "accept_expired"))
    rejected = accept.get("rejected", 0)
    low, high = wilson(rejected, decided)
    return {
        "accept": _clock(accept, "accept", ("n", "met", "late", "expired", "withdrawn", "open")),
        "contact": _clock(contact, "contact", ("n", "met", "late", "open")),
        "decided": decided,
        "rejected": rejected,
        "rejection_rate": rate(rejected, decided),
        "rejection_wilson_low": low,
        "rejection_wilson_high": high,
    }


def _clock(counts: Mapping[str, int], clock: str, names: tuple[str, ...]) -> dict[str, Any]:
    found = {name: counts.get(f"{clock}_{name}", 0) for name in names}
    low, high = wilson(found["met"], found["n"])
    return {**found, "attainment": rate(found["met"], found["n"]), "wilson_low": low, "wilson_high": high}


def _speed(speed: Speed) -> dict[str, Any]:
    named = {"first_offer_to_contact": speed.from_offer, "speed": speed.clock, "speed_business": speed.business}
    return {
        "first_offers": speed.n,
        "contacted": speed.contacted,
        **{
            f"{name}_p{p}_seconds": value
            for name, values in named.items()
            for p, value in zip(PERCENTILES, values, strict=True)
        },
        "speed_km_median_seconds": speed.km_median_seconds,
    }
