"""The mapping page: a file is brought, its columns proposed and changed, checked, and brought in; without a script."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from leads.imports.drafts import ImportDraft
from leads.imports.models import Import, ImportProfile
from leads.records.models import Lead
from tests.leads.imports.mapping.conftest import Bring, Queue
from tests.leads.pages.reading import text_of
from tests.world import Cast

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = (
    "Lead No;E-Mail-Adresse;Vorname;Status;Erstellt am;Schuhgröße\n"
    "K-1;ada@ferrous.example;Ada;Marketing Qualified;31.01.2024;38\n"
    "K-2;bo@ferrous.example;Bo;Closed Won;02.02.2024;44\n"
    "K-3;no address;Cy;Closed Won;03.02.2024;41\n"
)


def controls(desk: Client, draft: ImportDraft) -> dict[str, str]:
    """What the browser would send of the mapping form: every select, text and radio as it stands."""
    page = desk.get(f"/import/drafts/{draft.pk}/").content.decode()
    form = page[page.index('id="mapping"') : page.index('id="keep-title"')]
    found = {}
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body) or re.search(r'<option value="([^"]*)"', body)
        found[unescape(name)] = unescape(chosen.group(1)) if chosen else ""
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r' name="([^"]+)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        picked = 'type="radio"' not in tag and 'type="checkbox"' not in tag or "checked" in tag
        if name and picked:
            found[unescape(name.group(1))] = unescape(value.group(1)) if value else ""
    return found


def say(desk: Client, draft: ImportDraft, do: str = "show", **changed: str) -> ImportDraft:
    """Change some controls and press a button."""
    answer = desk.post(f"/import/drafts/{draft.pk}/", {**controls(desk, draft), **changed, "do": do})
    assert answer.status_code == 302, text_of(answer)
    return ImportDraft.objects.filter(pk=draft.pk).first() or draft


def fields(draft: ImportDraft) -> dict[str, object]:
    found = draft.profile["fields"]
    assert isinstance(found, dict)
    return found


def test_a_file_is_proposed_checked_and_brought_in(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring(PEOPLE)
    assert draft.kind == "leads"
    page = text_of(desk.get(f"/import/drafts/{draft.pk}/"))
    for said in ("semicolon-separated", "3 rows", "ada@ferrous.example", "E-mail address", "31 January 2024", "Schuhgröße: 38", "Won", "set aside"):
        assert said in page, said
    say(desk, draft, "check")
    assert 'hx-trigger="every 1s"' in desk.get(f"/import/drafts/{draft.pk}/check/").content.decode()
    queue.work()
    assert "Import 2 rows" in text_of(desk.get(f"/import/drafts/{draft.pk}/"))
    assert not Lead.objects.exists()
    say(desk, draft, "import")
    queue.work()
    assert sorted(Lead.objects.values_list("external_id", "email", "stage_id", "attributes")) == [
        ("K-1", "ada@ferrous.example", "mql", {"Schuhgröße": "38"}),
        ("K-2", "bo@ferrous.example", "won", {"Schuhgröße": "44"}),
    ]
    assert not ImportDraft.objects.exists()
    assert Import.objects.latest("pk").dry_run is False
