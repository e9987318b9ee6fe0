"""What is asked of somebody who brings a file?"""

from __future__ import annotations

from typing import BinaryIO, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile

from alignment.refusals import Refused
from leads.imports.kinds import KINDS
from leads.imports.profiles.named import Named, find_profile
from leads.imports.reading import Wishes, look
from leads.imports.uploads import keep_copy
from leads.selectors.imports import profile_by_names, profile_names

PROPOSED = ("proposed", "Propose it from its columns")
BY_NAMES = ("by-names", "By the names of its columns alone")
FOUND = ("auto", "Find out from its columns")

ACCEPTED = ".csv,.tsv,.tab,.txt,.xlsx,.xlsm,.gz,.zip,text/csv,text/tab-separated-values"


class ImportForm(forms.Form):
    """A file, what is in it, and how its columns are read."""

    file = forms.FileField(
        label="File",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        help_text="What a CRM, a spreadsheet or a colleague gives you: CSV with any separator, XLSX, also as gzip or zip.",
    )
    kind = forms.ChoiceField(
        label="What is in it",
        choices=[FOUND, *((kind.key, kind.title) for kind in KINDS.values())],
    )
    profile = forms.ChoiceField(label="How its columns are read", choices=[PROPOSED, BY_NAMES])
    pasted = forms.CharField(
        label="Or paste a profile",
        required=False,
        strip=True,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        help_text="JSON that says which column is which field. It goes before the choice above.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = cast("forms.ChoiceField", self.fields["profile"])
        field.choices = [PROPOSED, BY_NAMES, *((name, name) for name in profile_names())]

    @property
    def upload(self) -> UploadedFile[bytes]:
        return cast("UploadedFile[bytes]", self.cleaned_data["file"])

    @property
    def file_name(self) -> str:
        return self.upload.name or "file.csv"

    @property
    def kind_key(self) -> str:
        """What somebody says is in the file; empty: to be found out."""
        said = str(self.cleaned_data["kind"])
        return "" if said == FOUND[0] else said

    def stream(self) -> BinaryIO:
        """The file from its beginning."""
        self.upload.seek(0)
        return cast("BinaryIO", self.upload)

    def named_profile(self) -> Named | None:
        """The profile that was pasted, else chosen; None where the mapping is to be proposed."""
        given = self.cleaned_data
        if given["pasted"]:
            return find_profile(given["pasted"]) if given["pasted"].startswith("{") else _no_json()
        return find_profile(given["profile"]) if given["profile"] not in (PROPOSED[0], BY_NAMES[0]) else None

    def chosen_profile(self) -> Named:
        """The profile that was pasted, else chosen, else made from the names of the columns; `Refused` if there is none."""
        named = self.named_profile()
        if named is not None:
            return named
        document = profile_by_names(self.kind_key, look(keep_copy(self.stream()).path, Wishes()).columns)
        if not document["fields"]:
            raise Refused(
                "nothing_recognised",
                "None of the columns is named like a field. Paste a profile that says which column is which field, "
                "or look at the example file for the names.",
            )
        return Named("", document)


def _no_json() -> Named:
    raise Refused("invalid_profile", "The profile is not JSON: it begins with { and holds kind, system and fields.")
