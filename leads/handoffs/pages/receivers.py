"""Who takes how many leads, what they know and when they are away: set by the leads of a team for their people, and by operators.

People themselves see their own load here, and say when they are away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import cast

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from alignment.clock import now
from alignment.people.models import Role, User
from alignment.people.selectors import may_write, people_visible_to, reporting_zone
from alignment.refusals import Refused
from alignment.ui.exports import download, is_asked_for
from alignment.ui.undo import say_done
from leads.exports.handoffs import receivers_export
from leads.funnel.stage_sets import stage_set
from leads.handoffs.capacity import loads
from leads.handoffs.models import Absence, Receiver
from leads.handoffs.pages.forms import given
from leads.handoffs.receivers import Takes, add_absence, remove_absence, set_receiver
from leads.pages.access import Signed, only, reading, writing

SALT = "leads.handoffs.receivers.undo"
GOOD_FOR = timedelta(days=1)


class TakesForm(forms.Form):
    """What somebody takes."""

    takes_leads = forms.BooleanField(required=False)
    capacity = forms.DecimalField(label="How many leads", required=False)
    period = forms.ChoiceField(label="In a", choices=Receiver.Period.choices)
    skills = forms.CharField(label="What they know", required=False, max_length=5_000)
    version = forms.IntegerField(required=False, min_value=0)

    @property
    def takes(self) -> Takes:
        said = self.cleaned_data
        return Takes(said["takes_leads"], said["capacity"], said["period"], said["skills"].split(","))


class AwayForm(forms.Form):
    """Days on which somebody is away, the last one included."""

    first_day = forms.DateField(label="From")
    last_day = forms.DateField(label="Until and with")
    note = forms.CharField(label="Why", required=False, max_length=200)


@reading
def show(request: Signed) -> HttpResponseBase:
    """Everybody's load against their capacity; one's own for who leads no team. Managers read."""
    writes = may_write(request.user)
    only(writes or request.user.role == Role.MANAGER)
    moment = now()
    found = loads(request.user, stage_set(), now=moment)
    if is_asked_for(request):
        return download(request, receivers_export(request.user, found, now=moment))
    context = {"teams": found, "writes": writes, "anybody": any(group.loads for group in found)}
    return render(request, "handoffs/receivers.html", context)


@writing
def change(request: Signed, user_id: int) -> HttpResponse:
    """Set what somebody takes."""
    person, form = _person(request, user_id), TakesForm(request.POST)
    try:
        said = given(form)
        before = _takes_now(user_id)
        version = cast("int | None", said["version"]) or None
        after = set_receiver(user_id, form.takes, by=request.user, now=now(), expected_version=version)
    except Refused as refused:
        return _refused(request, refused)
    undo = _undo_path("takes", user_id, {**asdict(before), "capacity": _text(before.capacity)}, after.version)
    say_done(request, f"What {person} takes is set.", undo)
    return redirect("receivers")


@writing
def absent(request: Signed, user_id: int) -> HttpResponse:
    """Note when somebody is away."""
    person, form = _person(request, user_id), AwayForm(request.POST)
    try:
        given(form)
        absence = add_absence(user_id, **form.cleaned_data, by=request.user, now=now())
    except Refused as refused:
        return _refused(request, refused)
    say_done(request, f"{person} gets no leads then.", reverse("absence-remove", args=[user_id, absence.pk]))
    return redirect("receivers")


@writing
def back(request: Signed, user_id: int, absence_id: int) -> HttpResponse:
    """They are there after all."""
    person = _person(request, user_id)
    get_object_or_404(Absence, pk=absence_id, user=user_id)
    try:
        gone = remove_absence(absence_id, by=request.user, now=now())
    except Refused as refused:
        return _refused(request, refused)
    days = {"first_day": _day(gone.since), "last_day": _day(gone.until - timedelta(microseconds=1)), "note": gone.note}
    say_done(request, f"{person} is there after all.", _undo_path("away", user_id, days, 0))
    return redirect("receivers")


@writing
def undo(request: Signed, token: str) -> HttpResponse:
    """Put back what was changed here, unless somebody has changed it again since."""
    try:
        note = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
        said = _put_back(request.user, note, now())
    except signing.BadSignature:
        messages.error(request, "This can no longer be undone here. Change it by hand.")
    except Refused as refused:
        return _refused(request, refused)
    else:
        say_done(request, said)
    return redirect("receivers")


def _put_back(by: User, note: Mapping[str, object], moment: datetime) -> str:
    user_id, fields = cast("int", note["user"]), cast("Mapping[str, str]", note["fields"])
    if note["what"] == "away":
        days = {name: date.fromisoformat(fields[name]) for name in ("first_day", "last_day")}
        add_absence(user_id, **days, note=fields["note"], by=by, now=moment)
        return "The absence is noted again."
    takes = replace(Takes(**fields), capacity=Decimal(fields["capacity"]) if fields["capacity"] else None)  # type: ignore[arg-type]
    set_receiver(user_id, takes, by=by, now=moment, expected_version=cast("int", note["version"]))
    return "It is as before."


def _undo_path(what: str, user_id: int, fields: Mapping[str, object], version: int) -> str:
    note = {"what": what, "user": user_id, "fields": dict(fields), "version": version}
    return reverse("receiver-undo", args=[signing.dumps(note, salt=SALT)])


def _takes_now(user_id: int) -> Takes:
    one = Receiver.objects.filter(pk=user_id).first()
    return Takes(one.takes_leads, one.capacity, one.period, one.skills) if one else Takes(skills=[])


def _text(capacity: Decimal | None) -> str:
    return "" if capacity is None else str(capacity)


def _day(moment: datetime) -> str:
    return moment.astimezone(reporting_zone()).date().isoformat()


def _person(request: Signed, user_id: int) -> User:
    return get_object_or_404(people_visible_to(request.user), pk=user_id)


def _refused(request: Signed, refused: Refused) -> HttpResponse:
    if refused.status == 404:
        raise Http404(refused.detail) from refused
    messages.error(request, refused.detail)
    return redirect("receivers")
