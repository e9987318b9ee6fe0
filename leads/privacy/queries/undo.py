"""Takes an import's rows out, except those of what was touched since. Grain: one row of a table.

`%(import)s` is the import, `%(spared)s` the leads that stay as they are, `%(deals)s` the deals that go, `%(moves)s` moves by
definitions that go. A definition that moved a lead did not touch it, nor did a rule that offered it to somebody who has not decided:
that followed from the rows, and goes with them.
"""

from __future__ import annotations

TOUCHED_DEALS = """
SELECT d.id, CASE WHEN d.version <> 1 THEN 'the deal was changed since' ELSE 'a later import changed the deal' END
FROM leads_deal d
WHERE d.import_id = %(import)s AND (d.version <> 1
    OR EXISTS (SELECT FROM leads_importbefore b WHERE b."table" = 'deal' AND b.object_id = d.id AND b.import_id <> %(import)s))
ORDER BY d.id
"""

TOUCHED_LEADS = """
SELECT l.id, CASE
    WHEN EXISTS (SELECT FROM leads_note n WHERE n.lead_id = l.id) THEN 'somebody wrote a note'
    WHEN EXISTS (SELECT FROM leads_edit e WHERE e.lead_id = l.id) THEN 'somebody changed the lead'
    WHEN EXISTS (SELECT FROM leads_handoff h
                 WHERE h.lead_id = l.id AND (h.offered_by_id IS NOT NULL OR h.decided_by_id IS NOT NULL OR h.state = 'accepted'
                 OR EXISTS (SELECT FROM leads_hold o WHERE o.handoff_id = h.id))) THEN 'somebody handed it over or decided on it'
    WHEN EXISTS (SELECT FROM leads_stagechange c
                 WHERE c.lead_id = l.id AND c.import_id IS DISTINCT FROM %(import)s AND c.cause <> 'definition'
                 AND (c.deal_id IS NULL OR c.deal_id <> ALL(%(deals)s::bigint[]))) THEN 'its stage changed since'
    WHEN EXISTS (SELECT FROM leads_stagevoid v JOIN leads_stagechange c ON c.id = v.change_id
                 WHERE c.lead_id = l.id AND v.import_id IS DISTINCT FROM %(import)s AND c.cause <> 'definition'
                 AND (c.deal_id IS NULL OR c.deal_id <> ALL(%(deals)s::bigint[]))) THEN 'its stage was corrected since'
    WHEN EXISTS (SELECT FROM leads_leadvalue v LEFT JOIN leads_stagechange c ON c.id = v.change_id
                 WHERE v.lead_id = l.id AND v.import_id IS DISTINCT FROM %(import)s
                 AND (c.deal_id IS NULL OR c.deal_id <> ALL(%(deals)s::bigint[]))) THEN 'its owner or another value changed since'
    WHEN EXISTS (SELECT FROM leads_activity a WHERE a.lead_id = l.id AND a.import_id IS DISTINCT FROM %(import)s)
        THEN 'something happened with it since'
    WHEN EXISTS (SELECT FROM leads_consent c WHERE c.lead_id = l.id AND c.import_id IS DISTINCT FROM %(import)s)
        THEN 'a consent was recorded since'
    WHEN EXISTS (SELECT FROM leads_deal d WHERE d.lead_id = l.id AND d.id <> ALL(%(deals)s::bigint[])) THEN 'it has a deal'
    WHEN EXISTS (SELECT FROM leads_importbefore b WHERE b."table" = 'lead' AND b.object_id = l.id AND b.import_id <> %(import)s)
        THEN 'a later import changed it'
    WHEN EXISTS (SELECT FROM leads_lead m WHERE m.merged_into_id = l.id) THEN 'another lead was merged into it'
    WHEN EXISTS (SELECT FROM leads_merge m WHERE l.id IN (m.survivor_id, m.other_id)) THEN 'it was merged with another lead'
    WHEN l.erased_at IS NOT NULL THEN 'the person was erased since'
    END AS why
FROM leads_lead l
WHERE l.id IN (
    SELECT id FROM leads_lead WHERE import_id = %(import)s
    UNION SELECT merged_into_id FROM leads_lead WHERE import_id = %(import)s AND merged_into_id IS NOT NULL)
ORDER BY l.id
"""
"""Of the import's leads, and of those that they were merged into: a merge is undone first, or nobody could take it apart any more."""

