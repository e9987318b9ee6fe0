"""How does a list of users of another system come in? Made, or changed where they are here already; nobody is invited by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from alignment.before import Before, remember
from alignment.cleaning import Unfit, clean_text
from alignment.clock import BEGINNING
from alignment.outcome import RowResult
from alignment.own_names import own_id
from alignment.people.addresses import read_email
from alignment.people.models import PersonChange, Role, User
from alignment.people.named import MAKING_PEOPLE, named_teams

LIMITS = {"name": 200, "system": 100, "external_id": 200, "email": 254, "team": 200}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody of ours, on the way in. Identity is system and external id, else the e-mail, else the name."""

    name: str | None
    system: str | None = None
    external_id: str | None = None
    email: str | None = None
    team: str | None = None
    active: bool | None = None


@dataclass(slots=True)
class _Clean:
    index: int
    texts: dict[str, str]
    active: bool | None


class _Roster:
    """The people who are here, by what they are found by; the one who is here longest wins."""

    def __init__(self, users: Sequence[User]) -> None:
        self.by_pk = {u.pk: u for u in users}
        self.by_id = {(u.system or "", u.external_id): u for u in reversed(users) if u.external_id}
        self.by_email = {u.email.lower(): u for u in reversed(users) if u.email}
        self.by_name = {u.name.lower(): u for u in reversed(users)}

    def find(self, texts: dict[str, str]) -> User | None:
        """By external id, ours too; else by e-mail or name, where that person has no other external id of the same system."""
        name = (texts.get("system", ""), texts.get("external_id"))
        own = own_id(*name)
        if own is not None and own in self.by_pk:
            return self.by_pk[own]
        if name[1] and name in self.by_id:
            return self.by_id[name]
        found = (
            self.by_email.get(texts["email"].lower()) if "email" in texts else self.by_name.get(texts["name"].lower())
        )
        if found is None or (name[1] and found.external_id):
            return None
        return found

    def enter(self, user: User) -> None:
        self.by_pk[user.pk] = user
        if user.external_id:
            self.by_id.setdefault((user.system or "", user.external_id), user)
        if user.email:
            self.by_email.setdefault(user.email.lower(), user)
        self.by_name.setdefault(user.name.lower(), user)


@transaction.atomic
def save_people(
    rows: Sequence[PersonRow], *, now: datetime, actor_id: int | None, import_id: int | None = None
) -> list[RowResult]:
    """Make or change people from a list of users; one result a row, in order.

    Name, e-mail, team and whether somebody is active follow the list; roles and passwords do not come from files, and
    who may sign in here keeps their address. Where such a person belongs, and whether they are in, is for operators
    and commands (no `actor_id`) to say, and no list deactivates an operator.
    """
    by_operator = actor_id is None or User.objects.filter(pk=actor_id, role=Role.OPERATOR).exists()
    results: dict[int, RowResult] = {}
    clean = _clean(rows, results)
    teams = named_teams(row.texts["team"] for row in clean if "team" in row.texts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING_PEOPLE])
    roster = _Roster(list(User.objects.select_for_update(of=("self",)).order_by("id")))
    for row in clean:
        try:
            team_id = teams.get(row.texts.get("team", ""))
            known = roster.find(row.texts)
            if known is None:
                results[row.index] = _make(row, roster, team_id, now=now, import_id=import_id)
            else:
                _judge(row, known, team_id, by_operator=by_operator)
                results[row.index] = _change(row, roster, known, team_id, now=now, import_id=import_id)
        except Unfit as unfit:
            results[row.index] = unfit.result(row.index)
    return [results[index] for index in range(len(rows))]


def _clean(rows: Sequence[PersonRow], results: dict[int, RowResult]) -> list[_Clean]:
    clean = []
    for index, row in enumerate(rows):
        try:
            clean.append(_Clean(index, _texts(row), row.active))
        except Unfit as unfit:
            results[index] = unfit.result(index)
    return clean


