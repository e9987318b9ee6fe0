"""How does a page hear that its draft is kept? `drafts.js` sends drafts by itself and lets go of one only on this answer.

A redirect would not do: it may as well lead to the sign-in page, and following it would use up the message with its undo.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def kept(request: HttpRequest, path: str) -> HttpResponse:
    """On to `path`, whether the form was sent by the script or without one."""
    if "X-Draft" not in request.headers:
        return redirect(path)
    return HttpResponse(status=204, headers={"X-Draft-Kept": path})
