"""What stands in the editor of a handoff rule, what does it say, and what does a press of a button come to?

Criteria are rows of the sheet of lead definitions (`c.0.what`), everything else is a terms form (`terms.reasons.0.title`). Nothing is
kept anywhere until it is saved: each press brings the whole form back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.http import QueryDict

from alignment.agreements.drafts import upgraded
from alignment.agreements.kinds import Document, Scope
from alignment.agreements.models import Version
from alignment.agreements.pages import terms_form
from alignment.agreements.pages.shapes import Leaf, Part, Record, Table
from alignment.agreements.pages.terms_form import Node
from alignment.agreements.terms import read_terms, terms_of
from alignment.refusals import FieldError, Refused
from leads.definitions.pages.judging import place_of
from leads.definitions.pages.moving import take_step, too_many_rows
from leads.definitions.pages.opening import open_sheet
from leads.definitions.pages.posted import read_sheet
from leads.definitions.pages.sheet import CRITERIA, Sheet
from leads.definitions.pages.showing import Shower, ident_of
from leads.definitions.pages.shown import ShownGroup
from leads.definitions.pages.writing import Problem, write
from leads.definitions.terms import LeadDefinition
from leads.handoffs.kind import HANDOFF_RULE
from leads.handoffs.pages.editor_form import document_of, fields_of, form_of, place_in_form
from leads.handoffs.pages.editor_shape import rule_shape
from leads.handoffs.terms import HandoffRule

BEGINNING = ("add", "add-group")


@dataclass(frozen=True)
class Desk:
    """What stands in the editor. `focus` is where one goes on: a place of the sheet, or a way in the form."""

    sheet: Sheet
    form: Document
    shape: Record
    focus: str = ""
    begins: bool = False
    said: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class Judged:
    """What it says. `terms` is None while anything is wrong; errors stand at the places of the sheet, or in the form."""

    document: Document
    terms: HandoffRule | None
    problems: Mapping[str, Sequence[Problem]] = field(default_factory=dict)
    errors: Sequence[FieldError] = ()

    @property
    def wrong(self) -> int:
        return sum(len(some) for some in self.problems.values()) + len(self.errors)


def open_desk(version: Version) -> Desk:
    """What a draft says."""
    rule = terms_of(version)
    if not isinstance(rule, HandoffRule):
        raise TypeError(f"{version} is no handoff rule")
    form = form_of(upgraded(version) or {})  # type: ignore[arg-type]
    return Desk(open_sheet(LeadDefinition(criteria=rule.criteria)), form, _with_attributes(rule_shape(), form))


def read_desk(data: QueryDict) -> Desk:
    """What was sent, and done as its button says; `trouble` where it has more rows than any rule."""
    sheet, wish = read_sheet((name, value) for name, values in data.lists() for value in values), data.get("do", "")
    shape = rule_shape()
    try:
        form = terms_form.read(shape, {name: str(value) for name, value in data.items()})
    except Refused as refused:
        return Desk(sheet, {}, shape, trouble=refused.detail)
    if too_many_rows(sheet):
        return Desk(Sheet(sheet.criteria), form, shape, trouble="These are more conditions than can be agreed on.")
    return _pressed(Desk(Sheet(sheet.criteria), form, _with_attributes(shape, form)), wish)


def _pressed(desk: Desk, wish: str) -> Desk:
    if " " in wish:
        return replace(desk, focus=terms_form.change_rows(desk.shape, desk.form, wish))
    done = take_step(desk.sheet, wish) if ":" in wish else None
    if done is None:
        return desk
    return replace(desk, sheet=done.sheet, focus=done.focus, begins=wish.partition(":")[0] in BEGINNING, said=done.said)


def judge(desk: Desk, key: str, now: datetime) -> Judged:
    """What the desk says, with everything that is wrong with it, each at its place."""
    written = write(desk.sheet)
    problems: dict[str, list[Problem]] = {}
    for one in written.problems:
        problems.setdefault(one.place, []).append(one)
    criteria = written.document["criteria"] if written.document else {"field": "lead.created_at", "op": "known"}
    document = document_of(desk.form, criteria)
    try:
        terms = read_terms(HANDOFF_RULE, document, scope=Scope(key, now))
    except Refused as refused:
        errors = []
        for error in refused.errors or [FieldError("terms", refused.code, refused.detail)]:
            if error.field.split(".")[0] == "criteria":
                place = place_of(error.field, written.places)
                problems.setdefault(place, []).append(Problem(place, error.detail))
            else:
                errors.append(FieldError(place_in_form(error.field), error.code, error.detail))
        return Judged(document, None, problems, errors)
    return Judged(document, terms if isinstance(terms, HandoffRule) and not problems else None, problems)


def draw_criteria(desk: Desk, judged: Judged | None) -> ShownGroup:
    """The rows of the criteria."""
    focus = desk.focus if desk.focus.split(".")[0] == CRITERIA else ""
    return Shower(desk.sheet, judged.problems if judged else {}, focus, begins=desk.begins).criteria()


def draw_form(desk: Desk, judged: Judged | None) -> dict[str, Node]:
    """The parts of the form by name, what is wrong beside each; of each way to a receiver the fields of its strategy."""
    errors = judged.errors if judged else ()
    node = terms_form.draw(desk.shape, desk.form, errors, desk.focus)
    return {_name(part): _routing(part, desk) if _name(part) == "routing" else part for part in node.inner}


def _routing(node: Node, desk: Desk) -> Node:
    steps = desk.form.get("routing", [])
    rows = []
    for n, row in enumerate(node.inner):
        shown = fields_of(steps[n].get("strategy"))
        rows.append(replace(row, inner=[one for one in row.inner if _name(one) in shown]))
    return replace(node, inner=rows)


def mistakes(desk: Desk, judged: Judged) -> list[terms_form.Wrong]:
    """Everything that is to be mended, each with the way to it."""
    node = terms_form.draw(desk.shape, desk.form, judged.errors)
    places = [one for some in judged.problems.values() for one in some]
    rows = [terms_form.Wrong(f"Which leads: {one.text}", f"at-{ident_of(one.place)}") for one in places]
    return [*rows, *terms_form.wrongs(node, judged.errors)]


def _name(node: Node) -> str:
    return node.path.rpartition(".")[2]


def _with_attributes(shape: Record, form: Mapping[str, object]) -> Record:
    """The same form, in which fields that the draft names can be chosen though they are in no list: attributes."""
    named = sorted(_fields_in(form))
    return _mapped(shape, lambda part: _offering(part, named))


def _fields_in(value: object) -> set[str]:
    if isinstance(value, Mapping):
        mine = {str(value[name]) for name in ("field", "skill") if value.get(name)}
        return mine.union(*(_fields_in(one) for one in value.values()))
    return set().union(*(_fields_in(one) for one in value)) if isinstance(value, list) else set()


def _offering(part: Part, named: Sequence[str]) -> Part:
    if part.name not in ("field", "skill") or not isinstance(part.shape, Leaf):
        return part
    known = {value for _title, value in part.shape.choices}
    more = [(name.partition(".attributes.")[2] or name, name) for name in named if name not in known]
    return replace(part, shape=replace(part.shape, choices=[*part.shape.choices, *more]))


def _mapped(shape: Record, change: Callable[[Part], Part]) -> Record:
    """The form with every part changed, inner ones first."""
    parts = []
    for part in shape.parts:
        inner = part.shape
        if isinstance(inner, Record):
            inner = _mapped(inner, change)
        elif isinstance(inner, Table) and isinstance(inner.item, Record):
            inner = replace(inner, item=_mapped(inner.item, change))
        parts.append(change(replace(part, shape=inner)))
    return replace(shape, parts=tuple(parts))
