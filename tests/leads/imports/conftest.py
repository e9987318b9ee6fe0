"""Uploads of each test lie in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, settings: Settings) -> Path:
    """The uploads folder."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return tmp_path / "uploads"