def _texts(row: PersonRow) -> dict[str, str]:
    cleaned = {name: clean_text(name, getattr(row, name), limit) for name, limit in LIMITS.items()}
    texts = {name: text for name, text in cleaned.items() if text is not None}
    if "name" not in texts:
        raise Unfit("name", "required", "A person needs a name.")
    if "email" in texts:
        texts["email"] = _email(texts["email"])
    return texts


def _email(text: str) -> str:
    address = read_email(text)
    if address is None:
        raise Unfit("email", "invalid_email", f"“{text}” is not an e-mail address.", text)
    return address


def _judge(row: _Clean, user: User, team_id: int | None, *, by_operator: bool) -> None:
    """Set a row aside that would move or lock out somebody whom it has no say over."""
    moves = team_id is not None and team_id != user.team_id
    switches = row.active is not None and row.active != user.is_active
    signs_in = user.has_usable_password() or user.invited_at is not None
    if signs_in and (moves or switches) and not by_operator:
        field = "team" if moves else "active"
        raise Unfit(field, "operators_only", f"{user.name} signs in here: an operator says where they belong.")
    if user.is_operator and row.active is False:
        raise Unfit("active", "operator", f"{user.name} is an operator, and is deactivated on the people page only.")


def _change(
    row: _Clean, roster: _Roster, user: User, team_id: int | None, *, now: datetime, import_id: int | None
) -> RowResult:
    wanted = _wanted(row, user, roster, team_id)
    was = {name: getattr(user, name) for name, value in wanted.items() if value != getattr(user, name)}
    if not was:
        return RowResult(row.index, "unchanged", user.pk)
    for name in was:
        setattr(user, name, wanted[name])
    user.save(update_fields=list(was))
    if "team_id" in was or "is_active" in was:
        standing = {"active": user.is_active, "team_id": user.team_id, "import_id": import_id}
        PersonChange.objects.create(user=user, at=now, recorded_at=now, **standing)
    remember(import_id, "person", [Before(user.pk, was, {name: wanted[name] for name in was})])
    roster.enter(user)
    return RowResult(row.index, "updated", user.pk)


def _wanted(row: _Clean, user: User, roster: _Roster, team_id: int | None) -> dict[str, object]:
    """What the row says of somebody who is here, as far as a list may say it."""
    wanted: dict[str, object] = {"name": row.texts["name"]}
    if "email" in row.texts and not user.has_usable_password():
        _free(row.texts["email"], roster, user)
        wanted["email"] = row.texts["email"]
    is_exported = own_id(row.texts.get("system"), row.texts.get("external_id")) is not None
    if "external_id" in row.texts and user.external_id is None and not is_exported:
        wanted |= {"system": row.texts.get("system", ""), "external_id": row.texts["external_id"]}
    if team_id is not None:
        wanted["team_id"] = team_id
    if row.active is not None:
        wanted["is_active"] = row.active
    return wanted


def _make(row: _Clean, roster: _Roster, team_id: int | None, *, now: datetime, import_id: int | None) -> RowResult:
    texts = row.texts
    if "email" in texts:
        _free(texts["email"], roster, None)
    user = User(
        name=texts["name"], email=texts.get("email"), team_id=team_id, is_active=row.active is not False, import_id=import_id,
        system=texts.get("system", "") if "external_id" in texts else None, external_id=texts.get("external_id"),
    )  # fmt: skip
    user.set_unusable_password()
    user.save()
    standing = {"active": user.is_active, "team_id": team_id, "import_id": import_id}
    PersonChange.objects.create(user=user, at=BEGINNING, recorded_at=now, **standing)
    roster.enter(user)
    return RowResult(row.index, "created", user.pk)


def _free(email: str, roster: _Roster, user: User | None) -> None:
    holder = roster.by_email.get(email.lower())
    if holder is not None and holder is not user:
        raise Unfit("email", "email_taken", f"Somebody else has the address {email}.", email)
