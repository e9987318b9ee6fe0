"""Did somebody change it meanwhile? An object's version travels as `ETag`, and comes back as `If-Match`."""

from __future__ import annotations

from rest_framework.request import Request

from alignment.refusals import Refused


def etag(version: int) -> str:
    """How a version is written in the `ETag` header."""
    return f'"{version}"'


def expected_version(request: Request) -> int | None:
    """The version that the caller last saw, from `If-Match`; None where they did not say, or wrote `*`.

    A tag that cannot be one of ours is one that no object has: refused with 412, as any other that does not match.
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    text = given.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise version_changed()
    return int(text)


def version_changed() -> Refused:
    """The refusal of a change to what somebody else changed meanwhile."""
    return Refused("version_changed", "This was changed meanwhile. Read it again, then change it.", status=412)
