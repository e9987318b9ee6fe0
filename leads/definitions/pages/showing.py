"""How is a sheet drawn? Each place of it turned into what the templates show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leads.definitions.pages.asks import help_of, kind_label, label_of, shape_of
from leads.definitions.pages.operators import NEVER, Choice, chosen, operators_of
from leads.definitions.pages.posted import CAPS
from leads.definitions.pages.sheet import (
    CRITERIA,
    ENGAGEMENT,
    FIT,
    HOWS,
    WHEN,
    EngagementRow,
    FitRow,
    Group,
    Row,
    Sheet,
)
from leads.definitions.pages.shown import (
    MOVES,
    Input,
    Move,
    Place,
    ShownGroup,
    ShownRow,
    ShownRule,
    ShownScore,
    Told,
)
from leads.definitions.pages.writing import PATTERNS, Problem

Problems = Mapping[str, Sequence[Problem]]

PATTERN_LABELS = {
    "url": "Address",
    "asset": "Asset",
    "campaign": "Campaign",
    "channel": "Channel",
    "outcome": "Outcome",
}
EXAMPLES = {"url": "/pricing*", "asset": "*guide*", "campaign": "Spring*", "channel": "search", "outcome": "Reached"}


class Shower:
    """Draws one sheet; `problems` by place. Somebody goes on at `focus`: at its handle, or, if it `begins`, in it."""

    def __init__(self, sheet: Sheet, problems: Problems, focus: str = "", *, begins: bool = False) -> None:
        self.sheet, self.problems, self.focus, self.begins = sheet, problems, focus, begins

    def criteria(self) -> ShownGroup:
        return self._group(self.sheet.criteria, CRITERIA, 0, 1, name="The criteria", is_root=True)

    def fit(self) -> ShownScore:
        rules = [self._fit(rule, index) for index, rule in enumerate(self.sheet.fit)]
        return self._score(FIT, "Fit score", rules, self.sheet.fit_caps)

    def engagement(self) -> ShownScore:
        rules = [self._engagement(rule, index) for index, rule in enumerate(self.sheet.engagement)]
        return self._score(ENGAGEMENT, "Engagement score", rules, self.sheet.engagement_caps)

    def _group(
        self, group: Group, path: str, index: int, of: int, *, name: str, is_root: bool, in_rule: bool = False
    ) -> ShownGroup:
        items = [
            self._group(item, f"{path}.{n}", n, len(group.items), name=f"Group {n + 1}", is_root=False, in_rule=in_rule)
            if isinstance(item, Group)
            else self._row(item, f"{path}.{n}", n, len(group.items))
            for n, item in enumerate(group.items)
        ]
        place = self._place(path, name, () if is_root else _moves(path, index, of))
        return ShownGroup(place, group.how, tuple(HOWS.items()), items, is_root, in_rule)

    def _row(self, row: Row, path: str, index: int, of: int) -> ShownRow:
        shape = shape_of(row.what) or ""
        operator = chosen(row)
        name = label_of(row.what) if row.what else "New condition"
        return ShownRow(
            place=self._place(path, name, _moves(path, index, of)),
            what=_input(
                path,
                "what",
                "What this asks about",
                label_of(row.what),
                known="traits" if path.startswith(FIT) else "whats",
            ),
            help=help_of(row.what) if shape in ("field", "attribute") else "",
            shape=shape,
            operators=operators_of(row.what),
            operator=operator,
            values=_values(row, path, operator),
            kinds=_kinds(row, path) if shape == "activity" else (),
            patterns=_patterns(row, path) if shape == "activity" else (),
            narrowed=any(row.text(one) for one in PATTERNS),
            count=_count(row, path) if shape == "activity" and operator.key != NEVER else None,
            days=_input(path, "days", "Days back", row.text("days"), example="ever") if shape == "activity" else None,
            named=_named(row, path),
            begins=self._begins(path),
        )

    def _fit(self, rule: FitRow, index: int) -> ShownRule:
        path = f"{FIT}.{index}"
        when = self._group(rule.when, f"{path}.{WHEN}", 0, 1, name="What must hold", is_root=True, in_rule=True)
        place = self._place(path, f"Fit rule {index + 1}", _rule_moves(index, len(self.sheet.fit)))
        return ShownRule(
            place, _points(rule, path), _points_group(rule, path), when, (), (), False, None, None, self._begins(path)
        )

    def _engagement(self, rule: EngagementRow, index: int) -> ShownRule:
        path = f"{ENGAGEMENT}.{index}"
        return ShownRule(
            place=self._place(path, f"Engagement rule {index + 1}", _rule_moves(index, len(self.sheet.engagement))),
            points=_points(rule, path),
            group=_points_group(rule, path),
            when=None,
            kinds=_kinds(rule, path),
            patterns=_patterns(rule, path),
            narrowed=any(rule.text(one) for one in PATTERNS),
            days=_input(path, "days", "Only in the last … days", rule.text("days"), example="ever"),
            half_life=_input(path, "half_life", "Half-life in days", rule.text("half_life"), example="never"),
            begins=self._begins(path),
        )

    def _score(self, part: str, title: str, rules: list[ShownRule], caps: Mapping[str, str]) -> ShownScore:
        names = dict.fromkeys(rule.group.value for rule in rules if rule.group.value)
        drawn = [
            (_input(f"{CAPS[part]}.{n}", "cap", f"Most points from “{name}”", caps.get(name, ""), example="any"), name)
            for n, name in enumerate(names)
        ]
        return ShownScore(part, title, rules, drawn, self.problems.get(part, ()))

    def _place(self, path: str, name: str, moves: Sequence[Move]) -> Place:
        return Place(
            path, ident_of(path), name, self.problems.get(path, ()), moves, path == self.focus and not self.begins
        )

    def _begins(self, path: str) -> bool:
        return self.begins and path == self.focus


def ident_of(path: str) -> str:
    """A path as part of an element's id."""
    return path.replace(".", "-")


