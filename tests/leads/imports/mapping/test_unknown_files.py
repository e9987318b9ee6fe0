"""Files of which nothing is known: what is in them is asked, nobody nameless comes in, and very wide ones stay workable."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from leads.imports.mapping.drafts import ImportDraft
from leads.imports.models import Import
from leads.records.models import Lead
from tests.leads.imports.mapping.conftest import Bring, Queue
from tests.leads.imports.mapping.test_page import address, fields, say
from tests.leads.pages.reading import text_of

pytestmark = pytest.mark.django_db

PRODUCTS = "product,series,sales_price\nGTX Basic,GTX,550\nGTX Pro,GTX,4821\nMG Special,MG,55\n"


def test_what_is_in_a_file_of_nothing_known_is_asked_before_anything_else(
    desk: Client, bring: Bring, queue: Queue
) -> None:
    draft = bring(PRODUCTS, name="products.csv")
    page = desk.get(address(draft)).content.decode()
    assert "What is in this file?" in page
    assert '<option value="" selected>choose</option>' in page
    assert "Check the file" not in page
    for step in ("check", "import"):
        refused = desk.post(address(draft), {"do": step})
        assert refused.status_code == 422
        assert "Say first what is in the file." in text_of(refused)
    for said in ({"kind": ""}, {}):
        desk.post(address(draft), {"do": "layout", "layout-header": "1", "profile": "=", **said})
        assert "What is in this file?" in text_of(desk.get(address(draft)))
    desk.post(address(draft), {"do": "layout", "kind": "companies", "profile": "="})
    draft.refresh_from_db()
    assert draft.kind == "companies"
    assert "What is in this file?" not in text_of(desk.get(address(draft)))


def test_leads_whom_nothing_names_do_not_come_in(desk: Client, bring: Bring, queue: Queue) -> None:
    draft = bring(PRODUCTS, name="products.csv", kind="leads")
    assert "No column says who a lead is." in text_of(desk.get(address(draft)))
    for step in ("check", "import"):
        refused = desk.post(address(draft), {"do": step})
        assert refused.status_code == 422
        assert "No column says who a lead is" in text_of(refused)
    draft = say(desk, draft, **{"column-0": "full_name"})
    assert "No column says who a lead is." not in text_of(desk.get(address(draft)))
    say(desk, draft, "import")
    queue.work()
    assert Lead.objects.count() == 3


def test_a_check_that_was_done_offers_no_import_once_nothing_names_the_leads(
    desk: Client, bring: Bring, queue: Queue
) -> None:
    draft = bring("email,note\na@b.example,x\n")
    say(desk, draft, "check")
    queue.work()
    assert "Import 1 row" in text_of(desk.get(address(draft)))
    draft = say(desk, draft, **{"column-0": ""})
    assert "Import 1 row" not in text_of(desk.get(address(draft)))


@pytest.mark.parametrize("how", ["check", "import"])
def test_nameless_leads_are_refused_without_looking_too(desk: Client, queue: Queue, how: str) -> None:
    for profile in ("by-names", "proposed"):
        file = SimpleUploadedFile("people.csv", b"company,source\nFerrous,web\nOther,fair\n")
        answer = desk.post("/import/", {"kind": "leads", "profile": profile, "how": how, "file": file})
        assert answer.status_code == 422
        assert "No column says who a lead is" in text_of(answer)
    assert not Import.objects.exists()


def test_a_file_of_hundreds_of_columns_is_drawn_in_part_and_kept_whole(
    desk: Client, bring: Bring, queue: Queue
) -> None:
    names = [f"c{number}" for number in range(500)]
    draft = bring(f"email,{','.join(names)}\na@b.example{',value' * 500}\n")
    page = desk.get(address(draft))
    assert page.content.decode().count("<select") < 220
    assert "And 300 further columns" in text_of(page)
    draft = say(desk, draft, **{"column-1": "first_name"})
    assert len(fields(draft)) == 501
    say(desk, draft, "import")
    queue.work()
    assert len(Lead.objects.get().attributes) == 499


@pytest.mark.parametrize("how", ["map", "import"])
def test_a_file_of_thousands_of_columns_is_refused(desk: Client, queue: Queue, how: str) -> None:
    names = ",".join(f"c{number}" for number in range(2000))
    file = SimpleUploadedFile("wide.csv", f"email,{names}\na@b.example{',1' * 2000}\n".encode())
    answer = desk.post("/import/", {"kind": "leads", "profile": "by-names", "how": how, "file": file})
    assert answer.status_code == 422
    assert "The file has 2,001 columns; at most 2,000" in text_of(answer)
    assert not ImportDraft.objects.exists()
