"""The pages on which a file comes in: what is to be imported, what became of it, and the way back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from leads.pages.access import Signed, reading


@reading
def index(request: Signed) -> HttpResponse:
    """Every import, and the form for the next one."""
    return render(request, "imports/index.html")
