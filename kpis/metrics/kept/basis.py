"""What do all kept values rest on? The versions in force, the currency and the zone: where one is another by now, all is counted anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from alignment.people.selectors import reporting_currency, reporting_zone
from kpis import freshness
from kpis.attribution.terms import attribution_in_force
from kpis.metrics.catalogue import Catalogue, catalogue
from kpis.metrics.declaring import Computed, Family, Subject, Summed
from kpis.metrics.kept.models import CUTS
from kpis.metrics.queries.series import PREFIX
from kpis.reports.params import ReportParams
from leads.funnel.stage_sets import stage_set

WHAT = "metrics"
OF_UNITS = ("currency", "zone")
"""Where one of these is another, values are not revised: they are other figures."""

KINDS = {Subject.LEAD: 1, Subject.DEAL: 2, Subject.SPEND: 3, Subject.SERIES: 4}
"""As numbers in the table of facts."""

FOREVER = datetime(2199, 12, 30, tzinfo=UTC)
"""Facts are kept of what is still to come, too."""


@dataclass(frozen=True)
class Ground:
    """Everything that a count of all metrics needs: the question of all time, the metrics, what it rests on."""

    params: ReportParams
    metrics: Catalogue
    basis: Mapping[str, object]
    now: datetime

    @property
    def families(self) -> Mapping[Family, tuple[str, ...]]:
        """Every family that is added up, with the keys of its metrics."""
        found: dict[Family, list[str]] = {}
        for metric in self.metrics.values():
            if isinstance(metric, Summed):
                found.setdefault(metric.family, []).append(metric.key)
        return {family: tuple(keys) for family, keys in found.items()}


def followed(metrics: Catalogue) -> Mapping[Family, str]:
    """Every family that no metric adds up and a computed one follows, with the key of one that does: its facts stand under that, and add
    nothing up; they say when and where it is another.
    """
    summed = {metric.family.key for metric in metrics.values() if isinstance(metric, Summed)}
    found: dict[Family, str] = {}
    for metric in metrics.values():
        for family in metric.follows if isinstance(metric, Computed) else ():
            if family.key not in summed:
                found.setdefault(family, metric.key)
    return found


def ground(now: datetime) -> Ground:
    """What is in force now."""
    stages = stage_set(at=now)
    zone = reporting_zone()
    params = ReportParams(
        start=datetime(1900, 1, 2, tzinfo=UTC),
        end=FOREVER,
        start_text="1900-01-02",
        end_text="2199-12-30",
        zone=zone,
        as_of=FOREVER,
        known_at=None,
        computed_at=now,
        stages=stages,
        start_stage=stages.forward[0].key,
        by=CUTS[1:],
    )
    metrics = catalogue(stages)
    keys = sorted(key for key in metrics if not key.startswith(PREFIX))
    basis = {
        "funnel": stages.version_id,
        "attribution": attribution_in_force(now).version_id,
        "catalogue": sha256(" ".join(keys).encode()).hexdigest()[:12],
        "currency": reporting_currency(),
        "zone": zone.key,
    }
    return Ground(params, metrics, basis, now)


def noted() -> Mapping[str, object] | None:
    """What the kept values rest on; None: nothing was ever counted."""
    found = freshness.last(WHAT)
    return None if found is None else found.detail.get("basis")


def is_current(there: Ground) -> bool:
    """Whether what is kept rests on what is in force."""
    return noted() == there.basis
