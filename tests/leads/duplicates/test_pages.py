"""The pages: pairs to decide, two leads side by side, merged and taken apart again from a toast."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.duplicates import finding
from leads.duplicates.criteria import MOST
from leads.duplicates.models import Merge, Pair, StockRun
from leads.records.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.leads.duplicates.conftest import Browse
from tests.leads.pages.reading import text_of, undo_of
from tests.world import NOW, Cast, a_lead, did, moved


def a_pair() -> tuple[Lead, Lead, Pair]:
    one = a_lead("1", phone="+4930123456", full_name="Anna Meier", title="CTO")
    other = a_lead("2", phone="+4930123456", full_name="Anna Maier", title="CEO")
    did(other, "call", 3)
    moved(other, ("mql", 4))
    finding.compare_waiting(now=lambda: NOW, wait=True)
    return one, other, Pair.objects.get()


def test_a_pair_is_compared_merged_and_taken_apart_again(people: Cast, browse: Browse) -> None:
    one, other, _pair = a_pair()
    browser = browse(people.marketer)
    listed = browser.get("/duplicates/")
    assert "Both have the same telephone number, and their names are alike (90 %)." in text_of(listed)
    compared = browser.get(f"/duplicates/{one.pk}/{other.pk}/")
    assert "It takes over 1 activity, 2 stage changes and 1 name in other systems." in text_of(compared)
    assert re.search(r"Anna Meier \(came in 1 Jan 2024 ?\) goes on, and stands in MQL", text_of(compared))
    form = {"survivor": one.pk, "survivor_version": one.version, "other_version": other.version, "keep-title": "other"}
    merged = browser.post(f"/duplicates/{one.pk}/{other.pk}/merge/", form, follow=True)
    assert "The two are one lead now." in text_of(merged)
    assert "Anna Maier (lead" in text_of(merged)
    one.refresh_from_db()
    assert (one.title, one.full_name, one.stage_id) == ("CEO", "Anna Meier", "mql")
    assert browser.get(f"/leads/{other.pk}/", follow=True).redirect_chain == [(f"/leads/{one.pk}/", 302)]
    assert browser.get(f"/duplicates/{one.pk}/{other.pk}/").status_code == 302
    apart = browser.post(undo_of(merged), follow=True)
    assert "They are two leads again." in text_of(apart)
    other.refresh_from_db()
    assert (other.merged_into_id, other.stage_id) == (None, "mql")


def test_the_other_way_round_the_other_goes_on(people: Cast, browse: Browse) -> None:
    one, other, _pair = a_pair()
    page = browse(people.marketer).get(f"/duplicates/{one.pk}/{other.pk}/", {"survivor": other.pk})
    assert f'name="survivor" value="{other.pk}"' in page.content.decode()


def test_what_somebody_wrote_on_the_old_page_goes_to_the_survivor(people: Cast, browse: Browse) -> None:
    one, other, _pair = a_pair()
    browser = browse(people.marketer)
    browser.post(f"/duplicates/{one.pk}/{other.pk}/merge/", {"survivor": one.pk})
    browser.post(f"/leads/{other.pk}/notes/", {"body": "They called again."})
    assert one.notes.get().body == "They called again."


def test_a_stale_page_and_an_impossible_merge_are_told_of(people: Cast, browse: Browse) -> None:
    one, other, _pair = a_pair()
    browser = browse(people.marketer)
    stale = {"survivor": one.pk, "survivor_version": 99, "other_version": other.version}
    told = browser.post(f"/duplicates/{one.pk}/{other.pk}/merge/", stale, follow=True)
    assert "Somebody changed one of these leads meanwhile." in text_of(told)
    Lead.objects.filter(pk=one.pk).update(is_test=True)
    page = text_of(browser.get(f"/duplicates/{one.pk}/{other.pk}/"))
    assert "They cannot be merged: One of them is a test" in page
    assert "Merge the two" not in page
    assert not Merge.objects.exists()


def test_not_the_same_is_said_and_taken_back(people: Cast, browse: Browse) -> None:
    one, _other, pair = a_pair()
    browser = browse(people.salesperson)
    assert "May be the same as Anna Maier" in text_of(browser.get(f"/leads/{one.pk}/"))
    said = browser.post(f"/duplicates/{pair.pk}/dismiss/", follow=True)
    assert "Not the same: they are not shown again." in text_of(said)
    assert "No pair to decide" in text_of(said)
    assert "May be the same" not in text_of(browser.get(f"/leads/{one.pk}/"))
    assert "Anna Maier" in text_of(browser.get("/duplicates/", {"state": "dismissed"}))
    assert "They may be the same after all." in text_of(browser.post(undo_of(said), follow=True))


def test_partners_see_pairs_of_their_own_leads_only(people: Cast, browse: Browse) -> None:
    ours = a_lead("1", phone="+4930123456", full_name="Anna Meier")
    theirs = a_lead("2", phone="+4930123456", full_name="Anna Maier", scope=people.partners.pk)
    finding.compare_waiting(now=lambda: NOW, wait=True)
    browser = browse(people.partner)
    assert "No pair to decide" in text_of(browser.get("/duplicates/"))
    assert "May be the same" not in text_of(browser.get(f"/leads/{theirs.pk}/"))
    assert browser.get(f"/duplicates/{ours.pk}/{theirs.pk}/").status_code == 404
    assert browser.post(f"/duplicates/{ours.pk}/{theirs.pk}/merge/", {"survivor": theirs.pk}).status_code == 404
    assert browser.post(f"/duplicates/{Pair.objects.get().pk}/dismiss/").status_code == 404
    assert browser.post("/duplicates/stock/").status_code == 404
    assert browse(people.outsider).get("/duplicates/").status_code == 404


def test_who_may_only_read_sees_and_decides_nothing(people: Cast, browse: Browse) -> None:
    one, other, pair = a_pair()
    browser = browse(people.manager)
    assert "Not the same" not in text_of(browser.get("/duplicates/")).replace("Not the same Merged", "")
    assert "Merge the two" not in text_of(browser.get(f"/duplicates/{one.pk}/{other.pk}/"))
    assert browser.post(f"/duplicates/{one.pk}/{other.pk}/merge/", {"survivor": one.pk}).status_code == 403
    assert browser.post(f"/duplicates/{pair.pk}/dismiss/").status_code == 403


def test_all_leads_are_compared_on_demand(people: Cast, browse: Browse) -> None:
    a_lead("1")
    browser = browse(people.marketer)
    assert "All leads are being compared." in text_of(browser.post("/duplicates/stock/", follow=True))
    run = StockRun.objects.get()
    if run.finished_at is None:
        assert "0 of 2" in text_of(browser.get("/duplicates/"))


def test_what_too_many_share_is_counted_for_who_asks(people: Cast, browse: Browse) -> None:
    rows = [LeadRow(external_id=str(n), system="s", phone="+4930999999") for n in range(MOST + 1)]
    upsert_leads(rows, now=NOW, actor_id=None)
    finding.compare_waiting(now=lambda: NOW, wait=True)
    browser = browse(people.marketer)
    with CaptureQueriesContext(connection) as asked:
        page = browser.get("/duplicates/")
    assert not [one["sql"] for one in asked if "leads_matchkey" in one["sql"]]
    assert "+4930999999" not in text_of(page)
    assert "?shared=yes" in page.content.decode()
    assert "The same telephone number: +4930999999 21 leads" in text_of(browser.get("/duplicates/?shared=yes"))
    partner = browse(people.partner)
    for address in ("/duplicates/", "/duplicates/?shared=yes"):
        assert "Shared by too many" not in text_of(partner.get(address))
