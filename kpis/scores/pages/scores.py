"""The page of scores: how well chances have held, what they look at, who is most likely to be won; and learning anew by a button."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from alignment.clock import now
from alignment.people.models import User
from alignment.people.selectors import sees_everything
from alignment.refusals import Refused
from alignment.ui.charts import Chart, Series
from alignment.ui.exports import Export, download, is_asked_for, to_the_second
from alignment.ui.undo import say_done
from alignment.ui.words import percent
from kpis.freshness import last
from kpis.scores.asking import ask
from kpis.scores.models import ModelVersion, Score
from kpis.scores.scoring import model_in_use
from kpis.scores.selectors import importance_of, likeliest, versions
from leads.exports.of_leads import LEAD, with_leads
from leads.pages.access import Signed, reading, writing

SHOWN = 25


@reading
def show(request: Signed) -> HttpResponseBase:
    """Everything about scores for both teams; who sees some leads only sees the chances of those."""
    if is_asked_for(request):
        return download(request, scores_file(request.user))
    version, everything = model_in_use(), sees_everything(request.user)
    context: dict[str, object] = {
        "version": version,
        "rows": likeliest(request.user)[:SHOWN],
        "everything": everything,
        "may_learn": request.user.is_operator,
        "freshness": last("scores"),
    }
    if everything:
        tried = versions()
        context |= {"versions": tried, "at_work": any(one.state in ("queued", "running") for one in tried)}
        context |= {"refused": tried[0] if tried and tried[0].error else None}
        if version is not None:
            context |= {"chart": reliability_chart(version), "importance": importance_of(version)}
            context |= {"models": [(name, version.figures[key]) for key, name in MODELS]}
    return render(request, "kpis/scores.html", context)


@writing
def learn(request: Signed) -> HttpResponse:
    """Have the model learned anew."""
    try:
        ask(by=request.user, now=now())
    except Refused as refused:
        raise PermissionDenied(refused.detail) from refused
    say_done(request, "The score is being learned anew. It takes about a minute; the page shows how well it does.")
    return redirect("scores")


MODELS = (("trees", "Boosted trees"), ("logistic", "Logistic regression"), ("base", "The same chance for everybody"))


def reliability_chart(version: ModelVersion) -> Chart:
    """What was said beside what happened, from the least likely to the most."""
    bins = version.reliability
    return Chart(
        "reliability",
        "Chance said and share won",
        tuple(f"{percent(one['low'], 1)} to {percent(one['high'], 1)}" for one in bins),
        (
            Series("Said on average", tuple(one["said"] for one in bins), tone="accent"),
            Series("Were won", tuple(one["share"] for one in bins), tone="won"),
        ),
        unit="percent",
        first_column="Chance",
    )


def scores_file(user: User) -> Export:
    """The chances of all open leads that somebody may see, the most likely first."""

    def cells(score: Score) -> list[object]:
        return [round(score.chance, 4), score.version_id, to_the_second(score.computed_at)]

    rows = likeliest(user).iterator(chunk_size=2_000)
    told = with_leads(user, rows, lead_of=lambda score: score.lead_id, cells=cells)
    return Export("Chances of open leads", [*LEAD, "chance", "model", "computed_at"], told, now())
