"""Which of two columns of the same name does a profile mean?"""

from __future__ import annotations

import pytest

from leads.imports import service
from leads.models import Lead
from tests.leads.imports.bringing import bring, counts, run, start
from tests.world import NOW

pytestmark = pytest.mark.django_db

PROFILE = {"kind": "leads", "system": "t", "fields": {"external_id": "key", "email": "Email"}}


def test_columns_that_differ_are_a_question() -> None:
    waiting = run(
        start("leads", "key,Email,Email\n1,a@example.com,a@example.com\n2,b@example.com,c@example.com\n", PROFILE)
    )
    assert waiting.question is not None
    assert (waiting.question["code"], waiting.question["field"]) == ("ambiguous_column", "column:Email")
    assert (waiting.question["value"], waiting.question["line"]) == ("b@example.com", 3)
    assert run(service.answer(waiting.pk, "Email (2)", now=NOW)).state == "done"
    assert list(Lead.objects.order_by("email").values_list("email", flat=True)) == ["a@example.com", "c@example.com"]


def test_columns_that_say_the_same_are_none() -> None:
    content = "key,Email,Email\n1,a@example.com,a@example.com\n"
    assert counts(bring("leads", content, PROFILE)) == ("done", 1, 1, 0, 0, 0)