CONCERNED = """
SELECT lead_id FROM leads_stagechange WHERE import_id = %(import)s OR deal_id = ANY(%(deals)s::bigint[])
UNION SELECT c.lead_id FROM leads_stagevoid v JOIN leads_stagechange c ON c.id = v.change_id WHERE v.import_id = %(import)s
UNION SELECT lead_id FROM leads_leadvalue WHERE import_id = %(import)s
UNION SELECT lead_id FROM leads_activity WHERE import_id = %(import)s
UNION SELECT lead_id FROM leads_consent WHERE import_id = %(import)s
UNION SELECT lead_id FROM leads_deal WHERE import_id = %(import)s AND lead_id IS NOT NULL
UNION SELECT id FROM leads_lead WHERE import_id = %(import)s
UNION SELECT object_id FROM leads_importbefore WHERE import_id = %(import)s AND "table" = 'lead'
UNION SELECT c.lead_id FROM leads_importbefore b JOIN leads_lead l ON l.company_id = b.object_id
    JOIN leads_stagechange c ON c.lead_id = l.id
    WHERE b.import_id = %(import)s AND b."table" = 'company' AND c.agreement_version_id IS NOT NULL
"""

BEGAN = """
SELECT least(
    (SELECT min(recorded_at) FROM leads_lead WHERE import_id = %(import)s),
    (SELECT min(recorded_at) FROM leads_activity WHERE import_id = %(import)s),
    (SELECT min(recorded_at) FROM leads_consent WHERE import_id = %(import)s),
    (SELECT min(recorded_at) FROM leads_stagechange WHERE import_id = %(import)s),
    (SELECT least(created_at, started_at) FROM leads_import WHERE id = %(import)s))
"""
"""From when on somebody could know what the import wrote."""

MOVES = """
SELECT c.id FROM leads_stagechange c
WHERE c.agreement_version_id IS NOT NULL AND c.cause = 'definition' AND (c.lead_id = ANY(%(going)s::bigint[])
    OR (c.lead_id = ANY(%(staying)s::bigint[]) AND c.at >= %(began)s
        AND NOT EXISTS (SELECT FROM leads_stagevoid v WHERE v.change_id = c.id)))
"""
"""Moves by definitions of leads that go, and of those that stay the ones that may rest on what goes."""

JUDGE_ANEW = """
DELETE FROM leads_fieldspast
WHERE until >= %(began)s AND (lead_id = ANY(%(leads)s::bigint[]) OR company_id = ANY(%(companies)s::bigint[]));
UPDATE leads_evaluation SET through = least(through, %(began)s), met = false, next_at = NULL
WHERE lead_id = ANY(%(staying)s::bigint[]);
INSERT INTO leads_toqualify (lead_id) SELECT unnest(%(staying)s::bigint[])
"""
"""The definitions judge the leads that stay from when the import began, as if it had never been; fields as they were put back."""

_GOING = """(
    (c.import_id = %(import)s AND c.lead_id <> ALL(%(spared)s::bigint[]) AND (c.deal_id IS NULL OR c.deal_id <> ALL(%(kept)s::bigint[])))
    OR c.deal_id = ANY(%(deals)s::bigint[]) OR c.id = ANY(%(moves)s::bigint[]))"""

_OF_GOING = "handoff_id IN (SELECT id FROM leads_handoff WHERE lead_id = ANY(%(going)s::bigint[]))"

