"""The tag by which the page of a version shows a lead definition's backtest."""

from __future__ import annotations

from django import template

from alignment.agreements.models import Backtest
from leads.definitions.pages.evidence import Shown, shown

register = template.Library()


@register.simple_tag
def backtest_shown(backtest: Backtest) -> Shown:
    """What there is to show of a backtest that is done."""
    return shown(backtest)
