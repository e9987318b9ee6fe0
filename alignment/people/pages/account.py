"""One's own account: name, appearance, password, keys, and signing out everywhere."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from alignment.clock import now
from alignment.people.models import User
from alignment.people.pages.access import signed_in
from alignment.people.pages.forms import ApiKeyForm, OwnNameForm
from alignment.people.pages.lists import keys_of, short_role
from alignment.people.roles import rename
from alignment.people.sessions import sign_out_everywhere
from alignment.ui.undo import say_done


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def account_page(request: HttpRequest, person: User) -> HttpResponse:
    """What somebody decides about themselves."""
    form = OwnNameForm(request.POST) if request.method == "POST" else OwnNameForm(initial={"name": person.name})
    if request.method == "POST" and form.is_valid():
        rename(person, form.cleaned_data["name"])
        say_done(request, "Your name is saved.")
        return redirect("people:account")
    about = {"form": form, "role": short_role(person.role), "keys": keys_of(person), "key_form": ApiKeyForm(person)}
    return render(request, "people/account.html", about, status=422 if form.errors else 200)


@require_POST
@signed_in
def leave_everywhere(request: HttpRequest, person: User) -> HttpResponse:
    """Ends every session of this person, this one too."""
    sign_out_everywhere(person, now=now())
    logout(request)
    messages.success(request, "You are signed out on every device.")
    return redirect("account_login")
