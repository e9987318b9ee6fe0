"""How an import is sent and shown: the document that the command prints."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from leads.imports.models import Import
from leads.imports.summary import describe


class ImportBody(serializers.Serializer[Any]):
    """A file and how it is to be read, as multipart/form-data."""

    kind = serializers.CharField(max_length=12, help_text="What the rows are: leads, deals, stages, …")
    file = serializers.FileField(help_text="The file itself.", allow_empty_file=True)
    profile = serializers.CharField(help_text="The name of a profile, or its JSON.", max_length=100_000)
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Only say what would happen.")


class AnswerBody(serializers.Serializer[Any]):
    """One of the choices that the question gives."""

    answer = serializers.CharField(help_text="`answer` of one of the question's choices.", trim_whitespace=False)
    field = serializers.CharField(
        required=False, help_text="To change an earlier answer while nothing is written: its question's field."
    )


class CorrectedRow(serializers.Serializer[Any]):
    """What a line should say."""

    line = serializers.IntegerField(min_value=1, help_text="As in `errors`.")
    values = serializers.DictField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False),
        help_text="By the file's own columns; the others stay as they are. All of them for a row of another width.",
    )


class RepairBody(serializers.Serializer[Any]):
    """Corrected rows."""

    rows = CorrectedRow(many=True, allow_empty=False)


class RepairFile(serializers.Serializer[Any]):
    """The file of the rows set aside, corrected."""

    file = serializers.FileField()


class ImportQueued(serializers.Serializer[Any]):
    """Where to watch an import."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Import.State.choices)
    url = serializers.URLField()


class RowError(serializers.Serializer[Any]):
    """One value that was set aside."""

    line = serializers.IntegerField(help_text="Physical lines; the header is 1.")
    column = serializers.CharField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    reason = serializers.CharField()


class ImportShown(serializers.Serializer[Import]):
    """An import, with the first hundred of what was set aside."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=Import.State.choices)
    file_name = serializers.CharField()
    dry_run = serializers.BooleanField()
    place = serializers.IntegerField(allow_null=True, help_text="0 at work, n the n-th in line, null neither.")
    behind = serializers.IntegerField(allow_null=True, help_text="The import that it waits for.")
    rows = serializers.IntegerField()
    done = serializers.IntegerField(help_text="Rows gone through so far, in the pass that is at work.")
    rate = serializers.FloatField(allow_null=True, help_text="Rows a second, lately.")
    remaining_seconds = serializers.IntegerField(allow_null=True, help_text="Until this pass is through.")
    layout = serializers.CharField(allow_null=True, help_text="How the file is read, in words.")
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    repaired = serializers.IntegerField(help_text="Rows that were set aside and came in corrected.")
    answers = serializers.DictField(
        child=serializers.CharField(), help_text="What was answered, by the question's field."
    )
    warnings = serializers.ListField(child=serializers.DictField())
    question = serializers.DictField(allow_null=True, help_text="What could not be decided, with both readings.")
    problem = serializers.DictField(allow_null=True, help_text="Why it failed.")
    spared = serializers.ListField(child=serializers.DictField(), help_text="What an undo left alone, and why.")
    errors = RowError(many=True)  # type: ignore[assignment]

    def to_representation(self, import_: Import) -> dict[str, Any]:
        return {**describe(import_)}


class RepairedShown(serializers.Serializer[Any]):
    """What became of corrected rows."""

    came_in = serializers.IntegerField()
    still_aside = serializers.IntegerField()
    as_before = serializers.IntegerField(help_text="Rows that said nothing new.")
    warnings = serializers.ListField(child=serializers.DictField(), help_text="`spreadsheet_rewrites`, with lines.")


RepairedShown._declared_fields["import"] = ImportShown()  # a keyword, so it cannot be written in the class
