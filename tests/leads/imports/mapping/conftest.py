"""The cast, a browser for each of them, and a queue that stands where the broker would."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from leads.imports import tasks
from leads.imports.mapping.drafts import ImportDraft
from leads.imports.models import Import
from leads.imports.running import run_import
from tests.leads.pages.reading import text_of
from tests.world import Cast, cast

Bring = Callable[..., ImportDraft]


class Queue:
    """Keeps what was sent, and works off whatever waits when asked."""

    def __init__(self) -> None:
        self.sent: list[int] = []
        self.counting: list[int] = []

    def work(self) -> None:
        for import_id in Import.objects.filter(state=Import.State.QUEUED).order_by("pk").values_list("pk", flat=True):
            run_import(import_id)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    found = Queue()
    monkeypatch.setattr(tasks.run_import, "delay", found.sent.append)
    monkeypatch.setattr(tasks.count_draft, "delay", found.counting.append)
    return found


@pytest.fixture
def people(db: None) -> Cast:
    cache.clear()
    return cast()


@pytest.fixture
def desk(people: Cast) -> Client:
    """The marketer's."""
    found = Client()
    found.force_login(people.marketer)
    return found


@pytest.fixture
def bring(desk: Client) -> Bring:
    """`bring(text, name=…, **form)`: bring a file as a marketer does; its draft."""

    def bring_file(text: str | bytes, name: str = "people.csv", **form: str) -> ImportDraft:
        content = text.encode() if isinstance(text, str) else text
        said = {"kind": "auto", "profile": "proposed", **form, "how": "map"}
        answer = desk.post("/import/", {**said, "file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 302, text_of(answer)
        return ImportDraft.objects.latest("pk")

    return bring_file
