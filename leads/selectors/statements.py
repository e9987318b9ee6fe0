"""What does each system say of a lead, and where do they differ? Asked by the lead's page and the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.records.models import Lead, Statement
from leads.records.statements import FIELDS

TITLES = {
    "email": "E-mail", "phone": "Telephone", "first_name": "First name", "last_name": "Last name", "full_name": "Name",
    "title": "Job title", "company": "Company", "country": "Country", "source": "Source", "channel": "Channel",
}  # fmt: skip


@dataclass(frozen=True)
class Voice:
    """What one record of a system said last of each field; `external_id` is None where it means the lead otherwise."""

    system: str
    external_id: str | None
    said_at: datetime
    said: Mapping[str, str]


@dataclass(frozen=True)
class Saying:
    """One value of a field, who says it, and whether it is the one in use."""

    who: str
    value: str
    said_at: datetime
    in_use: bool


@dataclass(frozen=True)
class Difference:
    """A field of which two say different things."""

    field: str
    title: str
    sayings: Sequence[Saying]


def voices_of(lead: Lead) -> list[Voice]:
    """Who spoke of this lead, the latest word first."""
    rows: dict[tuple[str, str], list[Statement]] = {}
    for row in Statement.objects.filter(lead=lead).order_by("said_at", "pk"):
        rows.setdefault((row.system, row.key), []).append(row)
    voices = [_voice(system, key, said) for (system, key), said in rows.items()]
    return sorted(voices, key=lambda voice: voice.said_at, reverse=True)


def _voice(system: str, key: str, rows: Sequence[Statement]) -> Voice:
    said: dict[str, str] = {}
    for row in rows:
        said |= row.said
    return Voice(system, key.removeprefix("id:") if key.startswith("id:") else None, rows[-1].said_at, said)


def differences(lead: Lead, voices: Sequence[Voice]) -> list[Difference]:
    """The fields of which two of these say different things, with what everybody says of them."""
    found = []
    for name in FIELDS:
        speaking = [voice for voice in voices if name in voice.said]
        if len({_plain(name, voice.said[name]) for voice in speaking}) > 1:
            used = _plain(name, in_use(lead, name) or "")
            sayings = [
                Saying(_who(voice, voices), text, voice.said_at, _plain(name, text) == used)
                for voice in speaking
                for text in (voice.said[name],)
            ]
            found.append(Difference(name, TITLES[name], sayings))
    return found


def in_use(lead: Lead, name: str) -> str | None:
    """What the lead itself says of a field."""
    if name == "company":
        return lead.company.name if lead.company else None
    value: str | None = getattr(lead, name)
    return value


def _plain(name: str, text: str) -> str:
    return text.lower() if name == "email" else text


def _who(voice: Voice, voices: Sequence[Voice]) -> str:
    """The system, and the record's id where the system has two."""
    alone = sum(one.system == voice.system for one in voices) == 1
    return voice.system if alone or voice.external_id is None else f"{voice.system} {voice.external_id}"
