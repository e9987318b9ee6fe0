"""The settings of the company."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from alignment.clock import now
from alignment.people.company import CompanySettings, change_company
from alignment.people.models import User
from alignment.people.pages.access import operators_only
from alignment.people.pages.fields import show_refusal
from alignment.people.pages.forms import CompanyForm
from alignment.people.pages.mail import mail_folder
from alignment.people.pages.undo import undo_of_settings
from alignment.people.selectors import organisation
from alignment.refusals import Refused
from alignment.ui.undo import say_done


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def company_page(request: HttpRequest, operator: User) -> HttpResponse:
    """Name, time zone and currency; another zone moves every period, so the figures are computed anew."""
    here = organisation()
    form = CompanyForm(request.POST) if request.method == "POST" else CompanyForm.about(here)
    if request.method == "POST" and form.is_valid():
        before, after = CompanySettings(here.name, here.timezone, here.currency), form.settings()
        try:
            anew = change_company(after, now=now())
        except Refused as refused:
            show_refusal(form, refused)
        else:
            if before != after:
                what = "The settings are saved." + (" Every figure is being computed anew." if anew else "")
                say_done(request, what, undo_of_settings(before, after))
            return redirect("people:company")
    about = {"form": form, "mail_folder": mail_folder()}
    return render(request, "people/company.html", about, status=422 if form.errors else 200)
