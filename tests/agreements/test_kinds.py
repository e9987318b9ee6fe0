"""A kind brings its terms, words and rules; the machine takes it as it is, older forms of its terms too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from django.conf import settings
from pydantic import Field

from alignment.agreements import selectors
from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import restore
from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import Scope, Terms, find_kind, kinds
from alignment.agreements.models import Period, Version
from alignment.agreements.terms import LONGEST_TERMS, as_document, parse_terms, read_terms, terms_of
from alignment.programs.save import CampaignRow, save_campaigns
from alignment.refusals import Refused
from tests.agreements.lunch import KIND, LUNCH, LunchTerms, a_draft, a_proposal, agreed, registered
from tests.world import NOW, Cast


def errors_of(document: object, **changes: Any) -> list[tuple[str, str, str]]:
    with registered(**changes) as kind, pytest.raises(Refused) as caught:
        read_terms(kind, document, scope=Scope("monday", NOW))
    return [(error.field, error.code, error.detail) for error in caught.value.errors]


def test_no_module_of_the_machine_knows_a_kind() -> None:
    room = Path(settings.ROOT) / "alignment" / "agreements"
    text = "".join(path.read_text() for path in room.glob("*.py"))
    for key in ("lead_definition", "handoff_rule", "calendar", "limits", LUNCH):
        assert f'"{key}"' not in text, key


def test_every_kind_is_complete(cast: Cast) -> None:
    save_campaigns([CampaignRow(name="Spring fair")], now=NOW, actor_id=None)
    assert {"funnel", "lead_definition", "handoff_rule", "calendar", LUNCH} <= {kind.key for kind in kinds()}
    for kind in kinds():
        keys = list(kind.keys())
        assert keys, kind.key
        starting = kind.starting(keys[0])
        assert parse_terms(kind, as_document(starting)) == starting, kind.key
        assert kind.say(keys[0], starting), kind.key
        assert list(kind.difference(starting, starting)) == [], kind.key
        assert kind.title_of(keys[0])
        assert set(range(1, kind.schema)) <= set(kind.upgrades), kind.key
        assert json.dumps(kind.terms.model_json_schema())


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({}, [("minutes", "required", "“minutes” is missing.")]),
        ({"minutes": 5, "salad": 1}, [("salad", "unknown_key", "“salad” is not known here.")]),
        ({"minutes": "5"}, [("minutes", "invalid", "Input should be a valid integer.")]),
        ({"minutes": 5.5}, [("minutes", "invalid", "Input should be a valid integer.")]),
        ({"minutes": True}, [("minutes", "invalid", "Input should be a valid integer.")]),
        ({"minutes": 181}, [("minutes", "too_filling", "Nobody eats for longer than 180 minutes.")]),
        ({"minutes": 10**30}, [("terms", "invalid_characters", "The document contains a number that is too large.")]),
        ({"minutes": 5, "a\0": 1}, [("terms", "invalid_characters", "The document contains characters that cannot be stored.")]),
        ([], [("terms", "invalid_type", "Terms are a JSON object.")]),
        (None, [("terms", "invalid_type", "Terms are a JSON object.")]),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_what_is_wrong_with_terms_is_named(document: object, found: list[tuple[str, str, str]]) -> None:
    assert errors_of(document) == found


def test_all_that_is_wrong_is_named_at_once() -> None:
    assert [(field, code) for field, code, _ in errors_of({"salad": 1, "with_dessert": "yes"})] == [
        ("minutes", "required"),
        ("with_dessert", "invalid"),
        ("salad", "unknown_key"),
    ]


def test_terms_that_are_too_deep_or_too_long_are_refused_before_they_are_read() -> None:
    deep: object = 1
    for _ in range(5_000):
        deep = {"a": deep}
    assert [code for _, code, _ in errors_of({"minutes": deep})] == ["too_deep"]
    assert [code for _, code, _ in errors_of({"minutes": 5, "salad": "x" * LONGEST_TERMS})] == ["too_long"]


class Soup(Terms):
    soup: str
    op: Literal["hot", "cold"] = "hot"


class Menu(Terms):
    all: list[Soup | LunchTerms]
    price: Annotated[int | float | str, Field()] = 1


def test_a_place_is_named_as_the_document_has_it_not_as_its_types_are_called() -> None:
    found = errors_of({"all": [{"soup": "pea", "op": "tepid"}], "price": None}, terms=Menu)
    assert ("all.0.op", "invalid") in {(field, code) for field, code, _ in found}
    price = [error for error in found if error[0].startswith("price")]
    assert price == [
        ("price", "invalid", "Input should be a valid integer or a valid number or a valid string."),
    ]


def test_a_lead_definition_names_the_very_condition() -> None:
    kind = find_kind("lead_definition")
    document = {"criteria": {"all": [{"field": "lead.country", "op": "is", "value": "DE"},
                                     {"any": [{"field": "lead.country", "op": "like", "value": "D"}]}]}}  # fmt: skip
    with pytest.raises(Refused) as caught:
        parse_terms(kind, document)
    assert [(error.field, error.code) for error in caught.value.errors] == [
        ("criteria.all.1.any.0.op", "unknown_operator")
    ]


def test_an_older_form_of_the_terms_is_read_as_today(cast: Cast) -> None:
    with registered(schema=1, upgrades={}, terms=OldTerms, sentences=lambda terms: [str(terms.hours)],
                    difference=lambda a, b: [], check=lambda terms, scope: [],
                    sealed=lambda *_: None, begun=lambda *_: None):  # fmt: skip
        old = a_version_of_hours(cast)
    assert (old.schema, old.terms) == (1, {"hours": 2})
    assert terms_of(old) == LunchTerms(minutes=120)
    held = in_force(LUNCH, "monday", NOW)
    assert held is not None
    assert held.terms == LunchTerms(minutes=120)
    assert selectors.sentences(old) == ["Lunch takes 120 minutes."]
    new = agreed(cast, NOW, 90)
    assert selectors.difference(old, new) == ["minutes 120 → 90"]
    again = restore(old, by=cast.marketer, now=NOW)
    assert (again.schema, again.terms) == (2, {"minutes": 120, "with_dessert": False})
    stored = Version.objects.get(pk=old.pk)
    assert (stored.schema, stored.terms) == (1, {"hours": 2})


def test_saying_the_same_in_the_new_form_changes_nothing(cast: Cast) -> None:
    with registered(schema=1, upgrades={}, terms=OldTerms, sentences=lambda terms: [str(terms.hours)],
                    difference=lambda a, b: [], check=lambda terms, scope: [],
                    sealed=lambda *_: None, begun=lambda *_: None):  # fmt: skip
        a_version_of_hours(cast)
    with pytest.raises(Refused) as caught:
        a_proposal(cast.marketer, NOW, 120)
    assert caught.value.code == "nothing_changes"


class OldTerms(Terms):
    """As they were: whole hours."""

    hours: int


def a_version_of_hours(cast: Cast) -> Version:
    from alignment.agreements.drafts import start_draft

    draft = start_draft(LUNCH, "monday", {"hours": 2}, author=cast.marketer, now=NOW)
    propose(draft.pk, by=cast.marketing_lead, now=NOW)
    return sign(draft.pk, by=cast.sales_lead, now=NOW)


def test_defaults_are_written_out_so_that_a_later_default_changes_nothing(cast: Cast) -> None:
    assert a_draft(cast.marketer, NOW).terms == {"minutes": 45, "with_dessert": False}


def test_a_kind_that_one_side_signs_alone_needs_the_other_side_for_nothing(cast: Cast) -> None:
    with registered(sides=("sales",)):
        version = a_proposal(cast.marketing_lead, NOW)
        assert not version.signatures.exists()
        assert selectors.standing(version, NOW).unsigned == ("sales",)
        with pytest.raises(Refused) as caught:
            sign(version.pk, by=cast.marketing_lead, now=NOW)
        assert caught.value.code == "not_entitled"
        sign(version.pk, by=cast.sales_lead, now=NOW)
        assert in_force(LUNCH, "monday", NOW) is not None
        mine = a_proposal(cast.sales_lead, NOW, 50)
        assert mine.step == "signed"


def test_when_a_kind_refuses_to_seal_nothing_was_signed(cast: Cast) -> None:
    def clash(_version_id: int, _terms: LunchTerms, _scope: Scope) -> None:
        raise Refused("kitchen_closed", "The kitchen is closed.", status=409)

    version = a_proposal(cast.marketing_lead, NOW)
    with registered(KIND, sealed=clash), pytest.raises(Refused, match="kitchen"):
        sign(version.pk, by=cast.sales_lead, now=NOW)
    version.refresh_from_db()
    assert (version.step, version.signatures.count(), Period.objects.filter(version=version).exists()) == (
        "proposed",
        1,
        False,
    )
