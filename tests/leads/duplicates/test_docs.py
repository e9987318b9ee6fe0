"""The docs name every criterion, every field that one chooses, and both limits."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from leads.duplicates.criteria import CRITERIA, MOST, MOST_OF_A_BLOCK
from leads.duplicates.fields import FIELDS

DOCS = Path(settings.ROOT) / "docs"


def test_every_criterion_and_limit_stands_in_the_docs() -> None:
    text = (DOCS / "duplicates.md").read_text()
    assert [one.key for one in CRITERIA if f"| `{one.key}` |" not in text] == []
    assert f"more than {MOST} leads share" in text
    assert f"{MOST_OF_A_BLOCK} leads have" in text


def test_every_field_that_is_chosen_stands_in_the_docs() -> None:
    [line] = [one for one in (DOCS / "api.md").read_text().splitlines() if "/duplicates/{id}/merge`" in one]
    assert [field.key for field in FIELDS if f"`{field.key}`" not in line] == []
