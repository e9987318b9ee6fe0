"""Where in a body does an error lie? The services speak of terms; in a body those lie under `terms`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from alignment.agreements.terms import WHOLE
from alignment.refusals import Refused


@contextmanager
def as_sent() -> Iterator[None]:
    """Errors of terms are named as the caller sent them: `terms.criteria.all.0.value`."""
    try:
        yield
    except Refused as refused:
        if refused.code == "invalid_terms":
            refused.errors = [
                error if error.field == WHOLE else replace(error, field=f"{WHOLE}.{error.field}")
                for error in refused.errors
            ]
        raise
