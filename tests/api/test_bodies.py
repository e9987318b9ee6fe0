"""Bodies of one kind share their fields, so what these may be is held here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rest_framework.exceptions import ValidationError

from alignment.api.fields import Body, Text
from alignment.urls import urlpatterns
from leads.api.bodies import LeadBody, LeadChanges, StageMove

assert urlpatterns, "all bodies are there"


def kinds(kind: type[Body] = Body) -> Iterator[type[Body]]:
    for one in kind.__subclasses__():
        yield one
        yield from kinds(one)


def test_no_field_is_named_otherwise_than_it_is_sent_or_looked_at_by_a_method() -> None:
    found = [
        f"{kind.__name__}.{name}"
        for kind in kinds()
        for name, field in kind().fields.items()
        if field.source_attrs != [name] or hasattr(kind, f"validate_{name}")
    ]
    found += [kind.__name__ for kind in kinds() if kind().validators]
    found += [
        f"{kind.__name__}.{name}"
        for kind in kinds()
        for name, field in kind().fields.items()
        if isinstance(field, Text) and (len(field.validators) != 3 or field.min_length is not None)
    ]
    assert LeadBody in set(kinds())
    assert found == []


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        (" a b ", "a b"), ("\u00a0a\u00a0", "a"), ("a\nb\n", "a\nb"), ("\u3000", ""), ("   ", ""), ("", ""), (None, None),
        ("x" * 200, "x" * 200), (" " + "x" * 200, "x" * 200), ("x" * 201, ["max_length"]), ("a\0", ["null_characters_not_allowed"]),
        ("a\ud800", ["surrogate_characters_not_allowed"]), (7, ["invalid_type"]), ("Zoë 🙂", "Zoë 🙂"),
    ],
)  # fmt: skip
def test_a_text_loses_the_blanks_around_it(sent: object, taken: object) -> None:
    body = LeadBody(data={"title": sent, "source": "web"})
    if isinstance(taken, list):
        assert not body.is_valid()
        assert [error.code for error in body.errors["title"]] == taken
    else:
        assert body.is_valid()
        assert body.validated_data["title"] == taken


def test_bodies_keep_nothing_of_one_another() -> None:
    first, second = LeadBody(data={"email": "a@a.example"}), LeadBody(data={"full_name": 7, "source": "x"})
    assert first.is_valid()
    assert not second.is_valid()
    assert first.validated_data == {"email": "a@a.example"}
    assert set(second.errors) == {"full_name"}


def test_what_is_needed_is_missed_in_a_whole_body_only() -> None:
    whole, part = StageMove(data={"reason": "x"}), StageMove(data={"reason": "x"}, partial=True)
    with pytest.raises(ValidationError) as missing:
        whole.is_valid(raise_exception=True)
    assert missing.value.get_codes() == {"to": ["required"]}
    assert part.is_valid()
    assert LeadChanges(data={"title": None}, partial=True).is_valid()
