"""A step that is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alignment.refusals import Refused


def refused(step: Callable[[], object], code: str, status: int) -> Refused:
    """The refusal of this step, by its code and what HTTP answers."""
    with pytest.raises(Refused) as caught:
        step()
    assert (caught.value.code, caught.value.status) == (code, status)
    return caught.value
