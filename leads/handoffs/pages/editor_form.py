"""How does a handoff rule stand in its form, and what does a form say? Both ways, and where an error of the document stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from alignment.agreements.kinds import Document
from leads.handoffs.pages.editor_shape import STRATEGIES

PLAIN = ("title", "order", "from", "to", "accept_within", "contact_within", "bounce_limit", "re_entry")
POOLED = ("round_robin", "weighted", "least_loaded")
APART = re.compile(r"(?<!\\);")


def form_of(document: Mapping[str, Any]) -> Document:
    """A document as the form has it, criteria apart; nothing is lost on the way there and back."""
    document, remind = _whole_numbers(document), document.get("remind_at")
    return {
        **{name: document.get(name) for name in PLAIN},
        "routing": [_step_form(step) for step in document.get("routing", [])],
        "remind_percent": None if remind is None else _whole(round(remind * 100, 6)),
        "expire_after": document.get("expire_after") or {},
        "escalate": [{**one["after"], "to": one["to"]} for one in document.get("escalate", [])],
        "reasons": document.get("reasons", []),
        "holds": document.get("holds", []),
    }


def _step_form(step: Mapping[str, Any]) -> Document:
    found = {"strategy": step["strategy"], **_pool_form(step.get("pool") or step)}
    if "rows" in step:
        found["field"] = step["field"]
        found["rows"] = [{"values": _together(row["values"]), **_pool_form(row["to"])} for row in step["rows"]]
    return {**found, "accounts": step.get("accounts", [])}


def _pool_form(pool: Mapping[str, Any]) -> Document:
    return {"team": pool.get("team"), "skill": pool.get("skill"), "people": pool.get("people") or []}


def document_of(form: Mapping[str, Any], criteria: object) -> Document:
    """The document that a form says."""
    percent, expires = form.get("remind_percent"), form.get("expire_after") or {}
    found = {name: form[name] for name in PLAIN if form.get(name) is not None}
    return {
        **found,
        "criteria": criteria,
        "routing": [_step(step) for step in form.get("routing", [])],
        "remind_at": round(percent / 100, 8) if isinstance(percent, int | float) else percent,
        "expire_after": expires if expires.get("hours") is not None else None,
        "escalate": [_escalation(one) for one in form.get("escalate", [])],
        "reasons": _keyed(form.get("reasons", [])),
        "holds": _keyed(form.get("holds", [])),
    }


def _step(step: Mapping[str, Any]) -> Document:
    strategy = step.get("strategy")
    if strategy in POOLED:
        return {"strategy": strategy, "pool": _pool(step)}
    if strategy == "table":
        rows = [{"values": _apart(row.get("values") or ""), "to": _pool(row)} for row in step.get("rows", [])]
        return {"strategy": strategy, **_there(step, "field"), "rows": rows}
    if strategy == "named_account":
        return {
            "strategy": strategy,
            "accounts": [_there(one, "company", "person") for one in step.get("accounts", [])],
        }
    return {**_there(step, "strategy"), **(_there(step, "team") if strategy == "queue" else {})}


def _pool(said: Mapping[str, Any]) -> Document:
    return {**_there(said, "team"), "people": said.get("people") or None, "skill": said.get("skill")}


def _escalation(said: Mapping[str, Any]) -> Document:
    return {"after": _there(said, "hours", "business"), **_there(said, "to")}


def _there(said: Mapping[str, Any], *names: str) -> Document:
    """What was said of these; what is left out is missing, and told as that."""
    return {name: said[name] for name in names if said.get(name) is not None}


def _keyed(rows: list[Mapping[str, Any]]) -> list[Document]:
    """Rows with a short name each, made of the title where there is none."""
    taken = {row.get("key") for row in rows}
    found = []
    for row in rows:
        key = row.get("key") or _free(str(row.get("title") or ""), taken)
        taken.add(key)
        found.append({name: value for name, value in row.items() if value is not None} | {"key": key})
    return found


def _free(title: str, taken: set[Any]) -> str:
    """A short name of a title that no other row has."""
    base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].rstrip("-") or "reason"
    return next(name for n in range(len(taken) + 2) if (name := f"{base}-{n}" if n else base) not in taken)


def _together(values: list[str]) -> str:
    return "; ".join(value.replace(";", "\\;") for value in values)


def _apart(text: str) -> list[str]:
    return [value.replace("\\;", ";") for one in APART.split(text) if (value := one.strip())]


def _whole_numbers(value: Any) -> Any:
    """Numbers as people write them: 4, not 4.0."""
    if isinstance(value, Mapping):
        return {name: _whole_numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_whole_numbers(inner) for inner in value]
    return _whole(value) if isinstance(value, float) else value


def _whole(value: float) -> int | float:
    return int(value) if value == int(value) else value


PLACES = (
    (re.compile(r"^(routing\.\d+)\.pool\b"), r"\1"),
    (re.compile(r"^(routing\.\d+\.rows\.\d+)\.to\b"), r"\1"),
    (re.compile(r"^(routing\.\d+\.rows\.\d+\.values)\..*"), r"\1"),
    (re.compile(r"^(escalate\.\d+)\.after\b"), r"\1"),
    (re.compile(r"^remind_at\b"), "remind_percent"),
)


def place_in_form(field: str) -> str:
    """The way in the form of a way in the document: `routing.0.pool.team` → `routing.0.team`."""
    for pattern, place in PLACES:
        field = pattern.sub(place, field)
    return field


def fields_of(strategy: object) -> tuple[str, ...]:
    """Which fields of a way the form shows for a strategy; those of the first to be chosen where none is."""
    found = STRATEGIES.get(str(strategy)) or STRATEGIES["round_robin"]
    return ("strategy", *found[1])
