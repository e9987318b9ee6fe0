"""`/digest/`: last week for marketing, for sales and for management, the weeks before, each as a PDF; and who wants no mail."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from alignment.clock import now
from alignment.people.models import User
from alignment.people.pages.access import signed_in
from alignment.refusals import Refused
from alignment.ui.undo import say_done
from kpis.digests.composing import READERS, compose
from kpis.digests.content import Content, read_content
from kpis.digests.keeping import decline, readers_of, week_due
from kpis.digests.models import Digest
from kpis.digests.pdf import as_pdf
from kpis.metrics.periods import Grain, Period, period_of
from leads.pages.access import Signed, reading

WEEKS_SHOWN = 26


@reading
def latest(request: Signed) -> HttpResponse:
    """One's own digest of last week."""
    readers = readers_of(request.user)
    if readers is None:
        raise Http404
    week, _since = week_due(now())
    return _page(request, week, readers)


@reading
def show(request: Signed, week: str, readers: str) -> HttpResponse:
    """The digest of any week that is over, to any of the three readerships: both sides may read what the other is told."""
    return _page(request, _week(request, week, readers), readers)


@reading
def pdf(request: Signed, week: str, readers: str) -> HttpResponse:
    """The same as one page of A4."""
    period = _week(request, week, readers)
    content = _content(period, readers)
    address = settings.PUBLIC_URL.rstrip("/") + reverse("digest-week", args=[period.name, readers])
    answer = HttpResponse(as_pdf(content.named(), address=address), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="digest-{period.name}-{readers}.pdf"'
    return answer


@require_POST
@signed_in
def choose(request: HttpRequest, person: User) -> HttpResponse:
    """Say no to the mail, or yes again; from the account page."""
    declined = "wanted" not in request.POST
    decline(person, declined=declined, now=now())
    say_done(request, "You get no weekly digest by mail." if declined else "You get the weekly digest by mail.")
    return redirect("people:account")


def _week(request: Signed, week: str, readers: str) -> Period:
    """404 for partners, for what is no week, and for weeks that are not over."""
    if readers_of(request.user) is None or readers not in READERS:
        raise Http404
    try:
        period = period_of(week)
    except Refused as refused:
        raise Http404 from refused
    written = Digest.objects.filter(week=period.name).exists()
    if period.grain is not Grain.WEEK or not (written or period == week_due(now())[0]):
        raise Http404
    return period


def _content(week: Period, readers: str) -> Content:
    """As it was written; before that, as it would be now."""
    kept = Digest.objects.filter(week=week.name, readers=readers).first()
    return read_content(kept.content) if kept else compose(readers, week, now())


def _page(request: Signed, week: Period, readers: str) -> HttpResponse:
    kept = Digest.objects.filter(week=week.name, readers=readers).first()
    weeks = Digest.objects.filter(readers=readers).order_by("-week").values_list("week", flat=True)[:WEEKS_SHOWN]
    context = {
        "content": _content(week, readers).named(),
        "week": week.name,
        "readers": readers,
        "choices": READERS.items(),
        "kept": kept,
        "weeks": [one for one in weeks if one != week.name],
    }
    return render(request, "kpis/digest.html", context)
