"""Template tags of the attribution report: a model's figure of a group, and the list behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template

from alignment.ui.words import exact_money
from kpis.attribution.report import total_of
from kpis.pages.questions import Question

register = template.Library()


@register.filter
def default_model_title(document: Mapping[str, Any]) -> str:
    """What the model that counts is called."""
    return str(next(model["title"] for model in document["models"] if model["key"] == document["default_model"]))


@register.filter
def instant(text: str | None) -> datetime | None:
    """The moment that a report's JSON writes."""
    return None if text is None else datetime.fromisoformat(text)


@register.simple_tag
def credit_of(group: Mapping[str, Any], model: str) -> Mapping[str, str | None]:
    """What a model credits a group with; empty where no amount is known."""
    return group[f"credit_{model}"] or {"amount": None}


@register.simple_tag
def credit_total(document: Mapping[str, Any], model: str) -> str:
    """What all groups add up to."""
    return exact_money(total_of(document["groups"], model), document["currency"])


@register.simple_tag
def credit_behind(question: Question, group: Mapping[str, Any], model: str) -> str:
    """The address of the touches behind a figure."""
    return question.behind("attribution", model, group["group"], no_touch="yes" if group["no_touch"] else "no")
