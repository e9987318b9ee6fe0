"""What is said of chances? Read by a lead's page, the list of leads, the page of scores and the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from alignment.people.selectors import Somebody
from kpis.scores.features import BY_KEY
from kpis.scores.fitted import Fitted
from kpis.scores.models import ModelVersion, Score
from kpis.scores.reasons import Reason, told
from leads.models import Lead

SHOWN_VERSIONS = 20


@dataclass(frozen=True)
class Standing:
    """The chance of one lead, its reasons, and how such chances have held: of `leads` given `low` to `high`, `share` were won."""

    chance: float
    computed_at: datetime
    horizon: timedelta
    version: int
    pros: Sequence[Reason]
    cons: Sequence[Reason]
    held: dict[str, Any] | None


@dataclass(frozen=True)
class Importance:
    """By how many points of a hundred a feature moves a chance on average."""

    title: str
    points: float


def scores_of(user: Somebody) -> QuerySet[Score]:
    """Scores of the leads that `user` may see, of the model in use."""
    leads = Lead.objects.visible_to(user).counted().filter(erased_at=None)
    return Score.objects.filter(lead__in=leads, version__state=ModelVersion.State.IN_USE)


def likeliest(user: Somebody) -> QuerySet[Score]:
    """The most likely first."""
    return scores_of(user).select_related("lead", "lead__company", "lead__owner").order_by("-chance", "-lead_id")


def standing_of(lead: Lead, user: Somebody) -> Standing | None:
    """What is said of one lead, or nothing: it is not open, there is no model, or it may not be seen."""
    score = scores_of(user).filter(lead=lead).select_related("version").first()
    if score is None:
        return None
    reasons = told(Fitted.read(score.version.fitted), score.reasons)
    return Standing(
        chance=score.chance,
        computed_at=score.computed_at,
        horizon=timedelta(seconds=score.version.terms["horizon_seconds"]),
        version=score.version_id,
        pros=[one for one in reasons if one.points > 0],
        cons=[one for one in reasons if one.points < 0],
        held=band_of(score.chance, score.version.reliability),
    )


def band_of(chance: float, reliability: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The part of the reliability table in which this chance lies."""
    return next((one for one in reversed(reliability) if one["low"] <= chance), None)


def versions() -> list[ModelVersion]:
    """The latest attempts, the newest first."""
    return list(ModelVersion.objects.select_related("asked_by").defer("fitted")[:SHOWN_VERSIONS])


def importance_of(version: ModelVersion) -> list[Importance]:
    """The features that matter, the most first."""
    return [
        Importance(BY_KEY[one["feature"]].title, one["points"])
        for one in version.features
        if one["feature"] in BY_KEY and one["points"] > 0
    ]
