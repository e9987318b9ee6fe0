"""What can be asked of what a row is about, in words, and which of it is chosen? For the controls and for the document."""

from __future__ import annotations

from dataclasses import dataclass

from leads.definitions.fields import OPERATORS
from leads.definitions.pages.asks import field_of, shape_of
from leads.definitions.pages.sheet import Row

AT_LEAST, AT_MOST, NEVER = "at_least", "at_most", "never"


@dataclass(frozen=True)
class Choice:
    """One operator as the editor offers it: `op` is the document's; an attribute's `is` is three of the editor's."""

    key: str
    title: str
    op: str
    takes: str


COUNTING = (
    Choice(AT_LEAST, "at least", AT_LEAST, "number"),
    Choice(AT_MOST, "at most", AT_MOST, "number"),
    Choice(NEVER, "never", AT_MOST, "nothing"),
)
SCORING = (Choice(AT_LEAST, "is at least", AT_LEAST, "number"), Choice(AT_MOST, "is at most", AT_MOST, "number"))
CONSENTING = (
    Choice("allowed", "is not refused", "allowed", "text"),
    Choice("granted", "was given", "granted", "text"),
)
SCALARS = (
    Choice("is", "is", "is", "texts"),
    Choice("is_number", "is the number", "is", "number"),
    Choice("is_yes", "is yes or no:", "is", "boolean"),
)
TITLES = {"within_days": "is within the last"}
NOTHING = Choice("", "", "", "nothing")


def operators_of(what: str) -> tuple[Choice, ...]:
    """The operators to choose from, in the order in which they are offered; none where nothing is asked about yet."""
    shape = shape_of(what)
    if shape in ("activity", "score", "consent"):
        return {"activity": COUNTING, "score": SCORING, "consent": CONSENTING}[shape]
    field = field_of(what)
    if field is None:
        return ()
    found: list[Choice] = []
    for key in field.operators:
        takes = field.takes(key) or "nothing"
        title = TITLES.get(key, OPERATORS[key].title)
        found += SCALARS if takes == "scalar" else (Choice(key, title, key, takes),)
    return tuple(found)


def chosen(row: Row) -> Choice:
    """The operator of a row: the one that was chosen, the first where that one does not go with what is asked about."""
    found = operators_of(row.what)
    return next((one for one in found if one.key == row.text("op")), found[0] if found else NOTHING)


def choose(row: Row) -> str:
    return chosen(row).key
