"""How is one thing that happened with a lead told? One function a kind of thing, one shape for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from alignment.people.models import Team, User
from alignment.people.naming import first_of, name_to
from alignment.people.selectors import Somebody
from alignment.programs.models import Campaign
from leads.activities.kinds import BY_KEY
from leads.activities.models import Activity
from leads.definitions.terms import KIND as DEFINITION
from leads.funnel.stage_sets import StageSet
from leads.lifecycle.models import StageChange
from leads.privacy.models import Consent
from leads.records.models import Edit, LeadValue, Note

CONSENT, VALUE, ACTIVITY, EDIT, NOTE, CHANGE = range(6)
"""Ranks: which of two things stands above the other when both happened at the same instant."""

CAUSES = {"deal": "by its deal", "import": "from an import", "reopen": "reopened", "created": "when it came in"}
ICONS = {
    "call": "phone", "call_inbound": "phone", "email": "mail", "email_reply": "mail", "email_sent": "mail", "newsletter": "mail",
    "nurture": "mail", "meeting": "calendar", "meeting_booked": "calendar-plus", "message": "message", "message_inbound": "message",
    "page_view": "eye", "form": "checklist", "email_bounce": "ban", "unsubscribe": "ban", "proposal": "coin", "event": "flag",
}  # fmt: skip
NAMES = {
    "owner": "Owner", "team": "Team", "campaign": "Campaign", "segment": "Segment", "territory": "Territory",
    "email": "E-mail", "phone": "Telephone", "first_name": "First name", "last_name": "Last name", "full_name": "Name",
    "title": "Job title", "company": "Company", "country": "Country", "attributes": "More facts",
}  # fmt: skip


class Place(NamedTuple):
    """Where something stands in the order of all that happened with a lead."""

    at: datetime
    rank: int
    id: int

    @property
    def word(self) -> str:
        """The place as an address carries it."""
        return f"{self.at.isoformat()}~{self.rank}~{self.id}"


@dataclass(frozen=True)
class Item:
    """One thing that happened. `who` did it; `lines` say more; `note` and `edit` can be changed or taken back."""

    place: Place
    icon: str
    tone: str
    title: str
    who: str = ""
    lines: tuple[str, ...] = ()
    taken_back: bool = False
    note: Note | None = None
    edit: Edit | None = None
    change: StageChange | None = None


def of_change(row: StageChange, stages: StageSet, reader: Somebody) -> Item:
    terms = stages.by_key.get(row.to_id)
    title = terms.title if terms else row.to_id
    void = getattr(row, "void", None)
    counts = getattr(row, "stay", None) is not None
    lines = [f"Reason: {row.reason}"] if row.reason else []
    if row.owner or row.team:
        lines.append(f"Held from then on by {first_of(reader, row.owner, row.team)}")
    if void is not None:
        lines.append(f"Taken back: {void.reason}")
    tone = "" if terms is None else terms.side if terms.category == "open" else terms.category
    return Item(
        place=Place(row.at, CHANGE, row.pk),
        icon="trophy" if terms and terms.category in ("won", "loyal") else "route",
        tone=tone,
        title=f"To {title}" if counts or void else f"{title} once more",
        who=first_of(reader, row.by, row.actor) or _by_version(row, stages) or CAUSES.get(row.cause, ""),
        lines=tuple(lines),
        taken_back=void is not None,
        change=row if row.cause in ("manual", "reopen") and void is None else None,
    )


def _by_version(row: StageChange, stages: StageSet) -> str:
    """Which version of which definition or rule moved the lead, if one did."""
    version = row.agreement_version
    if version is None:
        return ""
    if version.agreement.kind != DEFINITION:
        return f"by version {version.number} of the handoff rule “{version.agreement.key}”"
    stage = stages.by_key.get(version.agreement.key)
    return f"by version {version.number} of the {stage.title if stage else version.agreement.key} definition"


def of_activity(row: Activity, reader: Somebody) -> Item:
    kind = BY_KEY.get(row.kind)
    said = (
        row.subject,
        row.outcome and f"Outcome: {row.outcome}",
        row.asset,
        row.url,
        row.campaign and f"Campaign: {row.campaign}",
    )
    return Item(
        place=Place(row.at, ACTIVITY, row.pk),
        icon=ICONS.get(row.kind, "bolt"),
        tone=row.side if row.direction != "internal" else "",
        title=kind.title if kind else row.kind,
        who=first_of(reader, row.by, row.actor) or ("the lead" if row.direction == "inbound" else ""),
        lines=tuple(str(line) for line in said if line),
    )


def of_note(row: Note, reader: Somebody) -> Item:
    return Item(Place(row.created_at, NOTE, row.pk), "note", "", "Note", name_to(reader, row.author), note=row)


def of_edit(row: Edit, reader: Somebody) -> Item:
    lines = tuple(
        f"{NAMES.get(field, field)}: {_shown(row.before.get(field))} → {_shown(value)}"
        for field, value in row.after.items()
    )
    return Item(
        Place(row.at, EDIT, row.pk),
        "edit",
        "",
        "Edited",
        name_to(reader, row.actor),
        lines,
        row.undone_at is not None,
        edit=row,
    )


def _shown(value: object) -> str:
    if value in (None, "", {}):
        return "(none)"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(part)}" for key, part in value.items())
    return str(value)


def of_values(rows: Sequence[LeadValue], reader: Somebody) -> list[Item]:
    """Who or what held from when on; three queries name all owners, teams and campaigns."""
    ids = {
        field: {row.ref for row in rows if row.field == field and row.ref} for field in ("owner", "team", "campaign")
    }
    names: dict[str, dict[int, str]] = {
        "owner": {one.pk: name_to(reader, one) for one in User.objects.filter(pk__in=ids["owner"])},
        "team": {one.pk: name_to(reader, one) for one in Team.objects.filter(pk__in=ids["team"])},
        "campaign": dict(Campaign.objects.filter(pk__in=ids["campaign"]).values_list("pk", "name")),
    }
    return [_of_value(row, names.get(row.field, {}), reader) for row in rows]


def _of_value(row: LeadValue, names: dict[int, str], reader: Somebody) -> Item:
    sentences = {
        ("email_usable", "yes"): "The e-mail address can be used", ("email_usable", "no"): "The e-mail address cannot be used",
        ("phone_usable", "yes"): "The telephone number can be used", ("phone_usable", "no"): "The telephone number cannot be used",
        ("is_test", "yes"): "Marked as a test: counts in no figure", ("is_test", "true"): "Marked as a test: counts in no figure",
    }  # fmt: skip
    value = names.get(row.ref, str(row.ref)) if row.ref else row.text or "(none)"
    title = sentences.get((row.field, row.text or "")) or f"{NAMES.get(row.field, row.field)}: {value}"
    icon = {"owner": "user", "team": "users", "is_test": "flask", "campaign": "flag"}.get(row.field, "history")
    return Item(Place(row.at, VALUE, row.pk), icon, "", title, name_to(reader, row.actor))


def of_consent(row: Consent, reader: Somebody) -> Item:
    title = f"Consent for {row.purpose}: {row.get_state_display().lower()}"
    return Item(
        Place(row.at, CONSENT, row.pk),
        "check" if row.state == "granted" else "ban",
        "",
        title,
        name_to(reader, row.actor),
    )
