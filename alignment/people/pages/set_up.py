"""The first page of an empty installation, and what to do after it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alignment.clock import now
from alignment.people import selectors
from alignment.people.models import User
from alignment.people.pages.access import operators_only
from alignment.people.pages.fields import show_refusal
from alignment.people.pages.forms import SetUpForm
from alignment.people.pages.mail import mail_folder
from alignment.people.setup import set_up
from alignment.refusals import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_page(request: HttpRequest) -> HttpResponse:
    """Asks for company, teams and operator, once; 404 ever after."""
    if selectors.is_set_up():
        raise Http404
    form = SetUpForm(request.POST) if request.method == "POST" else SetUpForm.about(selectors.organisation())
    if request.method == "POST" and form.is_valid():
        try:
            operator = set_up(form.first_run(), now=now())
        except Refused as refused:
            if refused.code == "already_set_up":
                messages.info(request, refused.detail)
                return redirect("account_login")
            show_refusal(form, refused)
        else:
            login(request, operator)
            return redirect("people:first-steps")
    return render(request, "people/set_up.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@operators_only
def first_steps(request: HttpRequest, operator: User) -> HttpResponse:
    """What to do next in an empty company."""
    return render(request, "people/first_steps.html", {"mail_folder": mail_folder()})
