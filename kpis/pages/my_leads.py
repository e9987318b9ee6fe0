"""What became of my leads: for whoever brought them in."""

from __future__ import annotations

from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.shortcuts import render

from alignment.clock import now
from alignment.people.models import User
from alignment.people.selectors import reporting_zone
from alignment.ui.exports import download, is_asked_for
from alignment.ui.figures import Figure
from alignment.ui.words import count, percent
from kpis.mine import Outcome
from kpis.pages.answers import answer, being_counted
from kpis.pages.files import outcomes_file
from kpis.pages.mine_kept import outcomes_in
from kpis.pages.overview import asked
from kpis.pages.periods import presets, read_period
from kpis.pages.questions import Question
from leads.pages.access import Signed, reading


@dataclass(frozen=True)
class Whose:
    """Whose leads the page shows: those that had this `value` of the cut `holder` as they came in; without one, all."""

    key: str
    title: str
    holder: str = ""
    value: str = ""

    def of(self, question: Question) -> Question:
        """The question about these leads."""
        return question.where([(self.holder, self.value)]) if self.holder else question


def whose_leads(user: User) -> list[Whose]:
    """Mine, my team's, everybody's: as the lead was held when it came in."""
    found = [Whose("mine", "Owned by me", "owner", user.label)]
    if user.team:
        found.append(Whose("team", f"Held by {user.team.name}", "team", user.team.name))
    return [*found, Whose("all", "All that came in")]


@reading
def show(request: Signed) -> HttpResponseBase:
    """By campaign and by source: how far my leads came, which came back, which were won."""
    moment, as_file = now(), is_asked_for(request)
    today = moment.astimezone(reporting_zone()).date()
    period, choices = read_period(request.GET, today), whose_leads(request.user)
    chosen = next((one for one in choices if one.key == request.GET.get("whose")), None)
    question = asked(period, moment) if chosen is None else chosen.of(asked(period, moment))
    first = {one.holder: one.value for one in choices if one.holder} if chosen is None else {}
    told = answer("my leads", question, request.user, first, wait=as_file or "wait" in request.GET)
    if told is None:
        return being_counted(request)
    if chosen is None:
        chosen = next(one for one in choices if one.holder == told.document["holder"])
        question = chosen.of(question)
    question, cuts = told.question(question), outcomes_in(told.document)
    if as_file:
        return download(request, outcomes_file(list(cuts.items()), question, chosen.title))
    context = {
        "period": period, "presets": presets(today), "whose": chosen, "choices": choices, "question": question,
        "stages": question.params.stages.forward, "cuts": cuts, "figures": _figures(question, cuts["source"]),
        "computed_at": told.at, "kept": told.kept,
    }  # fmt: skip
    return render(request, "kpis/my_leads.html", context)


def _figures(question: Question, rows: list[Outcome]) -> list[Figure]:
    stages = question.params.stages
    size = sum(row.entered for row in rows)
    figures = [Figure("Came in", count(size), question.leads("entered", stages.forward[0].key))]
    for terms in stages.forward[1:]:
        n = sum(row.reached[stages.ordinal(terms.key) - 1] for row in rows)
        if terms.position and (terms.category == "won" or stages.ordinal(terms.key) in (2, 3)):
            note = f"{percent(n / size)} of those that came in" if size else ""
            figures.append(Figure(terms.title, count(n), question.leads("reached", terms.key), note=note))
    back = sum(row.returned for row in rows)
    return [
        *figures,
        Figure(
            "Came back to marketing",
            count(back),
            question.leads("returned", stages.forward[0].key),
            tone="leak" if back else "",
        ),
    ]
