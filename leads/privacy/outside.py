"""How does an erasure outlive a restored backup? Each is written, as fingerprints only, to a file that no restore replaces.

Whoever was erased after a backup was made is there again once it is restored; the file says who has to go again. With a database of
your own, `manage.py erasures list` and `apply` do the same by hand.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from django.conf import settings

from leads.privacy.fingerprints import fingerprint, names_of
from leads.privacy.models import Erased
from leads.records.models import Lead

NAME = "erasures"


@dataclass(frozen=True)
class Line:
    """One erasure: the lead's id then, when, and the fingerprints of its names."""

    lead_id: int
    at: str
    fingerprints: tuple[str, ...]

    def __str__(self) -> str:
        return json.dumps({"lead_id": self.lead_id, "at": self.at, "fingerprints": list(self.fingerprints)})


def place() -> Path:
    """The file, beside the database and outside of every backup."""
    return Path(settings.ALIGNMENT_HOME) / NAME


def erasures() -> list[Line]:
    """Every erasure that the database remembers, the earliest first."""
    rows = Erased.objects.order_by("erased_at", "lead_id", "fingerprint").values_list(
        "lead_id", "erased_at", "fingerprint"
    )
    return [
        Line(lead_id, at.isoformat(), tuple(one for _lead, _at, one in group))
        for (lead_id, at), group in groupby(rows, key=lambda row: row[:2])
    ]


def read(lines: Iterable[str]) -> list[Line]:
    """What a file of erasures says; a torn last line is left out."""
    found = []
    for line in lines:
        try:
            said = json.loads(line)
            found.append(Line(int(said["lead_id"]), str(said["at"]), tuple(map(str, said["fingerprints"]))))
        except (ValueError, TypeError, KeyError):
            continue
    return found


def keep_outside() -> int:
    """Append what the file does not say yet; how many lines. Safe twice."""
    there = {str(line) for line in read(place().read_text().splitlines())} if place().is_file() else set()
    missing = [text for line in erasures() if (text := str(line)) not in there]
    if missing:
        handle = os.open(place(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a") as file:
            file.write("".join(f"\n{text}" for text in missing) + "\n")
            file.flush()
            os.fsync(file.fileno())
    return len(missing)


def back_again(lines: Iterable[Line]) -> list[Lead]:
    """The leads of these erasures that are there unerased, as after a restore. The same id with another name is somebody else."""
    by_id: dict[int, set[str]] = {}
    for line in lines:
        by_id.setdefault(line.lead_id, set()).update(line.fingerprints)
    leads = Lead.objects.filter(pk__in=by_id, erased_at=None).order_by("pk")
    return [lead for lead in leads if by_id[lead.pk] & set(map(fingerprint, names_of(lead)))]


def apply(lines: Iterable[Line], *, now: datetime) -> int:
    """Erase again whom a restore brought back; how many."""
    from leads.privacy.removal import erase

    found = back_again(lines)
    for lead in found:
        erase(lead, now=now, actor_id=None)
    return len(found)
