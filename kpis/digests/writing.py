"""How does a digest read as plain text? Short enough for one mail: the figures, what they mean, and a link to the rest."""

from __future__ import annotations

from kpis.digests.content import Content, Section

MOST = 1900
"""The outbox cuts a text after 2,000 characters: lines are left out from the end before that, and it says so."""
REST = "More on the page."
IN_MAIL = ("changed", "leaks", "wins", "kpis", "milestones", "due", "numbers")
"""The order in the mail: what is the same on the dashboard every day comes last."""
WITH_NOTES = ("changed", "wins", "kpis")


def as_text(content: Content) -> str:
    """A heading and a line a fact; sections without anything are told in one word where that is good news."""
    by_key = {section.key: section for section in content.sections}
    parts = [content.period]
    for key in IN_MAIL:
        told = _section(by_key[key])
        if sum(len(part) + 2 for part in [*parts, told, REST]) > MOST:
            parts.append(REST)
            break
        parts.append(told)
    return "\n\n".join(parts)


def _section(section: Section) -> str:
    lines = [
        f"– {line.text}{f' ({line.note})' if line.note and section.key in WITH_NOTES else ''}" for line in section.lines
    ]
    return "\n".join([section.title.upper(), *(lines or [section.nothing])])
