"""What does a change by hand ask for? Names become ids and every value is looked at, all wrong ones named at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alignment.cleaning import Unfit, clean_attributes, clean_text
from alignment.people.addresses import read_email
from alignment.people.models import Side, Team, User
from alignment.people.named import IMPORTED_TEAM
from alignment.refusals import FieldError, Refused
from leads.records.cleaning import LIMITS
from leads.records.companies import Clue, match_companies
from leads.records.models import Lead
from leads.records.references import resolve
from leads.records.sender import Sender

EDITABLE = (
    "email", "phone", "first_name", "last_name", "full_name", "title", "company", "country",
    "owner", "team", "campaign", "segment", "territory", "attributes",
)  # fmt: skip


def scope_of(user: User) -> int:
    """Within what somebody names and finds: a partner's people within their team."""
    return user.team_id or 0 if user.side == Side.PARTNER else 0


def read_wishes(lead: Lead, changes: Mapping[str, object], *, actor: User, now: datetime) -> dict[str, object]:
    """The fields with their new values, as ids where they name something; `Refused` naming all that is wrong."""
    errors: list[FieldError] = []
    wishes: dict[str, object] = {}
    sender = Sender(now, actor.pk, scope_of(actor), None, IMPORTED_TEAM)
    for name, value in changes.items():
        try:
            wishes[name] = _read(name, value, lead, sender)
        except Unfit as unfit:
            errors.append(FieldError(name, unfit.code, unfit.detail))
    if errors:
        raise Refused(errors[0].code, " ".join(error.detail for error in errors), errors)
    return wishes


def _read(name: str, value: object, lead: Lead, sender: Sender) -> object:
    if name not in EDITABLE:
        raise Unfit(name, "not_editable", f"{name} cannot be changed by hand.")
    if name == "attributes":
        return _attributes(value, lead)
    if isinstance(value, int) and name in ("owner", "team"):
        return _by_id(name, value, sender.scope)
    if value is not None and not isinstance(value, str):
        raise Unfit(name, "invalid_type", f"{name} is a text.")
    text = clean_text(name, value, LIMITS[name])
    if text is None:
        return None
    if name == "email" and (text := read_email(text) or "") == "":
        raise Unfit("email", "invalid_email", f"“{value}” is not an e-mail address.")
    if name in ("owner", "team", "campaign", "company"):
        return _by_name(name, text, sender)
    return text


def _by_id(name: str, value: int, scope: int) -> int:
    """An owner or team chosen on a page; a partner's people choose within their team."""
    if name == "owner":
        people = User.objects.filter(pk=value)
        found = (people.filter(team_id=scope) if scope else people).exists()
    else:
        found = Team.objects.filter(pk=value).exists() and scope in (0, value)
    if not found:
        raise Unfit(name, f"unknown_{name}", f"There is no such {name}.", str(value))
    return value


def _by_name(name: str, text: str, sender: Sender) -> int | None:
    if name == "company":
        wish = Clue(name=text)
        return match_companies([wish], scope=sender.scope, import_id=None)[wish]
    if name == "campaign":
        return resolve(campaigns=[text], sender=sender).campaign(text)
    if name == "team":
        return resolve(teams=[text], sender=sender).team("team", text)
    owner = resolve(people=[text], sender=sender).person("owner", text)
    return owner.pk if owner else None


def _attributes(value: object, lead: Lead) -> dict[str, object]:
    """Merged with what is there; an entry that is null or empty is taken out."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Unfit("attributes", "invalid_type", "attributes is an object.")
    emptied = {name for name, item in value.items() if item is None or item == ""}
    merged = {name: item for name, item in lead.attributes.items() if name not in emptied}
    return clean_attributes({**merged, **value})
