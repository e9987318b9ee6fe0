"""What is asked of somebody who brings a file?"""

from __future__ import annotations

from typing import BinaryIO, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile

from alignment.refusals import Refused
from leads.imports.kinds import KINDS
from leads.imports.named_profiles import Named, find_profile
from leads.imports.reading import Wishes, look
from leads.imports.uploads import keep_copy
from leads.selectors.imports import profile_by_names, profile_names

BY_NAMES = ("by-names", "By the names of its columns")


class ImportForm(forms.Form):
    """A file, what is in it, and how its columns are read."""

    file = forms.FileField(
        label="File",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        help_text="Comma-separated text (CSV, UTF-8) with the names of the columns in its first line.",
    )
    kind = forms.ChoiceField(label="What is in it", choices=[(kind.key, kind.title) for kind in KINDS.values()])
    profile = forms.ChoiceField(label="How its columns are read", choices=[BY_NAMES])
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
        field.choices = [BY_NAMES, *((name, name) for name in profile_names())]

    @property
    def upload(self) -> UploadedFile[bytes]:
        return cast("UploadedFile[bytes]", self.cleaned_data["file"])

    def stream(self) -> BinaryIO:
        """The file from its beginning."""
        self.upload.seek(0)
        return cast("BinaryIO", self.upload)

    def chosen_profile(self) -> Named:
        """The profile that was pasted, else chosen, else made from the names of the columns; `Refused` if there is none."""
        given = self.cleaned_data
        if given["pasted"]:
            return find_profile(given["pasted"]) if given["pasted"].startswith("{") else _no_json()
        if given["profile"] != BY_NAMES[0]:
            return find_profile(given["profile"])
        document = profile_by_names(given["kind"], look(keep_copy(self.stream()).path, Wishes()).columns)
        if not document["fields"]:
            raise Refused(
                "nothing_recognised",
                "None of the columns is named like a field. Paste a profile that says which column is which field, "
                "or look at the example file for the names.",
            )
        return Named("", document)


def _no_json() -> Named:
    raise Refused("invalid_profile", "The profile is not JSON: it begins with { and holds kind, system and fields.")
