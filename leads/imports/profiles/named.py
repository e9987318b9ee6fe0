"""Which profile is meant? A file, a profile kept under a name, or one of those that come with the product; and keeping one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from alignment.documents import read_document
from alignment.refusals import Refused
from leads.imports.mapping.arranging import columns_of, specs_of
from leads.imports.mapping.recognising import Known
from leads.imports.models import ImportProfile
from leads.imports.profiles.fields import read_profile

LONGEST_NAME = 100


@dataclass(frozen=True)
class Named:
    """A profile's document as it was found, and the name to remember it by."""

    name: str
    document: object


def shipped() -> list[str]:
    """The names of the profiles in docs/profiles."""
    return sorted(path.stem for path in _folder().glob("*.json") if "." not in path.stem)


def find_profile(text: str, *, files: bool = False) -> Named:
    """The profile that `text` means: JSON itself, a name, or with `files` the path of a file."""
    if text.lstrip().startswith("{"):
        return Named("", _read_json(text, "The profile"))
    path = Path(text)
    if files and (path.suffix == ".json" or path.is_file()):
        if not path.is_file():
            raise Refused("no_such_profile", f"There is no file {text}.")
        return Named(path.stem, _read_json(_text_of(path), text))
    kept = ImportProfile.objects.filter(name=text).first()
    if kept is not None:
        return Named(kept.name, kept.profile)
    if text in shipped():
        return Named(text, _read_json(_text_of(_folder() / f"{text}.json"), text))
    known = [*ImportProfile.objects.values_list("name", flat=True), *shipped()]
    raise Refused("no_such_profile", f"There is no profile named “{text}”. There are: {', '.join(known) or 'none'}.")


VENDORS = {
    "salesforce": "Salesforce's export",
    "hubspot": "HubSpot's export",
    "zoho": "Zoho's export",
    "mautic": "Mautic's export",
    "pipedrive": "Pipedrive's export",
    "odoo": "Odoo's export",
    "alignment": "our own export",
}
"""Whose export a shipped profile reads, by how its name begins."""


def known_profiles() -> list[Known]:
    """Every profile there is, own ones first; a shipped one that went by the name of an own one is hidden by it."""
    own = [_known(kept.name, kept.profile, is_own=True) for kept in ImportProfile.objects.all()]
    names = {one.name for one in own}
    return own + [one for name in shipped() if name not in names and (one := _shipped(name)) is not None]


def _shipped(name: str) -> Known | None:
    path = _folder() / f"{name}.json"
    return _read_shipped(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=200)
def _read_shipped(path: Path, _changed: int) -> Known | None:
    document = _read_json(_text_of(path), path.name)
    return _known(path.stem, document) if isinstance(document, dict) else None


def _known(name: str, document: Mapping[str, Any], *, is_own: bool = False) -> Known:
    vendor = "" if is_own else next((whose for key, whose in VENDORS.items() if name.startswith(f"{key}-")), "")
    columns = frozenset(column for spec in specs_of(document).values() for column in columns_of(spec))
    whose = vendor or f"the profile “{name}”"
    return Known(name, str(document.get("kind") or "leads"), whose, document, columns, is_own, bool(vendor))


@transaction.atomic
def keep_profile(*, name: str, kind: str, document: Mapping[str, Any], replace: bool) -> ImportProfile:
    """Keep a profile under a name, for the next file of the same shape. One of that name is replaced only if that is said."""
    name = _clean(name)
    read_profile(kind, document)
    kept = ImportProfile.objects.select_for_update().filter(name=name).first()
    if kept is not None and not replace:
        raise Refused("name_taken", f"There is a profile named “{name}” already: replace it, or choose another name.")
    kept = kept or ImportProfile(name=name)
    kept.kind, kept.profile = kind, {**document, "kind": kind}
    kept.save()
    return kept


@transaction.atomic
def rename_profile(profile_id: int, name: str) -> ImportProfile:
    """Give a kept profile another name."""
    name = _clean(name)
    kept = _kept(profile_id)
    if ImportProfile.objects.filter(name=name).exclude(pk=kept.pk).exists():
        raise Refused("name_taken", f"There is a profile named “{name}” already: choose another name.")
    kept.name = name
    kept.save(update_fields=["name"])
    return kept


@transaction.atomic
def delete_profile(profile_id: int) -> str:
    """Forget a kept profile; its name. Imports that were read by it keep their own copy."""
    kept = _kept(profile_id)
    kept.delete()
    return kept.name


def _kept(profile_id: int) -> ImportProfile:
    found = ImportProfile.objects.select_for_update().filter(pk=profile_id).first()
    if found is None:
        raise Refused("no_such_profile", "This profile is gone already.", status=404)
    return found


def _clean(name: str) -> str:
    """A name in one line; those of profiles that come with the product are taken."""
    found = " ".join(name.split())
    if not found or len(found) > LONGEST_NAME or "\x00" in found or found.startswith("{"):
        raise Refused("invalid_name", f"Give the profile a name of one line, up to {LONGEST_NAME} letters.")
    if found in shipped():
        raise Refused("name_taken", f"“{found}” comes with the product: choose another name.")
    return found


def _folder() -> Path:
    return Path(settings.ROOT) / "docs" / "profiles"


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("unreadable_profile", f"{path} cannot be read: {error}.") from error


def _read_json(text: str, name: str) -> object:
    return read_document(text, name, code="invalid_profile")
