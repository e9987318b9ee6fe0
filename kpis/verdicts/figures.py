"""What did each campaign cost and bring? The catalogue's figures cut by campaign, for the board and a campaign's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from kpis.metrics.declaring import Value
from kpis.metrics.evaluating import evaluate
from kpis.pages.questions import Question
from kpis.reports.params import rfc3339
from kpis.verdicts.judging import EVER

SHOWN = ("spend", "touched_leads", "leads_created", "accepted_leads", "won_deals", "credited_revenue", "roi")
MORE = (
    *SHOWN, "cost_per_lead", "cost_per_accepted_lead", "opportunities", "cost_per_opportunity", "pipeline_created", "won_revenue",
    "win_rate", "credited_wins", "cost_per_sale", "credited_pipeline",
)  # fmt: skip
NOTHING, UNKNOWN = Value(Decimal(0), n=0), Value(None)


@dataclass(frozen=True)
class Figures:
    """A campaign's figures by metric; what was never spent is not known to be 0."""

    values: Mapping[str, Value]

    def of(self, key: str) -> Decimal | None:
        """The value; of spend, and of what is made of it, None where no spend is known."""
        value = self.values.get(key, UNKNOWN if key in ("spend", "roi") else NOTHING)
        return None if key == "spend" and not value.n else value.value


def question_of(now: datetime, *, campaign: str | None = None) -> Question:
    """Everything up to now, of one campaign or cut by campaign."""
    asked = Question({"start": (EVER,), "end": (rfc3339(now),)}, now)
    return asked.but(by="campaign") if campaign is None else asked.but(where=f"campaign={campaign}")


def all_figures(now: datetime) -> dict[str | None, Figures]:
    """By name of campaign; None: what names no campaign."""
    found = evaluate(SHOWN, question_of(now).params)
    return {group[0]: Figures(values) for group, values in found.items()}


def figures_of(name: str, now: datetime) -> Figures:
    """Of one campaign, more of them."""
    return Figures(evaluate(MORE, question_of(now, campaign=name).params)[()])


def as_json(figures: Figures) -> dict[str, Any]:
    """To keep them."""
    return {
        key: [_text(getattr(value, field.name)) for field in fields(Value)] for key, value in figures.values.items()
    }


def from_json(kept: Mapping[str, Any]) -> Figures:
    """As they were kept."""
    return Figures({key: _value(found) for key, found in kept.items()})


def _text(found: object) -> object:
    return str(found) if isinstance(found, Decimal) else found


def _value(found: Sequence[Any]) -> Value:
    value, n, over, under, low, high, problem = found
    value, over, under = (None if text is None else Decimal(text) for text in (value, over, under))
    return Value(value, n, over, under, low, high, problem)
