"""Where do kept values answer for a KPI? Read from them what they have; None sends the reader to the live ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpis.agreed.measures import Measure
from kpis.metrics.declaring import Value
from kpis.metrics.periods import Period


def values_kept(_measure: Measure, _periods: Sequence[Period]) -> Mapping[str, Value] | None:
    """By name of the period; None where one of them is not kept."""
    return None


def revised(_measure: Measure, _periods: Sequence[Period]) -> Mapping[str, Sequence[object]]:
    """What changed in periods that were closed, by name of the period."""
    return {}
