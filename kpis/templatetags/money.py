"""Template tags of the pages about money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from kpis.pages.money_rows import MoneyTables, tables
from kpis.pages.questions import Question

register = template.Library()


@register.simple_tag
def money_tables(question: Question, document: Mapping[str, Any]) -> MoneyTables:
    """The money report as tables."""
    return tables(question, document)
