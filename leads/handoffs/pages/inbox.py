"""The page on which a salesperson's day begins: what to do now, the most urgent first, and each of it with one key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render

from alignment.agreements.entitlement import may_read
from alignment.clock import now
from alignment.people.models import User
from alignment.people.selectors import may_write
from alignment.ui.exports import download, is_asked_for
from leads import panels
from leads.exports.handoffs import inbox_export
from leads.funnel.stage_sets import stage_set
from leads.handoffs.pages.cards import KEYS, Shown, shown
from leads.handoffs.pages.forms import KINDS, OUTCOMES, again_of
from leads.handoffs.selectors import inbox, may_look_at
from leads.pages.access import Signed, reading

LONGEST = 3
"""Digits of a page's number."""


@dataclass(frozen=True)
class ShownSection:
    """A heading, the cards below it, and how many more there are than these."""

    key: str
    title: str
    cards: list[Shown]
    total: int
    is_over: bool
    before: str
    after: str


@reading
def show(request: Signed) -> HttpResponseBase:
    """What waits for me, for my team, or for anybody."""
    user, moment, stages = request.user, now(), stage_set()
    choices = may_look_at(user)
    asked = request.GET.get("whose", "")
    allowed = [key for key, _title in choices] or ["mine"]
    whose = next((key for key in allowed if key == asked), allowed[0])
    if is_asked_for(request):
        said = [title for key, title in choices if key == whose]
        return download(request, inbox_export(user, whose, stages, now=moment, filters=said))
    sections = [
        ShownSection(
            part.key,
            part.title,
            [shown(card, user, now=moment) for card in part.cards],
            part.total,
            part.is_over,
            before=_address(request.GET, part.key, part.page - 1) if part.page > 1 else "",
            after=_address(request.GET, part.key, part.page + 1) if part.page < part.pages else "",
        )
        for part in inbox(user, whose, stages, now=moment, pages=_pages(request.GET))
    ]
    context = {
        "sections": sections,
        "total": sum(part.total for part in sections),
        "choices": choices,
        "whose": whose,
        "came_from": f"inbox-{whose}",
        "more": _more(user, moment, sections) if whose == "mine" else [],
        "writes": may_write(user),
        "reads_rules": may_read(user),
        "kinds": KINDS,
        "outcomes": OUTCOMES,
        "again": again_of(request.GET),
        "page_keys": KEYS,
    }
    return render(request, "handoffs/inbox.html", context)


def _pages(query: Mapping[str, str]) -> dict[str, int]:
    """Which page of a section is asked for, by its key in the address."""
    return {key: int(value) for key, value in query.items() if value.isdecimal() and len(value) <= LONGEST}


def _address(query: QueryDict, section: str, page: int) -> str:
    turned = query.copy()
    turned[section] = f"{page}"
    return f"?{turned.urlencode()}#to-{section}"


def _more(user: User, moment: datetime, sections: list[ShownSection]) -> list[dict[str, object]]:
    """What higher rooms have for this person to do besides, but not about leads that stand here already."""
    here = frozenset(card.lead.pk for part in sections for card in part.cards)
    found = ((part.template, part.facts(user, moment, here)) for part in panels.desk)
    return [{"template": template, **facts} for template, facts in found if facts is not None]
