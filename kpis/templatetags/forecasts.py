"""What pages about KPIs say of the forecast."""

from __future__ import annotations

from django import template

from alignment.clock import now
from alignment.people.selectors import Somebody
from kpis.agreed.reading import Kpi, kpis_in_force
from kpis.forecasts.keeping import kept_or_computed
from kpis.forecasts.pages.journey import context_of
from kpis.forecasts.pressing import asked_this_week
from kpis.forecasts.target import Target
from kpis.metrics.periods import Grain

register = template.Library()


@register.simple_tag
def forecast_of(target: Target, user: Somebody) -> dict[str, object]:
    """Today's, with how often it was asked for."""
    moment = now()
    return {**context_of(target, kept_or_computed(target, user, moment)), "asked": asked_this_week(target.key, moment)}


@register.simple_tag
def to_ask_about() -> list[Kpi]:
    """The KPIs that the button on the dashboard asks about: shared goals of a long time first."""
    grains = list(Grain)
    found = kpis_in_force(now())
    return sorted(found, key=lambda kpi: (kpi.terms.bonus, -grains.index(kpi.grain), kpi.terms.title))
