"""What Celery hurries: counting beforehand what the pages of a large company show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from celery import shared_task

from alignment.clock import now
from kpis.pages.answers import counted_by_request
from kpis.pages.kept import keep_due
from kpis.pages.questions import Question


@shared_task
def keep_pages() -> None:
    """Renew what everybody looks at."""
    keep_due(now=now())


@shared_task
def keep_answer(name: str, options: Mapping[str, Sequence[str]], more: Mapping[str, str]) -> None:
    """Count what somebody has asked."""
    question = Question({option: tuple(given) for option, given in options.items()}, now())
    counted_by_request(name, question, more)
