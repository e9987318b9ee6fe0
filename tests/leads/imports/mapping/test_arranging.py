"""A profile after somebody changed what columns are: what the change does not concern stays as it was written."""

from __future__ import annotations

from leads.imports.kinds import KINDS
from leads.imports.mapping.arranging import KEEP, Change, arrange, taken_for

LEADS = KINDS["leads"]
PROFILE = {
    "kind": "leads",
    "system": "crm",
    "fields": {
        "email": {"column": "Mail", "blank": None},
        "stage": {"column": "State", "map": {"Hot": "mql", "7": 7}},
        "phone": {"columns": ["Mobile", "Desk"]},
        "source": {"value": "fair"},
        "attributes.size": "Size",
    },
}
COLUMNS = {
    "Mail": ("email",),
    "State": ("stage",),
    "Mobile": ("phone",),
    "Desk": ("phone",),
    "Size": ("attributes.size",),
    "Note": (),
}


def changed(columns: dict[str, tuple[str, ...]] | None = None, **said: object) -> dict[str, object]:
    return arrange(PROFILE, Change({**COLUMNS, **(columns or {})}, **said), LEADS)  # type: ignore[arg-type]


def fields(document: dict[str, object]) -> dict[str, object]:
    found = document["fields"]
    assert isinstance(found, dict)
    return found


def test_saying_what_is_so_already_changes_nothing() -> None:
    assert taken_for(PROFILE, COLUMNS, LEADS) == COLUMNS
    assert changed() == PROFILE


def test_a_field_moves_to_another_column_and_keeps_what_is_known_of_it_only_where_a_column_stays() -> None:
    moved = fields(changed({"Mail": (), "Note": ("email",)}))
    assert moved["email"] == "Note"
    assert fields(changed({"Desk": ()}))["phone"] == "Mobile"
    assert fields(changed({"Note": ("phone",)}))["phone"] == {"columns": ["Mobile", "Desk", "Note"]}


def test_two_columns_for_one_field_are_read_in_their_order() -> None:
    assert fields(changed({"Note": ("email",)}))["email"] == {"columns": ["Mail", "Note"], "blank": None}


def test_a_column_is_kept_as_an_attribute_of_its_name_or_left_out() -> None:
    assert fields(changed({"Note": (KEEP,)}))["attributes.Note"] == "Note"
    assert "attributes.size" not in fields(changed({"Size": ()}))


def test_columns_that_a_profile_keeps_by_the_rest_are_named_once_one_of_them_is_left_out() -> None:
    profile = {"kind": "leads", "rest": "attributes", "fields": {"email": "Mail"}}
    assert taken_for(profile, ("Mail", "A", "B"), LEADS) == {"Mail": ("email",), "A": (KEEP,), "B": (KEEP,)}
    kept = {"Mail": ("email",), "A": (KEEP,), "B": (KEEP,)}
    assert arrange(profile, Change(kept), LEADS) == profile
    assert arrange(profile, Change({**kept, "B": ()}), LEADS) == {
        "kind": "leads",
        "fields": {"email": "Mail", "attributes.A": "A"},
    }


def test_values_are_mapped_one_by_one_and_keep_their_json_type() -> None:
    maps = {"stage": {"Hot": "won", "Cold": None, "7": "7"}}
    assert fields(changed(maps=maps))["stage"] == {"column": "State", "map": {"Hot": "won", "7": 7, "Cold": None}}
    assert fields(changed(maps={"stage": {"Hot": "=", "7": "="}}))["stage"] == "State"


def test_constants_are_said_changed_and_taken_away() -> None:
    assert fields(changed(constants={"source": "web", "channel": "paid"}))["source"] == {"value": "web"}
    assert fields(changed(constants={"channel": "paid"}))["channel"] == {"value": "paid"}
    assert "source" not in fields(changed(constants={"source": ""}))
    assert fields(changed({"Note": ("source",)}))["source"] == "Note", "a column goes before a constant"


def test_formats_and_what_holds_for_all_rows_are_said_and_taken_away() -> None:
    told = changed(formats={"email": "x"}, general={"timezone": "Europe/Berlin", "system": ""})
    assert fields(told)["email"] == {"column": "Mail", "blank": None, "format": "x"}
    assert told["timezone"] == "Europe/Berlin"
    assert "system" not in told