def _moves(path: str, index: int, of: int) -> list[Move]:
    """What can be done with an item: nothing that would come to nothing."""
    outer = path.rpartition(".")[0]
    inner = outer.rpartition(".")[2] not in (CRITERIA, WHEN)
    here = {"up": index > 0, "down": index + 1 < of, "out": inner}
    return [move for move in MOVES if here.get(move.step, True)]


def _rule_moves(index: int, of: int) -> list[Move]:
    here = {"up": index > 0, "down": index + 1 < of, "into": False, "out": False}
    return [move for move in MOVES if here.get(move.step, True)]


def _input(path: str, name: str, label: str, value: str, *, of: str = "", known: str = "", example: str = "") -> Input:
    return Input(f"{path}.{name}", f"{name}-{ident_of(path)}", label, value, of=of, list=known, example=example)


def _values(row: Row, path: str, operator: Choice) -> list[Input]:
    if row.what == "consent":
        return [_input(path, "purpose", "Purpose", row.text("purpose"), of="purpose", example="marketing")]
    if operator.takes == "texts":
        return _several(path, "value", "Value", row.texts("value"), of=row.what)
    if operator.takes in ("nothing", "boolean") or row.what == "activity":
        return [_input(path, "value", "Value", row.text("value"))] if operator.takes == "boolean" else []
    of = row.what if operator.takes == "text" else ""
    example = "*pattern*" if operator.key == "matches" else ""
    return [_input(path, "value", "Value", row.text("value"), of=of, example=example)]


def _several(path: str, name: str, label: str, values: Sequence[str], *, of: str = "", known: str = "") -> list[Input]:
    """An input for each value, and an empty one for the next."""
    found = []
    for n, value in enumerate((*values, "")):
        last = n == len(values)
        said = label if n == 0 else f"or {label.lower()}"
        example = "or another" if last and n else ""
        ident = f"{name}{n}-{ident_of(path)}"
        found.append(Input(f"{path}.{name}", ident, said, value, of=of, list=known, example=example, more=last))
    return found


def _kinds(row: Row | EngagementRow, path: str) -> list[Input]:
    return _several(path, "kinds", "Kind", [kind_label(key) for key in row.texts("kinds")], known="kinds")


def _patterns(row: Row | EngagementRow, path: str) -> list[Input]:
    return [
        _input(path, name, PATTERN_LABELS[name], row.text(name), of=f"activity.{name}", example=EXAMPLES[name])
        for name in PATTERNS
    ]


def _count(row: Row, path: str) -> Input:
    return _input(path, "count", "How many times", row.text("count") if "count" in row.given else "1")


def _named(row: Row, path: str) -> Input | None:
    if not row.what.endswith(".attributes."):
        return None
    return _input(path, "name", "Name of the attribute", "", of=row.what)


def _points(rule: FitRow | EngagementRow, path: str) -> Input:
    return _input(path, "points", "Points", rule.text("points"))


def _points_group(rule: FitRow | EngagementRow, path: str) -> Input:
    return _input(path, "group", "Group of points", rule.text("group"), example="none")


def places_of(sheet: Sheet, problems: Problems) -> list[Told]:
    """Every place of the sheet that can show what is wrong with it."""
    paths = [FIT] if sheet.fit else []
    paths += [ENGAGEMENT] if sheet.engagement else []
    paths += [f"{FIT}.{n}" for n in range(len(sheet.fit))] + [f"{ENGAGEMENT}.{n}" for n in range(len(sheet.engagement))]
    for path, group in (
        (CRITERIA, sheet.criteria),
        *((f"{FIT}.{n}.{WHEN}", one.when) for n, one in enumerate(sheet.fit)),
    ):
        paths += _paths(group, path)
    return [Told(ident_of(path), problems.get(path, ())) for path in paths]


def _paths(group: Group, path: str) -> list[str]:
    found = [path]
    for n, item in enumerate(group.items):
        found += _paths(item, f"{path}.{n}") if isinstance(item, Group) else [f"{path}.{n}"]
    return found
