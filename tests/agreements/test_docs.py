"""The page about agreements names every kind and every state."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from alignment.agreements.kinds import kinds
from alignment.agreements.selectors import STATES
from tests.agreements.lunch import LUNCH


def test_every_kind_and_state_stands_in_the_docs() -> None:
    text = (Path(settings.ROOT) / "docs" / "agreements.md").read_text()
    missing = [kind.key for kind in kinds() if kind.key != LUNCH and f"| `{kind.key}` |" not in text]
    missing += [state for state in STATES if f"| {state.replace('_', ' ')} |" not in text]
    assert not missing
