"""People, teams and keys in the operators' console."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.db.models import QuerySet

from alignment.clock import now
from alignment.console import Operated, Table, hand_over, install
from alignment.people.invitations import invite, resend_invitation
from alignment.people.models import ApiKey, Organisation, PersonChange, Team, User
from alignment.people.roles import set_active
from alignment.refusals import Refused

install()
admin.site.unregister(EmailAddress)


@admin.register(EmailAddress)
class EmailAddressTable(Table):
    """What the sign-in library notes of people's addresses."""

    list_display = ("email", "user", "verified", "primary")
    list_select_related = ("user",)
    search_fields = ("email", "user__name")


@admin.register(Organisation)
class OrganisationTable(Table):
    """The company. It is set up and changed on its own page."""

    list_display = ("name", "timezone", "currency", "set_up_at")
    search_fields = ("name",)


@admin.register(Team)
class TeamTable(Table):
    list_display = ("name", "side")
    list_filter = ("side",)
    search_fields = ("name", "=id")


@admin.register(User)
class UserTable(Table):
    """People; letting in, closing the door and inviting go through the services of people."""

    list_display = ("name", "email", "role", "team", "is_active", "created_at")
    list_filter = ("role", "is_active", "team__side")
    list_select_related = ("team",)
    search_fields = ("name", "email", "external_id", "=id")
    actions = ("deactivate", "activate", "send_invitation")
    exclude = ("password",)

    @admin.action(description="Deactivate: no sign-in and no key works from now on")
    def deactivate(self, request: Operated, people: QuerySet[User]) -> None:
        hand_over(request, people, lambda user: set_active(user, False, now=now(), by=request.user), "deactivated")

    @admin.action(description="Activate again")
    def activate(self, request: Operated, people: QuerySet[User]) -> None:
        hand_over(request, people, lambda user: set_active(user, True, now=now(), by=request.user), "activated")

    @admin.action(description="Mail an invitation to set a password")
    def send_invitation(self, request: Operated, people: QuerySet[User]) -> None:
        hand_over(request, people.select_related("team"), lambda user: invite_again(user, request.user), "invited")


def invite_again(user: User, operator: object) -> None:
    """Mail the link: again to who was invited, for the first time to who was only named so far."""
    by = operator if isinstance(operator, User) else None
    if user.invited_at or user.has_usable_password():
        resend_invitation(user, now=now(), invited_by=by)
    elif not user.email:
        raise Refused("no_email", "There is no e-mail address to invite.")
    else:
        invite(email=user.email, name=user.name, role=user.role, team=user.team, now=now(), invited_by=by)


@admin.register(PersonChange)
class PersonChangeTable(Table):
    """The log of who was active in which team."""

    list_display = ("user", "at", "active", "team", "recorded_at")
    list_filter = ("active",)
    list_select_related = ("user", "team")
    search_fields = ("user__name", "user__email", "=user__id")


@admin.register(ApiKey)
class ApiKeyTable(Table):
    """Keys of other systems; only their hashes are kept."""

    list_display = ("name", "user", "scope", "created", "last_used_at")
    list_filter = ("scope",)
    list_select_related = ("user",)
    search_fields = ("name", "user__email", "user__name")
    fields = ("name", "user", "scope", "created", "last_used_at")
    actions = ("revoke",)

    @admin.action(description="Revoke: the key opens nothing from now on")
    def revoke(self, request: Operated, keys: QuerySet[ApiKey]) -> None:
        hand_over(request, keys, lambda key: key.delete(), "revoked")
