"""What did each system say of a lead? Kept beside what the lead says by now, so that nobody's value is lost to another's."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import connection

from alignment.copying import FEW
from alignment.prepared import Call, execute
from leads.records.cleaning import CleanLead
from leads.records.identities import Known
from leads.records.queries import statements as queries

FIELDS = ("email", "phone", "first_name", "last_name", "full_name", "title", "company", "country", "source", "channel")
"""The plain fields that are kept by who said them."""
API = "api"
"""The system of what is sent over the API without saying which."""

Speaker = tuple[int, str, str]
"""A lead, a system, and the key under which a record of that system means the lead."""


class Said:
    """What the rows of one call say, by lead and speaker; the newest stated value of each field."""

    def __init__(self) -> None:
        self._said: dict[Speaker, dict[str, str]] = {}

    def hear(self, lead_id: int, row: CleanLead, known: Known) -> None:
        """Take in what a row says."""
        texts = row.texts
        said = {name: texts[name] for name in FIELDS if name in texts}
        if said:
            speaker = (lead_id, texts.get("system", API), known.primary[1] if known.primary else "")
            if speaker in self._said:
                self._said[speaker].update(said)
            else:
                self._said[speaker] = said

    def of_new(self, *, now: datetime, import_id: int | None) -> list[Call]:
        """What keeps it where nobody said anything of these leads before, to be sent with what makes them."""
        rows = [{"l": lead, "s": system, "k": key, "v": said} for (lead, system, key), said in self._said.items()]
        values = {"rows": orjson.dumps(rows).decode(), "now": now, "import": import_id}
        return [Call(queries.MAKE, values, len(rows))] if rows else []

    def write(self, new: Collection[int], *, now: datetime, import_id: int | None) -> None:
        """Keep what is new in it; of the leads in `new` nobody said anything before. The caller holds the others' locks."""
        known = _known([speaker for speaker in self._said if speaker[0] not in new])
        fresh: list[dict[str, object]] = []
        more: list[dict[str, object]] = []
        for speaker, said in self._said.items():
            before = known.get(speaker)
            if before is None or before.latest_of != import_id:
                if before is None or not said.items() <= before.said.items():
                    fresh.append({"l": speaker[0], "s": speaker[1], "k": speaker[2], "v": said})
            elif not said.items() <= before.said.items():
                more.append({"id": before.latest, "said": said})
        if len(fresh) > FEW:
            queries.copy(fresh, now=now, import_id=import_id)
        else:
            _run(queries.MAKE, fresh, now=now, import_id=import_id)
        _run(queries.ADD, more, now=now, import_id=import_id)


@dataclass(slots=True)
class _Before:
    """What a speaker said so far, all in all; its latest row, and the import of that."""

    said: dict[str, str]
    latest: int
    latest_of: int | None


def _known(speakers: Collection[Speaker]) -> dict[Speaker, _Before]:
    """What each of them said so far. What others said of the same leads is passed over."""
    known: dict[Speaker, _Before] = {}
    if speakers:
        asked = frozenset(speakers)
        with connection.cursor() as cursor:
            cursor.execute(queries.READ, {"leads": sorted({lead_id for lead_id, _system, _key in asked})})
            for lead_id, system, key, said, pk, import_id in cursor.fetchall():
                speaker = (lead_id, system, key)
                if speaker in asked:
                    document: dict[str, str] = orjson.loads(said)
                    before = known.get(speaker)
                    known[speaker] = _Before(document if before is None else before.said | document, pk, import_id)
    return known


def _run(statement: str, rows: list[dict[str, object]], *, now: datetime, import_id: int | None) -> None:
    if rows:
        with connection.cursor() as cursor:
            values = {"rows": orjson.dumps(rows).decode(), "now": now, "import": import_id}
            execute(cursor, statement, values, rows=len(rows))
