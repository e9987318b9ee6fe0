"""Is a company large?"""

from __future__ import annotations

import pytest
from django.db import connection

from leads.selectors.queries.size import has_leads
from tests.world import a_lead

pytestmark = pytest.mark.django_db


def test_leads_of_a_small_company_are_counted() -> None:
    assert not has_leads(1)
    for n in range(3):
        a_lead(f"{n}")
    assert [n for n in range(1, 6) if has_leads(n)] == [1, 2, 3]


@pytest.mark.parametrize(("told", "found"), [(99_999, False), (100_000, True)])
def test_those_of_a_large_one_are_told_by_statistics(told: int, found: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = %s WHERE oid = 'leads_lead'::regclass", [told])
    assert has_leads(5_000) is found
    assert has_leads(50_000) is found
    assert not has_leads(50_001)
