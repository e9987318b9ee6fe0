"""How does an empty installation get its company? The first visitor is sent to the set-up page, until there is an operator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from alignment.people import selectors
from alignment.people.company import CompanySettings, change_company
from alignment.people.locks import SETTING_UP, take_lock
from alignment.people.models import Role, Side, User
from alignment.people.persons import add_person, ensure_team
from alignment.people.roles import Standing, change_standing
from alignment.refusals import FieldError, Refused

ALWAYS_OPEN = ("/set-up/", "/static/", "/healthz", "/readyz", "/metrics")


@dataclass(frozen=True)
class FirstRun:
    """What the set-up page asks."""

    company: CompanySettings
    operator_name: str
    operator_email: str
    password: str
    marketing_team: str
    sales_team: str


@transaction.atomic
def set_up(first: FirstRun, *, now: datetime) -> User:
    """The company, its two teams and its first operator, at once; who comes second is refused with `already_set_up`."""
    take_lock(SETTING_UP)
    if selectors.is_set_up():
        raise Refused("already_set_up", "Somebody has just set this company up. Sign in instead.", status=409)
    _ensure("marketing_team", first.marketing_team, Side.MARKETING)
    _ensure("sales_team", first.sales_team, Side.SALES)
    change_company(first.company, now=now)
    return _first_operator(first, now=now)


def _ensure(field: str, name: str, side: Side) -> None:
    """The team of that name; an import may have made it before, but then on this side."""
    team = ensure_team(name, side=side)
    if team.side != side:
        detail = f"There is a team “{team}” already, and it belongs to {team.side}. Choose another name."
        raise Refused("name_taken", detail, [FieldError(field, "name_taken", detail)])


def _first_operator(first: FirstRun, *, now: datetime) -> User:
    """A new person, or the one whom an import named before with that address."""
    email = first.operator_email.strip().lower()
    known = User.objects.select_for_update().filter(email__iexact=email).first()
    if known is None:
        return add_person(name=first.operator_name, email=email, password=first.password, role=Role.OPERATOR, now=now)
    change_standing(known, Standing(first.operator_name, Role.OPERATOR, known.team_id, active=True), now=now)
    known.refresh_from_db()
    known.email = email
    known.set_password(first.password)
    known.save(update_fields=["email", "password"])
    return known


class SetUpMiddleware:
    """Sends page requests to `/set-up/` while nobody can sign in as operator. Asks once, then remembers the yes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.done = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.done and not request.path.startswith(ALWAYS_OPEN):
            self.done = selectors.is_set_up()
            if not self.done and not request.path.startswith("/api/"):
                return redirect("/set-up/")
        return self.get_response(request)
