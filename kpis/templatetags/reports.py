"""Template tags that open a figure of a report into the list behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from django import template

from kpis.leaks.kinds import BY_KEY
from kpis.mine import Outcome
from kpis.pages import handoff_charts, report_charts
from kpis.pages.questions import Question
from kpis.reports.params import rfc3339
from leads.funnel.stage_sets import StageTerms

register = template.Library()


@register.simple_tag
def leads_behind(question: Question, measure: str, stage: str, group: Mapping[str, str | None] | None = None) -> str:
    """The address of the leads behind a figure of a funnel or velocity report."""
    return question.leads(measure, stage, group)


@register.simple_tag
def changes_behind(
    question: Question, entered: str = "", left: str = "", group: Mapping[str, str | None] | None = None
) -> str:
    """The address of the changes behind a figure of a flow report."""
    which = {name: value for name, value in (("entered", entered), ("left", left)) if value}
    return question.changes(group, **which)


@register.simple_tag
def behind(
    question: Question, key: str, measure: str, group: Mapping[str, str | None] | None = None, **which: str
) -> str:
    """The address of the list behind a count of a report that has lists of its own; `giver` and `taker` stand for from and to."""
    names = {"giver": "from", "taker": "to"}
    return question.behind(key, measure, group, **{names.get(name, name): value for name, value in which.items()})


@register.simple_tag
def reason_behind(question: Question, reason: str | None, group: Mapping[str, str | None]) -> str:
    """The address of the offers turned down for that reason (None: for none given)."""
    return question.behind("acceptance", "rejected", group, reason=reason or "")


@register.simple_tag
def path_behind(question: Question, link: Mapping[str, object]) -> str:
    """The address of the list behind one band of the paths."""
    return handoff_charts.path_behind(question, dict(link))


@register.filter
def node_title(key: str, nodes: Sequence[Mapping[str, str]]) -> str:
    """What a place of the paths is called."""
    return next((node["title"] for node in nodes if node["key"] == key), key)


@register.simple_tag
def without_where(question: Question, dropped: str) -> str:
    """The same question without one of its conditions, at the same page."""
    kept = tuple(value for value in question.options.get("where", ()) if value != dropped)
    return Question({**question.options, "where": kept}, question.now).address("")


@register.filter
def title_of(key: str, titles: Mapping[str, str]) -> str:
    """A stage's title."""
    return titles.get(key, key)


@register.filter
def as_json(document: object) -> str:
    """A document as it goes through a form."""
    return json.dumps(document)


@register.filter
def group_title(group: dict[str, str | None]) -> str:
    """A group in words."""
    return report_charts.group_title(group)


@register.filter
def kind_title(key: str) -> str:
    """The title of a kind of leak."""
    return BY_KEY[key].title.capitalize()


@register.simple_tag
def leaks_behind(question: Question, kind: str, state: str) -> str:
    """The leakage page of the same period: the leaks of one kind, open ones or, with "all", closed ones too."""
    more = {"kind": kind, "state": state} if state else {"kind": kind}
    return question.but(limit=None, cursor=None, as_of=rfc3339(question.params.as_of)).address("/leakage/", **more)


@register.simple_tag
def one_group(cut: str, value: str | None) -> dict[str, str | None]:
    """The group of one value of one cut."""
    return {cut: value}


@register.filter
def by_stage(outcome: Outcome, stages: Sequence[StageTerms]) -> list[tuple[StageTerms, int]]:
    """Each stage with how many reached it."""
    return list(zip(stages, outcome.reached, strict=True))
