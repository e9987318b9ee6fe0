"""What Celery hurries for forecasts: those of the day, how the last ones did, and rehearsals on our own past."""

from __future__ import annotations

from celery import shared_task

from alignment.clock import now
from kpis.forecasts.agreed import agreed_targets
from kpis.forecasts.keeping import keep_all
from kpis.forecasts.rehearsing import rehearse
from kpis.forecasts.scores import score_due


@shared_task
def forecast_today() -> None:
    """Say where each KPI will end."""
    moment = now()
    keep_all(agreed_targets(moment), moment)


@shared_task
def score_forecasts() -> None:
    """Note what came, and rehearse on periods that are over."""
    moment = now()
    score_due(moment)
    rehearse(agreed_targets(moment), moment)
