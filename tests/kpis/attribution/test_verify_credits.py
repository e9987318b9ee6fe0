"""Does `verify` recompute every credit, and find what was planted?"""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from kpis.recompute import recompute_everything
from kpis.verify.run import verify
from tests.kpis.attribution.drawing import draw
from tests.world import NOW, cast

pytestmark = pytest.mark.django_db(transaction=True)

TWO = "(SELECT deal_id FROM kpis_credit WHERE basis = 0 AND amount_linear > 1 GROUP BY 1 HAVING count(*) > 2 ORDER BY 1 LIMIT 1)"
PLANTED = {
    **{
        f"{what}_{model} moved": f"""
            UPDATE kpis_credit SET {what}_{model} = {what}_{model} + CASE place WHEN 0 THEN {by} ELSE -{by} END
            WHERE deal_id = {TWO} AND basis = 0 AND place < 2"""
        for model in ("first", "last", "linear", "position", "w_shaped", "time_decay", "data_driven")
        for what, by in (("share", 1000), ("amount", 1))
    },
    "a row gone": f"DELETE FROM kpis_credit WHERE deal_id = {TWO} AND place = 1",
    "a deal gone": f"DELETE FROM kpis_credit WHERE deal_id = {TWO}",
    "another channel": f"UPDATE kpis_credit SET channel = 'planted' WHERE deal_id = {TWO} AND place = 0",
    "another win": f"UPDATE kpis_credit SET won_at = opened_at - interval '1 day' WHERE deal_id = {TWO}",
    "nobody's deal": "UPDATE kpis_credit SET deal_id = -1, id = -1 WHERE id = (SELECT min(id) FROM kpis_credit)",
    "not shared out": f"UPDATE kpis_credit SET amount_linear = NULL WHERE deal_id = {TWO}",
}  # fmt: skip


def test_differences_in_every_model_are_found() -> None:
    cast()
    draw(5, touches=120, deals=20, currencies=("EUR", "USD"))
    recompute_everything(now=NOW)
    right = verify()
    assert (right.differences, right.examples) == (0, [])
    assert right.checked["credits"] > 20
    assert {name for name, statement in PLANTED.items() if not is_found(statement)} == set()


def is_found(statement: str) -> bool:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount > 0, statement
        found = verify()
        transaction.set_rollback(True)
    return found.differences > 0 and {example["table"] for example in found.examples} == {"credits"}


def test_deals_that_wait_may_be_behind() -> None:
    cast()
    draw(5)
    recompute_everything(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE leads_deal SET amount = 7, opened_at = opened_at - interval '3 days'")
    assert verify().differences == 0
