"""Every kind: the same file twice changes nothing, a dry run writes nothing, an undo leaves everything as it was."""

from __future__ import annotations

import pytest

from kpis.verify.run import verify
from leads.imports.kinds import KINDS
from tests.leads.imports.kinds.filing import bring_columns, everything, rehearse, statuses, undo

pytestmark = pytest.mark.django_db

BEFORE = {
    "campaigns": "system,external_id,name,budget,currency\ncrm,c1,Spring,100,EUR\n",
    "companies": "system,external_id,name,domain,employees,parent\ncrm,1,Firm,firm.example,5,\ncrm,9,Lone,,,Mother\n",
    "leads": "system,external_id,email,full_name,company,created_at\ncrm,a,a@firm.example,Ann Lee,Firm,2024-01-02\n",
    "deals": "system,external_id,lead_external_id,amount,status,opened_at\ncrm,d1,a,10,open,2024-02-01\n",
    "spend": "system,external_id,starts_at,ends_at,amount,campaign\nads,s1,2024-01-01,2024-01-03,10,Spring\n",
    "series": "metric,date,value,campaign\nVisits,2024-01-01,10,\nVisits,2024-01-01,3,Spring\n",
    "rates": "date,currency,rate\n2024-01-01,USD,0.9\n",
}
"""What is here when the files below come; each of them makes something and changes something."""
FILES = {
    "leads": (
        "system,external_id,email,full_name,title,company,created_at\n"
        "crm,a,a@firm.example,Ann Lee,CTO,Firm,2024-01-02\nerp,77,b@new.example,Bob Ode,,New,2024-01-03\n"
    ),
    "companies": (
        "system,external_id,name,domain,employees,annual_revenue,parent,attributes.tier\n"
        "crm,1,Firm AG,https://www.firm.example/de,7,1000.50,,gold\ncrm,2,Mother,,,,,\ncrm,3,Daughter,,,,2,\n"
        "erp,K-1,Firm AG,FIRM.example,,,,\ncrm,4,Orphan,,,,Nobody Inc,\n"
    ),
    "activities": "system,external_id,lead_external_id,kind,at,campaign\ncrm,x1,a,call,2024-02-01,Autumn\n",
    "stages": "system,external_id,lead_external_id,stage,at,owner\ncrm,h1,a,mql,2024-01-12,Sue\n",
    "deals": (
        "system,external_id,lead_external_id,company,amount,currency,status,opened_at,closed_at\n"
        "crm,d1,a,Firm,20,EUR,won,2024-02-01,2024-02-09\ncrm,d2,a,Firm,5,EUR,open,2024-02-02,\n"
    ),
    "campaigns": "system,external_id,name,budget,currency\ncrm,c1,Spring,250,EUR\ncrm,c2,Autumn,,\n",
    "spend": (
        "system,external_id,starts_at,ends_at,amount,currency,campaign,channel\n"
        "ads,s1,2024-01-01,2024-01-03,12,USD,Spring,\nads,s2,2024-01-02,2024-01-05,-3.30,,Autumn,paid\n"
    ),
    "series": "metric,date,value,campaign,channel\nVISITS,2024-01-01,11,,\nVisits,2024-01-02,4.5,Autumn,paid\n",
    "users": "system,external_id,name,email,team\nhr,1,Ann,ann@example.com,North\n",
    "rates": "date,currency,rate\n2024-01-01,USD,0.95\n2024-01-02,USD,0.96\n",
}


@pytest.fixture(autouse=True)
def here() -> None:
    for kind, content in BEFORE.items():
        document = bring_columns(kind, content, decimal=".")
        assert document["rejected"] == 0, (kind, document["errors"])


def test_every_kind_has_a_file_here() -> None:
    assert set(FILES) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(FILES))
def test_the_same_file_twice_changes_nothing(kind: str) -> None:
    first = bring_columns(kind, FILES[kind], decimal=".")
    assert (first["rejected"], first["created"] > 0) == (0, True), first["errors"]
    after = everything()
    second = bring_columns(kind, FILES[kind], decimal=".")
    assert statuses(second) == (0, 0, first["rows"], 0)
    assert everything() == after


@pytest.mark.parametrize("kind", sorted(FILES))
def test_a_dry_run_says_what_would_be_and_writes_nothing(kind: str) -> None:
    before = everything()
    dry = rehearse(kind, FILES[kind], decimal=".")
    assert everything() == before
    assert statuses(dry) == statuses(bring_columns(kind, FILES[kind], decimal="."))


@pytest.mark.parametrize("chunk_rows", [1, 10_000])
@pytest.mark.parametrize("kind", sorted(FILES))
def test_an_undo_leaves_everything_as_it_was(kind: str, chunk_rows: int) -> None:
    before = everything()
    document = bring_columns(kind, FILES[kind], decimal=".", chunk_rows=chunk_rows)
    assert everything() != before
    undone = undo(document["id"])
    assert undone.spared == []
    assert everything() == before


def test_the_figures_agree_with_the_logs_after_all_of_them() -> None:
    for kind, content in FILES.items():
        bring_columns(kind, content, decimal=".")
    assert verify().differences == 0
