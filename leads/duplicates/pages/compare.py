"""Two leads side by side, before anybody says that they are one."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from alignment.people.selectors import may_write
from leads.duplicates import selectors
from leads.duplicates.fields import OTHER, SURVIVOR, Whose
from leads.duplicates.following import survivors_of
from leads.duplicates.preview import preview, suggested_survivor
from leads.pages.access import Signed, reading
from leads.records.models import Lead


@reading
def show(request: Signed, first_id: int, second_id: int) -> HttpResponse:
    """Both leads; `survivor` in the address says which of them goes on."""
    first, second = both(request, first_id, second_id)
    survivor = suggested_survivor(first, second)
    if request.GET.get("survivor") in (str(first.pk), str(second.pk)):
        survivor = first if request.GET["survivor"] == str(first.pk) else second
    other = second if survivor is first else first
    if {first.merged_into_id, second.merged_into_id} != {None}:
        return redirect("lead", survivors_of([first.pk, second.pk]).popitem()[1])
    context = {
        "preview": preview(survivor, other, chosen(request)),
        "pair": selectors.pair_of(first.pk, second.pk, request.user),
        "writes": may_write(request.user),
    }
    return render(request, "duplicates/compare.html", context)


def both(request: Signed, first_id: int, second_id: int) -> tuple[Lead, Lead]:
    """Both leads, or 404 where one is out of this person's sight."""
    seen = Lead.objects.visible_to(request.user).select_related("company", "owner", "team", "campaign")
    leads = {lead.pk: lead for lead in seen.filter(pk__in=[first_id, second_id])}
    if len(leads) != 2:
        raise Http404
    return leads[first_id], leads[second_id]


def chosen(request: Signed) -> dict[str, Whose]:
    """The choices that a form or an address holds, by field."""
    given = request.POST if request.method == "POST" else request.GET
    words = {name.removeprefix("keep-"): word for name, word in given.items() if name.startswith("keep-")}
    return {name: OTHER if word == OTHER else SURVIVOR for name, word in words.items()}
