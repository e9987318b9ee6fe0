"""The list of pairs that may be one person."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http.response import HttpResponseBase
from django.shortcuts import render

from alignment.clock import now
from alignment.people.selectors import may_write, sees_everything
from alignment.ui.exports import download, is_asked_for
from leads.duplicates import selectors, stock
from leads.duplicates.models import Pair
from leads.exports.lists import pairs_export
from leads.pages.access import Signed, only, reading
from leads.selectors.keyset import Order, cut, read_mark, sort

PAGE = 25
LIKELIEST = Order("likeliest", "The likeliest first", "score", descending=True, is_moment=False)


@reading
def index(request: Signed) -> HttpResponseBase:
    """One page of the pairs in a state: to decide, unless the address says another."""
    only(sees_everything(request.user) or request.user.team_id is not None)
    wanted = request.GET.get("state", "")
    state = Pair.State(wanted) if wanted in Pair.State.values else Pair.State.OPEN
    pairs = selectors.pairs_seen_by(request.user).filter(state=state)
    if is_asked_for(request):
        return download(request, pairs_export(request.user, sort(pairs, LIKELIEST), now=now(), filters=[state.label]))
    found = cut(pairs, LIKELIEST, PAGE, read_mark(request.GET.get("after", "")))
    context = {
        "pairs": found.rows,
        "counted": f"{len(found.rows)} pair{'s' * (len(found.rows) != 1)} on this page",
        "state": state,
        "states": [(one, f"?{urlencode({'state': one.value})}") for one in Pair.State],
        "previous": _page(state, found.previous),
        "next": _page(state, found.next),
        "run": stock.latest() if sees_everything(request.user) else None,
        "asks_crowds": state == Pair.State.OPEN and sees_everything(request.user),
        "crowds": selectors.crowds(request.user) if "shared" in request.GET else None,
        "may_compare": may_write(request.user) and sees_everything(request.user),
        "writes": may_write(request.user),
    }
    return render(request, "duplicates/list.html", context)


def _page(state: Pair.State, place: str) -> str:
    return f"?{urlencode({'state': state.value, 'after': place})}" if place else ""
