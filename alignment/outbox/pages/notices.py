"""What one was told: the list, one opened, all marked as read, and that taken back."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from alignment.clock import now
from alignment.outbox import reading, selectors
from alignment.outbox.channels import may_manage
from alignment.outbox.exports import notices_export
from alignment.outbox.leading import why_gone
from alignment.outbox.pages.access import Signed, own_notice, signed_in
from alignment.outbox.wording import is_our_path
from alignment.ui.exports import download, is_asked_for
from alignment.ui.undo import say_done

SALT = "alignment.outbox.read"
UNDONE_WITHIN_SECONDS = 86_400
LARGEST_ID = 2**63 - 1


class Place(forms.Form):
    """Where in the list: beyond which notice, or up to which one."""

    older = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)
    newer = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)
    up_to = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)

    def named(self, name: str) -> int | None:
        """The id, None where none is given or it cannot be one."""
        self.is_valid()
        number: int | None = self.cleaned_data.get(name)
        return number


@require_safe
@signed_in
def notices_page(request: Signed) -> HttpResponseBase:
    """The newest first; unread ones stand out."""
    place, me = Place(request.GET), request.user.pk
    if is_asked_for(request):
        return download(request, notices_export(selectors.notices_of(me), as_of=now()))
    page = selectors.page_of(me, older_than=place.named("older"), newer_than=place.named("newer"))
    here = reverse("outbox:notices")
    about = {
        "notices": page.notices,
        "previous": f"{here}?newer={page.newer}" if page.newer else "",
        "next": f"{here}?older={page.older}" if page.older else "",
        "unread": selectors.unread_of(me).count(),
        "manages_channels": may_manage(request.user),
        "newest": selectors.notices_of(me).values_list("pk", flat=True).first(),
    }
    return render(request, "outbox/notices.html", about)


@require_safe
@signed_in
def open_notice(request: Signed, notice_id: int) -> HttpResponse:
    """Reads it, and goes to what it is about; to the list where it is about no page of ours, or of none that one still sees."""
    notice = own_notice(request, notice_id)
    if request.method == "GET":
        reading.mark_read(notice, now=now())
    if not is_our_path(notice.path):
        return redirect("outbox:notices")
    if why := why_gone(request.user.pk, notice.path):
        messages.info(request, why)
        return redirect("outbox:notices")
    return redirect(notice.path)


@require_POST
@signed_in
def read_notice(request: Signed, notice_id: int) -> HttpResponse:
    """Reads it without leaving the list."""
    reading.mark_read(own_notice(request, notice_id), now=now())
    return redirect("outbox:notices")


@require_POST
@signed_in
def read_all(request: Signed) -> HttpResponse:
    """Marks as read what was unread when the list was opened; what came in since stays unread."""
    up_to = Place(request.POST).named("up_to") or 0
    marked = reading.mark_all_read(request.user.pk, up_to=up_to, now=now())
    if marked.count:
        note = signing.dumps([request.user.pk, up_to, marked.read_at.isoformat()], salt=SALT)
        what = "1 notice is" if marked.count == 1 else f"{marked.count} notices are"
        say_done(request, f"{what} marked as read.", reverse("outbox:unread-again", args=[note]))
    return redirect("outbox:notices")


@require_POST
@signed_in
def unread_again(request: Signed, note: str) -> HttpResponse:
    """Takes the marking back."""
    try:
        user_id, up_to, read_at = signing.loads(note, salt=SALT, max_age=UNDONE_WITHIN_SECONDS)
    except signing.BadSignature:
        user_id, up_to, read_at = None, 0, ""
    if user_id == request.user.pk:
        reading.take_back(user_id, up_to=up_to, read_at=datetime.fromisoformat(read_at))
        messages.success(request, "They are unread again.")
    else:
        messages.error(request, "This can no longer be undone.")
    return redirect("outbox:notices")
