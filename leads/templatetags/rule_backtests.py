"""The tag by which the page of a version shows a handoff rule's backtest."""

from __future__ import annotations

from django import template

from alignment.agreements.models import Backtest
from leads.handoffs.pages.rule_evidence import Shown, shown

register = template.Library()


@register.simple_tag
def rule_backtest_shown(backtest: Backtest) -> Shown:
    """What there is to show of a backtest that is done."""
    return shown(backtest)
