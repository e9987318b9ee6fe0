"""Which profile is meant? A file, a profile kept under a name, or one of those that come with the product."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from alignment.documents import read_document
from alignment.refusals import Refused
from leads.imports.models import ImportProfile


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


def _folder() -> Path:
    return Path(settings.ROOT) / "docs" / "profiles"


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("unreadable_profile", f"{path} cannot be read: {error}.") from error


def _read_json(text: str, name: str) -> object:
    return read_document(text, name, code="invalid_profile")
