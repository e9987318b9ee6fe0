"""The language of lead definitions as JSON Schema: for the API, for editors of other makers, and for the documentation."""

from __future__ import annotations

from alignment.agreements.kinds import Document
from leads.definitions.terms import DEEPEST, MOST_CONDITIONS, MOST_IN_ALL, LeadDefinition

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TITLE = "Lead definition"
LIMITS = (
    f"At most {MOST_CONDITIONS} conditions, and {MOST_IN_ALL} with those of the scores; nested at most {DEEPEST} deep; "
    "unknown keys are refused."
)


def definition_schema() -> Document:
    """The published schema. What it lets through may still be refused, with a sentence, where parts do not go together."""
    schema = LeadDefinition.model_json_schema(by_alias=True)
    found: Document = {"$schema": DIALECT, **schema}
    return found | {"title": TITLE, "description": f"{schema['description']} {LIMITS}"}
