"""What every template knows of the organisation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from alignment.people import selectors


def organisation(request: HttpRequest) -> dict[str, Any]:
    """`organisation`: the company's settings."""
    return {"organisation": selectors.organisation()}
