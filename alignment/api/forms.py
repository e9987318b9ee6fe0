"""In which form is a list wanted? As JSON, or as CSV by `Accept: text/csv` or `?format=csv`; refusals are JSON in any case."""

from __future__ import annotations

from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

CSV = "text/csv"


def wants_csv(request: Request) -> bool:
    """Whether a file is asked for: by name, or by who takes nothing else that we have."""
    named = request.query_params.get("format")
    if named is not None:
        return named == "csv"
    taken = [one.partition(";")[0].strip() for one in request.headers.get("Accept", "").split(",")]
    return CSV in taken and "application/json" not in taken


class JsonOrFile(DefaultContentNegotiation):
    """As usual, but what asks for CSV is let in: the view sends it, or refuses in JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        if wants_csv(request):
            return renderers[0], renderers[0].media_type
        return super().select_renderer(request, renderers, format_suffix)
