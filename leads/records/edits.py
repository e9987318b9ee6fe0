"""What may a person change about a lead by hand, and how is that undone?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.refusals import Refused
from leads.duplicates.following import must_stand
from leads.lifecycle.changes import NewValue, append_values, bring_up_to_date
from leads.lifecycle.recording import known_from
from leads.records.contact import read_phone
from leads.records.identities import claim_address
from leads.records.models import Edit, Lead
from leads.records.usable import was_usable
from leads.records.wishes import EDITABLE, read_wishes, scope_of

__all__ = ["EDITABLE", "edit_lead", "mark_as_test", "undo_edit"]

IDS = frozenset({"company", "owner", "team", "campaign"})
REFS = frozenset({"owner", "team", "campaign"})
LOGGED = frozenset({*REFS, "segment", "territory"})


@again_after_deadlock
@transaction.atomic
def edit_lead(
    lead: Lead, changes: Mapping[str, object], *, actor: User, now: datetime, expected_version: int | None = None
) -> Edit | None:
    """Change fields of `EDITABLE`; the `Edit` to undo it by, or None if nothing differs.

    Values are texts or None (which empties the field); `company` and `campaign` are names, `owner` an id, an e-mail
    or a name, `team` an id or a name, `attributes` an object whose entries are merged (None takes one out). Source,
    channel and the moment of creation never change. Wrong values are refused with their fields; another version
    than expected with `version_changed` (412).
    """
    known_from(now)
    locked = _locked(lead)
    if expected_version is not None and locked.version != expected_version:
        raise Refused("version_changed", "Somebody changed this lead meanwhile. Look again, then decide.", status=412)
    wishes = read_wishes(locked, changes, actor=actor, now=now)
    if "phone" in wishes and isinstance(wishes["phone"], str):
        wishes["phone"] = read_phone(wishes["phone"], _text(wishes.get("country", locked.country)))[0]
    if "owner" in wishes and "team" not in wishes and wishes["owner"] != locked.owner_id:
        team_id = User.objects.filter(pk__in=[wishes["owner"]]).values_list("team_id", flat=True).first()
        wishes |= {"team": team_id} if team_id is not None else {}
    return _apply(locked, wishes, actor=actor, now=now)


@again_after_deadlock
@transaction.atomic
def undo_edit(edit: Edit, *, actor: User, now: datetime) -> Edit:
    """Put the fields back as they were: for who changed them, and operators; others are refused with `not_yours` (403).

    Refused with `edited_since` (409) if one of the fields was changed since.
    """
    if edit.actor_id != actor.pk and not actor.is_operator:
        sentence = "Somebody else made this change; ask them, or an operator, to take it back."
        raise Refused("not_yours", sentence, status=403)
    locked = _locked(edit.lead)
    edit = Edit.objects.select_for_update(of=("self",)).get(pk=edit.pk)
    if edit.undone_at is not None:
        return edit
    changed = sorted(name for name, value in edit.after.items() if _value(locked, name) != value)
    if changed:
        raise Refused("edited_since", f"{', '.join(changed)} changed since; undoing would overwrite that.", status=409)
    _write(locked, edit.before, actor=actor, now=now)
    edit.undone_at = now
    edit.save(update_fields=["undone_at"])
    return edit


@again_after_deadlock
@transaction.atomic
def mark_as_test(lead: Lead, *, actor: User, now: datetime) -> None:
    """From now on and for all time this lead counts in no figure; the marking is logged and cannot be taken back."""
    locked = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if locked.is_test:
        return
    append_values([NewValue(locked.pk, "is_test", now, text="yes")], recorded_at=now, actor_id=actor.pk)
    Lead.objects.filter(pk=locked.pk).update(is_test=True, version=F("version") + 1)
    bring_up_to_date([locked.pk])
    lead.refresh_from_db()


def _locked(lead: Lead) -> Lead:
    locked = Lead.objects.select_for_update(of=("self",), no_key=True).get(pk=lead.pk)
    if locked.erased_at is not None:
        raise Refused("erased", "This lead was erased: nothing about it can be changed.", status=409)
    must_stand(locked)
    return locked


def _apply(lead: Lead, wishes: Mapping[str, object], *, actor: User, now: datetime) -> Edit | None:
    after = {name: value for name, value in wishes.items() if value != _value(lead, name)}
    if not after:
        return None
    before = {name: _value(lead, name) for name in after}
    _write(lead, after, actor=actor, now=now)
    return Edit.objects.create(lead=lead, actor=actor, at=now, before=before, after=after)


def _write(lead: Lead, values: Mapping[str, object], *, actor: User, now: datetime) -> None:
    columns: dict[str, object] = {
        f"{name}_id" if name in IDS else name: value for name, value in values.items() if name not in LOGGED
    }
    known_from(now)
    log = [_logged(lead.pk, name, value, now) for name, value in values.items() if name in LOGGED]
    for field, usable in _usable(lead, values).items():
        if usable != getattr(lead, field):
            columns[field] = usable
            log.append(NewValue(lead.pk, field, now, text="yes" if usable else "no"))
    Lead.objects.filter(pk=lead.pk).update(**columns, version=F("version") + 1)
    append_values(log, recorded_at=now, actor_id=actor.pk)
    bring_up_to_date([lead.pk])
    if isinstance(values.get("email"), str):
        claim_address(lead.pk, str(values["email"]), scope=scope_of(actor))
    lead.refresh_from_db()


def _logged(lead_id: int, name: str, value: object, at: datetime) -> NewValue:
    if name in REFS:
        return NewValue(lead_id, name, at, ref=value if isinstance(value, int) else None)
    return NewValue(lead_id, name, at, text=_text(value))


def _usable(lead: Lead, values: Mapping[str, object]) -> dict[str, bool]:
    """A new address is usable until it bounces, a new number if it is one; one that was here before as it was then."""
    usable = {}
    address, number = _text(values.get("email")), _text(values.get("phone"))
    if "email" in values and (address is None or address.lower() != (lead.email or "").lower()):
        usable["email_usable"] = address is not None and was_usable(lead.pk, "email", address) is not False
    if "phone" in values:
        valid = number is not None and read_phone(number, _text(values.get("country", lead.country)))[1]
        usable["phone_usable"] = valid and was_usable(lead.pk, "phone", number or "") is not False
    return usable


def _value(lead: Lead, name: str) -> object:
    return getattr(lead, f"{name}_id" if name in IDS else name)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
