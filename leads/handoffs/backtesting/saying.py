"""What does a rule's backtest say, in words that both sides understand? Sentences from its figures, kept with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alignment.ui.words import count, percent, span

Told = Mapping[str, Any]


def sentences(told: Told) -> list[str]:
    """How many, to whom, what would have been met, and what nobody could have taken."""
    return [_how_many(told), *_attained(told), *_load(told), *_nobody(told), *_taken(told)]


def _how_many(told: Told) -> str:
    offered, days = told["counts"]["offered"], told["days"]
    mean = offered * 7 / days
    a_week = f"{count(mean) if mean >= 10 else f'{mean:.1f}'} leads a week"
    other = told["counts"].get("offered_in_force")
    against = f", instead of {count(other)} by the version in force" if other is not None else ""
    return f"About {a_week} would have been offered: {count(offered)} in {days} days{against}."


def _attained(told: Told) -> list[str]:
    said = []
    for key, what in (("accept", "moved on"), ("contact", "were first contacted")):
        found, took = told["attained"][key], told["times"][key]
        if found["n"]:
            said.append(
                f"With the response times as they were, {percent(found['rate'])} of {count(found['n'])} {what} within the time agreed; "
                f"half of those that were at all took up to {span(took['p50_seconds'])}."
            )
    return said or ["No deadline would have fallen into these days: what would have been met, nobody can tell."]


def _load(told: Told) -> list[str]:
    people = [one for one in told["receivers"] if one["user"] is not None and one["offered"]]
    if not people:
        return []
    most = max(people, key=lambda one: one["offered"])
    text = f"{most['name']} would have got the most: {count(most['offered'])}, up to {count(most['most_a_day'])} a day"
    full = [one for one in people if one["capacity"] and one["offered"] >= 0.9 * one["capacity"]]
    said = [f"{text}."]
    if full:
        names = ", ".join(f"{one['name']} ({count(one['offered'])} of {one['capacity']:g})" for one in full[:5])
        said.append(f"At least nine tenths of their capacity would have been used by: {names}.")
    return said


def _nobody(told: Told) -> list[str]:
    n = told["counts"]["nobody"]
    return [f"{_leads(n)} nobody could have taken at once: a leak, unless capacity is found."] if n else []


def _taken(told: Told) -> list[str]:
    n = told["counts"]["taken"]
    return [f"{_leads(n)} that meet it would have gone by another rule."] if n else []


def not_known(told: Told) -> list[str]:
    """What the figures take for granted, or leave out."""
    said = [
        "Each lead is offered once in each stay, at the first moment at which it met the rule by what was known then; that it comes "
        "back, rests or is offered to the next is not played through.",
        "Receivers, their capacity and absences are those of now, and begin with nothing in hand. Deadlines go by the calendars that "
        "held at the end of these days.",
        "What sales did is what is known now: a lead counts as accepted when it came to the rule's stage or beyond in the same pass.",
    ]
    if told["fields_as_now"]:
        said.append("Fields are judged as they are now, as if known when the lead was created.")
    return said


def _leads(n: int) -> str:
    return f"{count(n)} lead" if n == 1 else f"{count(n)} leads"