STEPS = {
    "needs": "DELETE FROM leads_need WHERE lead_id = ANY(%(going)s::bigint[])",
    "handoff_steps": f"DELETE FROM leads_handoffstep WHERE {_OF_GOING}",
    "deadlines": f"DELETE FROM leads_deadline WHERE {_OF_GOING}",
    "handoffs": "DELETE FROM leads_handoff WHERE lead_id = ANY(%(going)s::bigint[])",
    "to_route": "DELETE FROM leads_toroute WHERE lead_id = ANY(%(going)s::bigint[])",
    "stays": f"DELETE FROM leads_stay s USING leads_stagechange c WHERE c.id = s.change_id AND {_GOING}",
    "stage_voids": f"""DELETE FROM leads_stagevoid v USING leads_stagechange c
        WHERE c.id = v.change_id AND ({_GOING} OR (v.import_id = %(import)s AND c.lead_id <> ALL(%(spared)s::bigint[])))""",
    "values": f"""DELETE FROM leads_leadvalue v WHERE (v.import_id = %(import)s AND v.lead_id <> ALL(%(spared)s::bigint[]))
        OR v.change_id IN (SELECT c.id FROM leads_stagechange c WHERE {_GOING})""",
    "stage_changes": f"DELETE FROM leads_stagechange c WHERE {_GOING}",
    "activities": "DELETE FROM leads_activity WHERE import_id = %(import)s AND lead_id <> ALL(%(spared)s::bigint[])",
    "consents": "DELETE FROM leads_consent WHERE import_id = %(import)s AND lead_id <> ALL(%(spared)s::bigint[])",
    "deals": "DELETE FROM leads_deal WHERE id = ANY(%(deals)s::bigint[])",
    "statements": "DELETE FROM leads_statement WHERE import_id = %(import)s AND lead_id <> ALL(%(spared)s::bigint[])",
    "identities": "DELETE FROM leads_leadidentity WHERE import_id = %(import)s AND lead_id <> ALL(%(spared)s::bigint[])",
}
"""By the name under which the rows are counted, in the order in which they must go."""

COMPANY_NAMES = "DELETE FROM leads_companyidentity WHERE import_id = %(import)s"
AWAITED_PARENTS = "DELETE FROM leads_awaitedparent WHERE import_id = %(import)s"

FREE = """
SELECT id FROM {table} WHERE {condition} ORDER BY id FOR UPDATE SKIP LOCKED
"""
"""What nobody holds who is about to point to it. Whoever looks for it now waits for the undo, and then finds it gone.

Only a statement after this one sees whether somebody pointed to it a moment before.
"""

FREE_COMPANIES = FREE.format(table="leads_company", condition="import_id = %(import)s AND version = 1")
FREE_CAMPAIGNS = FREE.format(table="programs_campaign", condition="import_id = %(import)s AND version = 1")
FREE_PEOPLE = FREE.format(table="people_user", condition="import_id = %(import)s")

UNUSED_COMPANIES = """
DELETE FROM leads_company c WHERE c.id = ANY(%(free)s::bigint[]) AND c.version = 1
  AND NOT EXISTS (SELECT FROM leads_lead l WHERE l.company_id = c.id)
  AND NOT EXISTS (SELECT FROM leads_deal d WHERE d.company_id = c.id)
  AND NOT EXISTS (SELECT FROM leads_company k WHERE k.parent_id = c.id)
  AND NOT EXISTS (SELECT FROM leads_companyidentity i WHERE i.company_id = c.id)
  AND NOT EXISTS (SELECT FROM leads_awaitedparent a WHERE a.company_id = c.id)
"""

UNUSED_CAMPAIGNS = """
DELETE FROM programs_campaign c WHERE c.id = ANY(%(free)s::bigint[]) AND c.version = 1
  AND NOT EXISTS (SELECT FROM leads_lead l WHERE l.campaign_id = c.id)
  AND NOT EXISTS (SELECT FROM leads_leadvalue v WHERE v.field = 'campaign' AND v.ref = c.id)
  AND NOT EXISTS (SELECT FROM leads_activity a WHERE a.campaign_id = c.id)
  AND NOT EXISTS (SELECT FROM programs_spend s WHERE s.campaign_id = c.id)
  AND NOT EXISTS (SELECT FROM programs_series s WHERE s.campaign_id = c.id)
"""

FORGET_PAST = """
DELETE FROM leads_fieldspast p
WHERE p.until >= (SELECT least(created_at, started_at) FROM leads_import WHERE id = %(import)s)
  AND (p.lead_id = ANY(%(leads)s::bigint[]) OR p.company_id = ANY(%(companies)s::bigint[]))
"""
"""What an import had written was never known: nobody is judged by it any more, also not for the time in which it stood there."""
