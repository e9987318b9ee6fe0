"""A new funnel takes effect in a product at work: its pages before and after leads follow, and several workers that take them along."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from kpis.recompute import drain
from kpis.reports.registry import REPORTS
from kpis.verify.run import verify
from leads.lifecycle import rebuilding
from leads.models import Lead
from tests.clocks import present_is
from tests.company import YEAR, company
from tests.kpis.histories import draw_histories
from tests.kpis.pages.test_lists_behind_figures import BEHIND, LINK, length
from tests.kpis.test_funnel_versions import AFTER, BEFORE, _stages, new_funnel
from tests.world import NOW, cast

pytestmark = pytest.mark.django_db


def test_pages_work_with_two_versions_before_and_after_leads_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(NOW, monkeypatch)
    people = company()
    then = NOW + timedelta(days=1)
    new_funnel(people, at=then)
    present_is(then + timedelta(hours=1), monkeypatch)
    client = Client()
    client.force_login(people.salesperson)
    lead = Lead.objects.filter(stage="mql").latest("pk")
    old = f"{YEAR}&as_of=2024-11-30"
    pages = [
        f"/?{YEAR}", f"/my-leads/?{YEAR}&whose=all", "/inbox/", "/leakage/", "/leakage/?state=all", f"/leads/{lead.pk}/",
        "/leads/", "/leads/?stage=demo", "/leads/?stage=inquiry", "/leads/?leak=stalled", "/leads/new/",
        *(f"/reports/{key}/?{asked}" for key in REPORTS for asked in (YEAR, old)),
        *(f"/reports/{key}.csv?{asked}" for key in REPORTS for asked in (YEAR, old)),
        f"/reports/funnel/?{old}&start_stage=mql&by=source", f"/reports/leads/?{old}&measure=reached&stage=mql",
    ]  # fmt: skip
    for _ in range(2):
        for address in pages:
            answer = client.get(address)
            text = answer.getvalue()  # read to its end, as a browser does: a file on its way keeps its place
            assert answer.status_code == 200, (address, text[:500])
            if address.startswith("/reports/") and "/?" in address and "leads" not in address:
                _lists_have_the_length_of_their_figures(client, answer.content.decode())
        assert client.get(f"/reports/funnel/?{YEAR}&start_stage=mql").status_code == 400
        drain()
    moved_there = client.post(f"/leads/{lead.pk}/move/", {"to": "demo", "expected": "inquiry"})
    assert moved_there.status_code == 302
    assert _stages(lead) == ["demo"]


def _lists_have_the_length_of_their_figures(client: Client, html: str) -> None:
    links = [(unescape(href), int(n.replace(",", ""))) for href, n in LINK.findall(html) if href.startswith(BEHIND)]
    for href, size in dict(links).items():
        assert length(client, href) == size, href


@pytest.mark.django_db(transaction=True)
def test_several_at_once_bring_every_lead_there_and_one_that_dies_is_made_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present_is(BEFORE, monkeypatch)
    people = cast()
    draw_histories(4, leads=40)
    drain()
    new_funnel(people)
    present_is(AFTER, monkeypatch)
    together, total = Barrier(3), rebuilding.leads_kept()

    def run(number: int) -> int:
        together.wait()
        try:
            done = 0
            while some := rebuilding.rebuild_batch(batch=7):
                done += some
                if number == 0:
                    break  # it dies after its first batch
            return done
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        done = sum(pool.map(run, range(3)))
    done += rebuilding.rebuild()
    assert (done, rebuilding.leads_behind()) == (total, 0)
    drain()
    assert verify().differences == 0
