"""Which imports are there, and what is to be said of one? Read by the import pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from alignment.people.models import User
from alignment.people.selectors import sees_everything
from leads.imports.kinds import KINDS, FieldType
from leads.imports.models import Import, ImportError, ImportProfile  # noqa: A004
from leads.imports.profiles.named import shipped
from leads.imports.running import AT_WORK

PAGE = 20
SHOWN_ERRORS = 100

READ_AS = {
    "iso": "year first, as in 2024-12-31",
    "day-first": "day first, as in 31/12/2024",
    "month-first": "month first, as in 12/31/2024",
    ".": "a point before the decimals, as in 1,234.50",
    ",": "a comma before the decimals, as in 1.234,50",
}
TONES = {"done": "won", "failed": "lost", "needs_answer": "leak", "undone": "disqualified"}


@dataclass(frozen=True)
class ReadField:
    """One field of the profile: the column it comes from, or its constant, and how its values are read."""

    name: str
    column: str | None
    constant: str
    read_as: str


@dataclass(frozen=True)
class ImportFacts:
    """What the page of one import shows."""

    import_: Import
    kind_title: str
    tone: str
    at_work: bool
    fields: Sequence[ReadField]
    errors: Sequence[ImportError]

    @property
    def leads_link(self) -> str:
        """The list of the leads that this import made."""
        made = self.import_.kind == "leads" and self.import_.created and not self.import_.dry_run
        return f"/leads/?import={self.import_.pk}" if made and self.import_.state != Import.State.UNDONE else ""


def imports_visible_to(user: User) -> QuerySet[Import]:
    """All of them for those who see every lead; none for others, since a file holds everybody's leads."""
    found = Import.objects.select_related("actor")
    return found if sees_everything(user) else found.none()


def imports_before(user: User, before: int | None) -> list[Import]:
    """A page of imports, the latest first, and one more where there are more."""
    found = imports_visible_to(user).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found[: PAGE + 1])


def facts_of(import_: Import) -> ImportFacts:
    """What there is to say about one import."""
    return ImportFacts(
        import_=import_,
        kind_title=KINDS[import_.kind].title if import_.kind in KINDS else import_.kind,
        tone=TONES.get(import_.state, ""),
        at_work=import_.state in AT_WORK,
        fields=_fields(import_),
        errors=list(ImportError.objects.filter(source=import_)[:SHOWN_ERRORS]),
    )


def _fields(import_: Import) -> list[ReadField]:
    """In the order of the file's columns; columns that are kept as attributes among them, constants last."""
    profile = import_.profile if isinstance(import_.profile, dict) else {}
    columns: list[str] = import_.decisions.get("columns", [])
    decided = import_.decisions.get("decided", {})
    found = []
    for name, spec in profile.get("fields", {}).items():
        parts = spec if isinstance(spec, dict) else {"column": spec}
        how = decided.get(name, "") if parts.get("column") else ""
        constant = "" if parts.get("value") is None else str(parts["value"])
        found.append(ReadField(name, parts.get("column"), constant, READ_AS.get(how, how)))
    if profile.get("rest"):
        taken = {field.column for field in found}
        found += [ReadField(f"attributes.{name}", name, "", "") for name in columns if name and name not in taken]
    place = {name: number for number, name in enumerate(columns)}
    return sorted(found, key=lambda field: place.get(field.column or "", len(columns)))


def profile_names() -> list[str]:
    """Profiles kept under a name, and those that come with the product."""
    return sorted({*ImportProfile.objects.values_list("name", flat=True), *shipped()})


def profile_by_names(kind: str, columns: Sequence[str]) -> dict[str, object]:
    """A profile that takes each column for the field that it is named after: “E-Mail” is `email`.

    What is named after none becomes an attribute, where the kind has any.
    """
    declared = KINDS[kind]
    by_name = {_bare(name): name for name in declared.fields}
    fields: dict[str, object] = {}
    for column in columns:
        field = by_name.get(_bare(column)) or (column if declared.type_of(column) is FieldType.TEXT else None)
        if field and field not in fields:
            fields[field] = column
    rest = {"rest": "attributes"} if declared.has_attributes else {}
    return {"kind": kind, "fields": fields, **rest}


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def example_columns(kind: str) -> list[str]:
    """The header of an example file: every field of the kind, the needed ones first."""
    declared = KINDS[kind]
    needed = [name for group in declared.needs_one_of for name in group]
    return [*needed, *(name for name in declared.fields if name not in needed)]
