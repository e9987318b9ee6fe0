"""Where does the first visitor of an empty installation go? To the set-up page, until there is an operator."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from alignment.people import selectors

ALWAYS_OPEN = ("/set-up/", "/static/", "/healthz", "/readyz", "/metrics")


class SetUpMiddleware:
    """Sends page requests to `/set-up/` while nobody can sign in as operator. Asks once, then remembers the yes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.done = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.done and not request.path.startswith(ALWAYS_OPEN):
            self.done = selectors.is_set_up()
            if not self.done and not request.path.startswith("/api/"):
                return redirect("/set-up/")
        return self.get_response(request)
