"""Is each lead found by what it is called? The texts that triggers keep for the search, against the leads and companies they are made of.

Grain: one row a lead whose text differs, is missing, or is of nobody. Asked by `kpis.verify.run`; no name is told, only whose it is.
"""

from __future__ import annotations

from django.db import connection

from kpis.verify.compare import Finding

TOLD = 20

DIFFERING = """
WITH said AS (
    SELECT l.id,
        upper(concat(' ', l.first_name, ' ', l.last_name, ' ', l.full_name, ' ', l.email, ' ', c.name)) AS text,
        lower(coalesce(l.full_name, nullif(btrim(concat(l.first_name, ' ', l.last_name)), ''), l.email, l.external_id, '')) AS called
    FROM leads_lead l LEFT JOIN leads_company c ON c.id = l.company_id
)
SELECT coalesce(k.lead_id, s.id) FROM said s FULL JOIN leads_leadtext k ON k.lead_id = s.id
WHERE s.text IS DISTINCT FROM k.text OR s.called IS DISTINCT FROM k.called
ORDER BY 1 LIMIT %(told)s
"""


def kept_texts() -> Finding:
    """Texts are written in the transaction that changes a lead or its company: they agree in every state of the database."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING, {"told": TOLD})
        return Finding("texts", [lead for (lead,) in cursor.fetchall()], [])
