"""A company into which every string came by every text of every kind, once for all tests here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from leads.imports.summary import ImportDocument
from tests.clocks import present_is
from tests.conftest import Lasting
from tests.hostile import naughty
from tests.hostile.naughty import PAGES, short
from tests.world import NOW, Cast, a_lead, cast, day, did


@pytest.fixture(scope="package")
def strings(real_data: Path) -> list[str]:
    return naughty.naughty(real_data)


@pytest.fixture(scope="package")
def documents(
    strings: list[str], lasting: Lasting, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Cast, dict[str, ImportDocument]]]:
    with lasting(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", tmp_path_factory.mktemp("uploads"))
        people = cast()
        made = {kind: naughty.brought(kind, rows) for kind, rows in naughty.files_of(strings).items()}
        for number in range(PAGES):
            _one_for_many(number, strings[number::PAGES])
        yield people, made


def _one_for_many(number: int, texts: list[str]) -> None:
    """A lead whose page shows a good many of them."""
    lead = a_lead(f"many-{number}", created_at=day(1), attributes={f"n{n}": text for n, text in enumerate(texts)})
    for n, text in enumerate(texts):
        did(lead, "form_submit", 2 + n / 10, subject=short(text) or None)


@pytest.fixture
def people(documents: tuple[Cast, dict[str, ImportDocument]], db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    present_is(NOW, monkeypatch)
    return documents[0]


@pytest.fixture
def client(people: Cast) -> Client:
    """Of an operator."""
    client = Client()
    client.force_login(people.operator)
    return client
