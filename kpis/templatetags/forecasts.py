"""What pages about KPIs say of the forecast."""

from __future__ import annotations

from django import template

from alignment.clock import now
from alignment.people.selectors import Somebody, sees_everything
from kpis.agreed.reading import Kpi, kpis_in_force
from kpis.forecasts.keeping import kept
from kpis.forecasts.pages.journey import context_of
from kpis.forecasts.pressing import asked_this_week
from kpis.forecasts.target import Target
from kpis.metrics.periods import Grain

SOON = "The forecast is being made; it will be there in a minute. The button waits for it."

register = template.Library()


@register.simple_tag
def forecast_of(target: Target, user: Somebody) -> dict[str, object]:
    """What is kept of it where it holds, with how often it was asked for; a page that only shows it computes nothing."""
    moment = now()
    told = kept(target, moment) if sees_everything(user) else None
    said = context_of(target, told) if told is not None else {"answer": SOON}
    return {**said, "asked": asked_this_week(target.key, moment)}


@register.simple_tag
def to_ask_about() -> list[Kpi]:
    """The KPIs that the button on the dashboard asks about: shared goals of a long time first."""
    grains = list(Grain)
    found = kpis_in_force(now())
    return sorted(found, key=lambda kpi: (kpi.terms.bonus, -grains.index(kpi.grain), kpi.terms.title))
