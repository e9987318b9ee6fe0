"""What does a row change about its lead? The newest stated value wins; what is said already changes nothing. No database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from leads.lifecycle.changes import NewChange, NewValue
from leads.privacy.consents import NewConsent
from leads.records.cleaning import PLAIN, CleanLead

KEPT = (*PLAIN, "email", "phone", "company_id", "email_usable", "phone_usable", "attributes")
"""What a change writes to the record itself; the rest is logged and kept from the log."""
LOGGED = {
    "owner_id": "owner",
    "team_id": "team",
    "campaign_id": "campaign",
    "segment": "segment",
    "territory": "territory",
}
REFS = frozenset({"owner", "team", "campaign"})
STATED, IMPORTED, FIRST = "stated", "import", "created"
"""Causes of stage changes that rows bring: stated over the API, stated in a file, begun where every lead begins."""


@dataclass(slots=True)
class Facts:
    """A clean row, with the names in it resolved."""

    row: CleanLead
    owner_id: int | None = None
    owner_team_id: int | None = None
    team_id: int | None = None
    campaign_id: int | None = None
    company_id: int | None = None

    def stated(self) -> dict[str, object]:
        """The logged values that the row states."""
        texts = self.row.texts
        values = {
            "owner_id": self.owner_id, "team_id": self.team_id, "campaign_id": self.campaign_id,
            "segment": texts.get("segment"), "territory": texts.get("territory"),
        }  # fmt: skip
        return {name: value for name, value in values.items() if value is not None}


@dataclass(slots=True)
class Draft:
    """A lead on its way to the database: its values, and the rows that its logs get."""

    lead_id: int
    values: dict[str, object]
    new: bool
    created_at: datetime | None = None
    erased: bool = False
    seen_stages: set[tuple[str, datetime]] = field(default_factory=set)
    seen_consents: dict[str, str] = field(default_factory=dict)
    was: dict[str, object] = field(default_factory=dict)
    log: list[NewValue] = field(default_factory=list)
    changes: list[NewChange] = field(default_factory=list)
    consents: list[NewConsent] = field(default_factory=list)
    rows: int = 0

    @property
    def just_begun(self) -> bool:
        """Whether all that is known of the lead is what one row said when it began."""
        return self.new and self.rows == 1 and len(self.changes) < 2

    def begin(self, facts: Facts, *, now: datetime, cause: str, first_stage: str | None, team_id: int | None) -> None:
        """The first row of a new lead: everything it says holds from the lead's creation on."""
        row, texts = facts.row, facts.row.texts
        self.rows = 1
        at = self.created_at = row.created_at or now
        self.values.update(
            {name: texts.get(name) for name in (*PLAIN, "system", "external_id", "email", "phone", "source", "channel")}
        )
        self.values.update(
            company_id=facts.company_id,
            attributes=row.attributes,
            email_usable="email" in texts,
            phone_usable=row.phone_usable,
        )
        stated = facts.stated()
        if team_id is not None:
            stated["team_id"] = team_id
        self.values.update({name: stated.get(name) for name in LOGGED})
        for name, value in stated.items():
            self._log(name, value, at)
        if facts.owner_id is not None and self.values["team_id"] is None:
            self.values["team_id"] = facts.owner_team_id
        for name in ("email_usable", "phone_usable"):
            self._log_usable(name, at)
        self._consent(row.consents, at, texts.get("system"))
        if row.stage is not None:
            self._stage(row.stage, row.stage_at or at, cause, row.texts.get("reason"))
        elif first_stage is not None:
            self._stage(first_stage, at, FIRST, None)

    def merge(self, facts: Facts, *, now: datetime, cause: str) -> bool:
        """A further row; whether it changed anything."""
        self.rows += 1
        before = (len(self.log), len(self.changes), len(self.consents))
        changed = self._keep(facts, now)
        self._merge_logged(facts, now)
        self._merge_stage(facts.row, cause)
        self._consent(facts.row.consents, now, facts.row.texts.get("system"))
        return changed or before != (len(self.log), len(self.changes), len(self.consents))

    def _keep(self, facts: Facts, now: datetime) -> bool:
        row = facts.row
        wanted: dict[str, object] = {name: row.texts[name] for name in (*PLAIN, "email", "phone") if name in row.texts}
        if facts.company_id is not None:
            wanted["company_id"] = facts.company_id
        if row.attributes:
            known = self.values["attributes"]
            wanted["attributes"] = {**known, **row.attributes} if isinstance(known, dict) else row.attributes
        if str(wanted.get("email")).lower() == str(self.values["email"]).lower():
            wanted.pop("email", None)
        changed = {name: value for name, value in wanted.items() if value != self.values[name]}
        if "email" in changed:
            changed["email_usable"] = True
        if "phone" in changed:
            changed["phone_usable"] = row.phone_usable
        for name, value in changed.items():
            self._set(name, value, now)
        return bool(changed)

    def _set(self, name: str, value: object, now: datetime) -> None:
        if self.values[name] == value:
            return
        self.was.setdefault(name, self.values[name])
        self.values[name] = value
        if name in ("email_usable", "phone_usable"):
            self._log_usable(name, now)

    def _merge_logged(self, facts: Facts, now: datetime) -> None:
        stated = facts.stated()
        new_owner = stated.get("owner_id", self.values["owner_id"]) != self.values["owner_id"]
        for name, value in stated.items():
            if value != self.values[name] or (name == "team_id" and new_owner):
                self._log(name, value, now)
                self.was.setdefault(name, self.values[name])
                self.values[name] = value
        if new_owner and "team_id" not in stated and facts.owner_team_id not in (None, self.values["team_id"]):
            self.was.setdefault("team_id", self.values["team_id"])
            self.values["team_id"] = facts.owner_team_id

    def _merge_stage(self, row: CleanLead, cause: str) -> None:
        """A stage without a moment held since the lead's creation, as far as the row tells; what is there stays."""
        at = row.stage_at or row.created_at or self.created_at
        if row.stage is not None and at is not None and (row.stage, at) not in self.seen_stages:
            self._stage(row.stage, at, cause, row.texts.get("reason"))

    def _stage(self, to: str, at: datetime, cause: str, reason: str | None) -> None:
        self.seen_stages.add((to, at))
        self.changes.append(NewChange(self.lead_id, to, at, cause, reason=reason))

    def _log(self, name: str, value: object, at: datetime) -> None:
        what = LOGGED[name]
        if what in REFS:
            self.log.append(NewValue(self.lead_id, what, at, ref=value if isinstance(value, int) else None))
        else:
            self.log.append(NewValue(self.lead_id, what, at, text=str(value)))

    def _log_usable(self, name: str, at: datetime) -> None:
        self.log.append(NewValue(self.lead_id, name, at, text="yes" if self.values[name] else "no"))

    def _consent(self, states: dict[str, str], at: datetime, system: str | None) -> None:
        for purpose, state in states.items():
            if self.seen_consents.get(purpose) != state:
                self.seen_consents[purpose] = state
                self.consents.append(NewConsent(self.lead_id, purpose, state, at, stated=True, source=system))
