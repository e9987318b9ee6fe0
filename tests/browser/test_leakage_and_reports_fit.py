"""What is to be pressed lies within the window: the buttons of the leakage page, and the report that is open among its tabs."""

from __future__ import annotations

import pytest

from kpis.recompute import recompute_touched
from leads.models import Lead
from tests.browser.conftest import Open
from tests.company import YEAR
from tests.world import NOW, Cast, a_lead, moved

OUTSIDE = """
[...document.querySelectorAll("main .table a.btn")].map((one) => one.getBoundingClientRect())
  .filter((box) => box.right > document.documentElement.clientWidth || box.left < 0).length
"""
CUT_OFF = """
(() => { const card = document.querySelector("section.card"); return card.scrollWidth - card.clientWidth; })()
"""
TOUCHING = """
[...document.querySelectorAll(".table.leaks > tbody > tr")].filter((row) => {
  const [name, tag] = [row.querySelector("th a"), row.querySelector(".tag.leak")].map((one) => one.getBoundingClientRect());
  return name.right > tag.left && name.bottom > tag.top && name.left < tag.right && name.top < tag.bottom;
}).length
"""
TAB = """
(() => { const tab = document.querySelector('[aria-label="Reports"] > [aria-current]').getBoundingClientRect();
  return tab.left >= 0 && tab.right <= document.documentElement.clientWidth; })()
"""
LONG = "Maximiliane-Theodora Wolkensteinhausen-Oberlechner"


@pytest.mark.parametrize("width", [1500, 1400, 1280, 1024, 360])
def test_no_button_of_the_leakage_page_leaves_the_window(people: Cast, opened: Open, width: int) -> None:
    partner_lead = Lead.objects.get(external_id="partner-1")
    Lead.objects.filter(pk=partner_lead.pk).update(full_name=LONG)
    for number, stage in enumerate(("sql", "won", "recycled", "mql")):
        moved(
            a_lead(f"long-{number}", full_name=f"{LONG} {number}", company="Vereinigte Werke Nordwest GmbH"), (stage, 2)
        )
    recompute_touched(now=NOW)
    for who in (people.marketer, people.partner):
        page = opened(who, width=width)
        page.goto("/leakage/")
        assert page.locator(".table.leaks a.btn").count() > 0
        assert page.evaluate(OUTSIDE) == 0
        assert page.evaluate(CUT_OFF) == 0
        assert page.evaluate(TOUCHING) == 0


def test_the_open_report_is_in_sight_among_its_tabs(people: Cast, opened: Open) -> None:
    page = opened(people.marketer, width=360)
    for key in ("funnel", "sla", "paths"):
        page.goto(f"/reports/{key}/?{YEAR}")
        page.wait_for_function(TAB)
