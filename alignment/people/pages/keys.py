"""API keys on pages: made for oneself, by operators for anybody; shown once, revoked at any time."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from alignment.clock import now
from alignment.people.api_keys import create_api_key
from alignment.people.exports import keys_export
from alignment.people.models import ApiKey, User
from alignment.people.pages.access import operators_only, signed_in
from alignment.people.pages.forms import ApiKeyForm
from alignment.people.pages.lists import keys_of
from alignment.ui.exports import download, is_asked_for
from alignment.ui.undo import say_done


@require_safe
@operators_only
def keys_page(request: HttpRequest, operator: User) -> HttpResponseBase:
    """Everybody's keys."""
    if is_asked_for(request):
        return download(request, keys_export(keys_of(), as_of=now()))
    return render(request, "people/keys.html", {"keys": keys_of()})


@require_POST
@signed_in
def make_key(request: HttpRequest, person: User) -> HttpResponse:
    """A key of one's own."""
    return _make(request, person, back=reverse("people:account"))


@require_POST
@operators_only
def make_key_for(request: HttpRequest, operator: User, person_id: int) -> HttpResponse:
    """A key that another person's systems use."""
    holder = get_object_or_404(User, pk=person_id, is_active=True)
    return _make(request, holder, back=reverse("people:person", args=[holder.pk]))


@require_POST
@signed_in
def revoke_key(request: HttpRequest, person: User) -> HttpResponse:
    """Ends a key for good: one's own, or any for operators; others are not there."""
    keys = ApiKey.objects.all() if person.is_operator else ApiKey.objects.filter(user=person)
    key = keys.filter(pk=request.POST.get("key", "").replace("\0", "")).select_related("user").first()
    if key is None:
        raise Http404
    key.delete()
    say_done(request, f"The key “{key}” of {key.user} is revoked: it no longer opens anything.")
    if key.user_id == person.pk:
        return redirect("people:account")
    return redirect("people:keys")


def _make(request: HttpRequest, holder: User, *, back: str) -> HttpResponse:
    """The answer to the form itself carries the key: it is kept nowhere that it could be shown from again."""
    form = ApiKeyForm(holder, request.POST)
    if not form.is_valid():
        about = {"key_form": form, "holder": holder, "back": back}
        return render(request, "people/key_wrong.html", about, status=422)
    given = form.cleaned_data
    key = create_api_key(holder, scope=given["scope"], name=given["name"])
    return render(request, "people/key_made.html", {"key": key, "name": given["name"], "holder": holder, "back": back})
