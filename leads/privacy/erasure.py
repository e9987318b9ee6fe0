"""What says who a lead is, and where does it stand? Scrubbed table by table; rows and counts stay."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Coalesce

from leads.activities.models import Activity
from leads.deals.models import Deal
from leads.definitions.models import FieldsPast
from leads.duplicates.forgetting import forget
from leads.handoffs.forgetting import forget_handoffs
from leads.imports.models import ImportBefore
from leads.lifecycle.changes import NewValue, append_values, bring_up_to_date
from leads.lifecycle.models import StageChange, StageVoid
from leads.privacy.fingerprints import remember
from leads.privacy.leftovers import GONE, drop_answers, forget_messages, scrub_set_aside
from leads.privacy.uploads import discard_uploads
from leads.records.models import Edit, Lead, LeadIdentity, Note, Statement

NAMES = ("external_id", "email", "phone", "first_name", "last_name", "full_name", "title")


def scrub(lead: Lead, *, now: datetime, actor_id: int | None) -> dict[str, int]:
    """Take the person out of the lead's rows; how many rows of each table were scrubbed or deleted."""
    deals = Deal.objects.filter(lead=lead)
    remember(lead, now=now)
    counts = {
        **forget_handoffs(lead, now=now),
        "activities": Activity.objects.filter(lead=lead).update(
            subject=None, url=None, outcome=None, asset=None, attributes={}, external_id=None, identity=None
        ),
        "stage_changes": StageChange.objects.filter(lead=lead).exclude(reason=None).update(reason=None),
        "stage_voids": StageVoid.objects.filter(change__lead=lead).update(reason=GONE),
        "before_images": _before_images(lead, list(deals.values_list("pk", flat=True))),
        "deals": deals.update(lost_reason=None, attributes={}, version=F("version") + 1),
        "notes": Note.objects.filter(lead=lead).update(
            body=GONE, mentions=[], client_key=None, deleted_at=Coalesce("deleted_at", Value(now))
        ),
        "edits": Edit.objects.filter(lead=lead).update(
            before={}, after={}, undone_at=Coalesce("undone_at", Value(now))
        ),
        "statements": Statement.objects.filter(lead=lead).delete()[0],
        "identities": LeadIdentity.objects.filter(lead=lead).delete()[0],
        "answers": drop_answers(lead),
        "rows_set_aside": scrub_set_aside(lead),
        "messages": forget_messages(lead),
        "files": discard_uploads(lead, now=now),
        **forget(lead),
    }
    _unusable(lead, now=now, actor_id=actor_id)
    counts["leads"] = Lead.objects.filter(pk=lead.pk).update(
        **dict.fromkeys(NAMES),
        attributes={},
        email_usable=False,
        phone_usable=False,
        erased_at=now,
        version=F("version") + 1,
    )
    bring_up_to_date([lead.pk])
    FieldsPast.objects.filter(lead=lead).delete()
    return counts


def _before_images(lead: Lead, deal_ids: list[int]) -> int:
    of_lead = ImportBefore.objects.filter(table="lead", object_id=lead.pk).delete()[0]
    return of_lead + ImportBefore.objects.filter(table="deal", object_id__in=deal_ids).delete()[0]


def _unusable(lead: Lead, *, now: datetime, actor_id: int | None) -> None:
    fields = [field for field in ("email_usable", "phone_usable") if getattr(lead, field)]
    append_values([NewValue(lead.pk, field, now, text="no") for field in fields], recorded_at=now, actor_id=actor_id)
