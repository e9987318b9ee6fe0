"""`manage.py api_key` prints a key that opens the API, and nothing else."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from alignment.people.management.commands.api_key import Command
from alignment.people.models import ApiKey
from alignment.refusals import Refused
from tests.world import Cast


def test_the_key_is_all_that_is_printed_and_it_opens(cast: Cast) -> None:
    out = StringIO()
    call_command("api_key", "MARKETER@test.example", "--scope", "read", "--name", "crm", stdout=out)
    key = out.getvalue().strip()
    assert len(key.split()) == 1
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    assert client.get("/api/v1/teams").status_code == 200
    kept = ApiKey.objects.get()
    assert (kept.user, kept.scope, kept.name) == (cast.marketer, "read", "crm")
    assert key not in f"{kept.digest}{kept.token_key}"


@pytest.mark.parametrize("email", ["nobody@world.example", "", "\x00"])
def test_somebody_unknown_is_refused_by_name(cast: Cast, email: str) -> None:
    with pytest.raises(Refused, match="Nobody active has the address") as refused:
        call_command("api_key", email, "--scope", "read")
    assert refused.value.code == "unknown_person"


def test_at_the_terminal_a_refusal_ends_with_2_and_a_sentence(cast: Cast) -> None:
    out, err = StringIO(), StringIO()
    command = Command(stdout=out, stderr=err, no_color=True)
    with pytest.raises(SystemExit) as ended:
        command.run_from_argv(["manage.py", "api_key", "nobody@world.example", "--scope", "read"])
    assert ended.value.code == 2
    assert out.getvalue() == ""
    assert err.getvalue().strip() == "Nobody active has the address nobody@world.example."
