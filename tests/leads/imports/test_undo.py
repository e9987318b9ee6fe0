"""Does an undo take out what an import wrote, put back what it changed, and spare what was touched since?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from alignment.refusals import Refused
from leads.imports import service
from leads.models import Company, Import, Lead, Removal
from tests.leads.imports.bringing import LEADS, bring, counts, run, start
from tests.leads.imports.test_kinds import bring_columns
from tests.world import NOW, moved

pytestmark = pytest.mark.django_db

CONTENT = "key,born,from,mail\na,2024-01-02,web,a@example.com\nb,2024-01-15,,b@firm.example\n"
KEPT = {
    "leads_import",
    "leads_importerror",
    "leads_importbefore",
    "leads_importline",
    "leads_importrepair",
    "leads_removal",
    "leads_touched",
    "leads_tocompare",
    "leads_toqualify",
    "people_team",
    "kpis_pastcompany",  # at which company somebody was until the undo is told as a past one
    "kpis_keptmark",
    "kpis_creditdue",
    "kpis_scoredue",
}


def everything() -> dict[str, list[Any]]:
    """All rows of all our tables but the imports' own, teams and the work that waits; versions only ever rise."""
    found = {}
    for label in ("leads", "programs", "people", "kpis"):
        for model in apps.get_app_config(label).get_models():
            if model._meta.db_table not in KEPT:
                rows = model._default_manager.order_by("pk").values()
                found[model._meta.db_table] = [{**row, "version": None} for row in rows]
    return found


def undo(import_id: int) -> Import:
    return service.undo(import_id, now=NOW + timedelta(days=1), actor=None)


def test_an_undone_import_leaves_nothing() -> None:
    before = everything()
    document = bring("leads", CONTENT, LEADS)
    undone = undo(document["id"])
    assert (undone.state, undone.spared) == ("undone", [])
    assert everything() == before
    assert list(Removal.objects.values_list("kind", "import_id")) == [("import_undo", document["id"])]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("stages", "lead_external_id,stage,at,by\na,mql,2024-02-01,Ann\na,won,2024-03-01,\n"),
        ("deals", "external_id,lead_external_id,company,owner,status,closed_at\nd,a,One,Ann,won,2024-03-01\n"),
        (
            "activities",
            "lead_external_id,kind,at,by,campaign\na,call,2024-02-01,Ann,Spring\nb,email_bounce,2024-02-01,,\n",
        ),
        ("campaigns", "external_id,name\nc,Spring\n"),
        ("users", "external_id,name,team\nu,Ann,North\n"),
        ("rates", "date,currency,rate\n2024-01-02,USD,0.91\n"),
        ("leads", "external_id,source,owner,campaign,company,stage,consent.marketing\na,fair,Ann,Spring,One,mql,no\n"),
    ],
)
def test_every_kind_can_be_undone(kind: str, content: str) -> None:
    bring("leads", CONTENT, LEADS)
    before = everything()
    document = bring_columns(kind, content)
    assert document["rejected"] == 0
    assert everything() != before
    assert undo(document["id"]).spared == []
    after = everything()
    for table in before:
        assert after[table] == before[table], table


def test_what_an_import_changed_is_put_back() -> None:
    bring("leads", CONTENT, LEADS)
    before = everything()
    changed = bring("leads", CONTENT.replace("a@example.com", "new@example.com").replace("b@", "c@"), LEADS)
    assert counts(changed) == ("done", 2, 0, 2, 0, 0)
    undo(changed["id"])
    after = everything()
    for table in before:
        assert after[table] == before[table], table


def test_what_was_touched_since_is_spared_and_listed() -> None:
    document = bring("leads", CONTENT, LEADS)
    touched = Lead.objects.get(external_id="a")
    moved(touched, ("mql", 30))
    undone = undo(document["id"])
    assert list(Lead.objects.values_list("external_id", "stage")) == [("a", "mql")]
    spared = [(item["table"], item["id"]) for item in undone.spared]
    assert spared == [("lead", touched.pk), ("company", touched.company_id)]
    assert all(item["why"] for item in undone.spared)


def test_after_an_undo_the_file_comes_in_as_new() -> None:
    first = bring("leads", CONTENT, LEADS)
    undo(first["id"])
    assert counts(bring("leads", CONTENT, LEADS)) == ("done", 2, 2, 0, 0, 0)


def test_an_import_that_stopped_half_way_can_be_undone() -> None:
    before = everything()
    import_ = start("leads", CONTENT, LEADS)
    run(import_, chunk_rows=1)
    Import.objects.filter(pk=import_.pk).update(state="failed", cursor=1)
    undo(import_.pk)
    assert everything() == before


def test_what_cannot_be_undone() -> None:
    document = bring("leads", CONTENT, LEADS)
    undo(document["id"])
    rehearsed = bring("leads", CONTENT, LEADS, dry_run=True)
    at_work = start("leads", CONTENT, LEADS)
    Import.objects.filter(pk=at_work.pk).update(state="running", lease_until=NOW + timedelta(days=2))
    for import_id, code in ((document["id"], "undone"), (rehearsed["id"], "dry_run"), (at_work.pk, "at_work")):
        with pytest.raises(Refused) as refused:
            undo(import_id)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        service.resume(document["id"])
    assert refused.value.code == "undone"


def test_what_an_earlier_undo_took_away_is_put_back_as_nothing() -> None:
    profile = {"kind": "leads", "system": "t", "fields": {"external_id": "key", "company": "firm"}}
    bring("leads", "key,firm\na,\n", profile)
    first = bring("leads", "key,firm\na,First Ltd\n", profile)
    second = bring("leads", "key,firm\na,Second Ltd\n", profile)
    undo(first["id"])
    assert [lead.company.name for lead in Lead.objects.all() if lead.company] == ["Second Ltd"]
    assert undo(second["id"]).state == "undone"
    assert [lead.company for lead in Lead.objects.all()] == [None]
    assert not Company.objects.exists()
