"""`manage.py api_key EMAIL --scope read|write [--name N]`: a key for another system; prints only the key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from alignment.commands import Command as BaseCommand
from alignment.people.api_keys import create_api_key
from alignment.people.models import Scope, User
from alignment.refusals import FieldError, Refused


class Command(BaseCommand):
    help = "Make an API key that may do what a person may do. It is shown once, and kept only as a hash."
    formats = ()

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("email", help="Whose key it is.")
        parser.add_argument("--scope", choices=Scope.values, required=True, help="read, or write (which reads too).")
        parser.add_argument("--name", default="", help="What it is for, so that it is recognised in the list of keys.")

    def handle(self, *_args: Any, **options: Any) -> None:
        if len(options["name"]) > 100:
            raise Refused("too_long", "The name of a key has at most 100 characters.")
        self.stdout.write(create_api_key(person(options["email"]), scope=options["scope"], name=options["name"]))


def person(email: str) -> User:
    """The active person of that e-mail, or `Refused`."""
    wanted = email.strip().replace("\0", "")
    found = User.objects.filter(email__iexact=wanted, is_active=True).first() if wanted else None
    if found is None:
        sentence = f"Nobody active has the address {email}."
        raise Refused("unknown_person", sentence, [FieldError("email", "unknown_person", sentence)])
    return found
