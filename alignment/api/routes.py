"""How does an address come to its method? `to(Leads, get="list", post="create")`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.viewsets import ViewSetMixin


def to(view: type[ViewSetMixin], **methods: str) -> Callable[..., HttpResponseBase]:
    """The view that answers each HTTP method by the named method of `view`."""
    answers: dict[str, Any] = dict(methods)
    return view.as_view(answers)
