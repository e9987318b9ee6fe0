"""The channels of chats on pages: which there are and whether they work, one to add or change, a test, and one taken away."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.clock import now
from alignment.outbox import channels
from alignment.outbox.exports import channels_export
from alignment.outbox.models import Channel
from alignment.outbox.pages.access import Signed, signed_in
from alignment.outbox.pages.channel_form import ChannelForm
from alignment.outbox.topics import TOPICS
from alignment.refusals import Refused
from alignment.ui.exports import download, is_asked_for
from alignment.ui.undo import say_done

P = ParamSpec("P")


def for_managers(
    view: Callable[Concatenate[Signed, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Operators and leads of teams; everybody else reads that their role does not include this."""

    @signed_in
    @wraps(view)
    def guarded(request: Signed, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not channels.may_manage(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _found(request: Signed, channel_id: int) -> Channel:
    return get_object_or_404(channels.visible_to(request.user), pk=channel_id)


@require_safe
@for_managers
def channels_page(request: Signed) -> HttpResponseBase:
    """Every channel that is theirs to manage."""
    if is_asked_for(request):
        return download(request, channels_export(channels.visible_to(request.user), as_of=now()))
    rows = [
        {
            "channel": channel,
            "address": channels.address_of(channel),
            "topics": ", ".join(TOPICS[topic].partition(":")[0] for topic in channel.wants if topic in TOPICS),
        }
        for channel in channels.visible_to(request.user)
    ]
    return render(request, "outbox/channels.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def new_channel_page(request: Signed) -> HttpResponse:
    """A channel to add."""
    form = ChannelForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            channel = channels.add_channel(form.wish(), by=request.user, now=now())
        except Refused as refused:
            form.refuse(refused)
        else:
            say_done(request, f"The channel {channel} is there. Send a test to see that it works.")
            return redirect("outbox:channel", channel.pk)
    return render(request, "outbox/channel.html", {"form": form, "channel": None}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def channel_page(request: Signed, channel_id: int) -> HttpResponse:
    """One channel: change it, test it, take it away."""
    channel = _found(request, channel_id)
    form = ChannelForm(request.POST if request.method == "POST" else None, person=request.user, channel=channel)
    if request.method == "POST" and form.is_valid():
        try:
            channels.change_channel(channel, form.wish(), by=request.user, now=now())
        except Refused as refused:
            form.refuse(refused)
        else:
            say_done(request, f"The channel {form.wish().name} is saved.")
            return redirect("outbox:channels")
    about = {"form": form, "channel": channel, "address": channels.address_of(channel)}
    return render(request, "outbox/channel.html", about, status=422 if form.errors else 200)


@require_POST
@for_managers
def test_channel(request: Signed, channel_id: int) -> HttpResponse:
    """Send a test, and say whether it arrived."""
    channel = _found(request, channel_id)
    try:
        channels.send_test(channel, by=request.user, now=now())
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, f"The test has arrived in {channel}.")
    return redirect("outbox:channel", channel.pk)


@require_POST
@for_managers
def remove_channel(request: Signed, channel_id: int) -> HttpResponse:
    """Take a channel away."""
    channel = _found(request, channel_id)
    channels.remove_channel(channel)
    say_done(request, f"The channel {channel} is gone: nothing is sent there any more.")
    return redirect("outbox:channels")
