"""What does a digest say? Sections of lines, the same on the page, in the mail and in the PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from leads.models import Lead

SOMEBODY = "Somebody whose data were erased"


@dataclass(frozen=True)
class Line:
    """`text` is one sentence or a figure; `note` what to do or to know about it; `link` a page of ours. `tone`: good, bad or nothing.

    `lead_id`: the line is about that lead, whose name is put before it when it is shown.
    """

    text: str
    note: str = ""
    link: str = ""
    tone: str = ""
    lead_id: int | None = None


@dataclass(frozen=True)
class Section:
    """`nothing` is said where there is no line."""

    key: str
    title: str
    lines: tuple[Line, ...]
    nothing: str


@dataclass(frozen=True)
class Content:
    """One digest: its heading, and its sections in order of reading."""

    title: str
    period: str
    sections: tuple[Section, ...]

    def as_document(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    def named(self) -> Content:
        """With the names of leads as they are now."""
        ids = {line.lead_id for section in self.sections for line in section.lines if line.lead_id is not None}
        names = {
            lead.pk: lead.name for lead in Lead.objects.filter(pk__in=ids, erased_at=None).select_related("company")
        }
        return replace(
            self,
            sections=tuple(
                replace(section, lines=tuple(_named(line, names) for line in section.lines))
                for section in self.sections
            ),
        )


def read_content(document: Mapping[str, Any]) -> Content:
    """What was kept."""
    return Content(
        document["title"],
        document["period"],
        tuple(
            Section(one["key"], one["title"], tuple(Line(**line) for line in one["lines"]), one["nothing"])
            for one in document["sections"]
        ),
    )


def _named(line: Line, names: Mapping[int, str]) -> Line:
    if line.lead_id is None:
        return line
    return replace(line, text=f"{names.get(line.lead_id, SOMEBODY)}: {line.text}")
