"""What does a backtest say, in words that both sides understand? Sentences from its figures, kept with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alignment.ui.words import count, percent, span

Told = Mapping[str, Any]


def sentences(told: Told) -> list[str]:
    """What it found: how many, how good, and what would have been different."""
    return [*_how_many(told), *_how_good(told), *_how_many_found(told), *_what_differs(told)]


def what_was_not_known(told: Told) -> list[str]:
    """What the figures take for granted, or leave out."""
    known, counts = told["known"], told["counts"]
    said = []
    if known["fields_as_now"]:
        said.append(
            f"What fields held earlier is not kept: {_leads(known['fields_as_now'])} {_were(known['fields_as_now'])} "
            "judged by their present fields, as if known when the lead was created."
        )
    if known["imported_as_happened"]:
        said.append(
            f"{_leads(known['imported_as_happened'])} had imported activities, which count as known when they happened."
        )
    if counts["customers_already"]["listed"]:
        n = counts["customers_already"]["listed"]
        said.append(
            f"{_leads(n)} would have met it after they were won; they are not counted, since nobody moves them."
        )
    if known["erased_winners"]:
        n = known["erased_winners"]
        said.append(f"{_leads(n)} won in these days {'was' if n == 1 else 'were'} erased and cannot be judged.")
    if not told["exact"]:
        sample = told["sample"]
        said.append(
            f"This is a quick look at {count(sample['leads'])} of {count(sample['of'])} leads: counts are scaled up, and lie "
            "between the bounds given in 95 of 100 such looks. Lists name the leads looked at."
        )
    said.append(
        "Who would have qualified is judged by what was known at that time; won, lost and worked by sales is what was known when "
        "this was computed."
    )
    return said


def _how_many(told: Told) -> list[str]:
    weeks, counts = told["days"] / 7, told["counts"]
    about = "" if told["exact"] else "about "
    this = f"{about}{_a_week(counts['qualified']['leads'], weeks)}"
    if told["precision"]["in_force"] is None:
        return [_sentence(f"{this} would have qualified: {_total(counts['qualified'])} in {told['days']} days.")]
    other = _a_week(counts["qualified_in_force"]["leads"], weeks, "")
    totals = f"{_total(counts['qualified'])} instead of {_total(counts['qualified_in_force'])} in {told['days']} days"
    return [_sentence(f"{this} would have qualified, instead of {other} by the version in force: {totals}.")]


def _how_good(told: Told) -> list[str]:
    this, other, wait = told["precision"]["this"], told["precision"]["in_force"], told["horizon_seconds"]
    if wait is None:
        return [
            "No lead had been won by then: how many of the qualified are won, and how many it would miss, nobody can tell."
        ]
    if told["needed_days"] is not None:
        return [
            f"Nine of ten won leads took up to {span(wait)} to be won, longer than these {told['days']} days: nobody who "
            f"qualified in them is old enough to tell. Try at least {told['needed_days']} days."
        ]
    if not this["n"]:
        return [f"Nobody would have qualified long enough ago to tell: it takes {span(wait)}."]
    text = (
        f"Of the {_leads(this['n'])} that would have qualified long enough ago to tell, {percent(this['rate'])} were won "
        f"within {span(wait)}"
    )
    if other and other["n"]:
        text += f", instead of {percent(other['rate'])} of {count(other['n'])}"
    said = [text + "."]
    if this["never_worked"]:
        rest = this["worked"]["rate"]
        better = f"; without them it is {percent(rest)}" if rest is not None else ""
        said.append(f"{_leads(this['never_worked'])} of them never came to sales, and could not be won{better}.")
    return said


def _how_many_found(told: Told) -> list[str]:
    this, other = told["recall"]["this"], told["recall"]["in_force"]
    if not this["n"]:
        return []
    text = (
        f"Of {_leads(this['n'])} won in these days in the usual time, it had {count(this['k'])} ({percent(this['rate'])}) "
        "before they were won"
    )
    return [text + (f"; the version in force had {count(other['k'])}." if other else ".")]


def _what_differs(told: Told) -> list[str]:
    counts = told["counts"]
    if told["precision"]["in_force"] is None:
        return ["Nothing was in force then, so there is nothing to compare it with."]
    missed, of = counts["missed"]["leads"], counts["customers_since_in_force"]["leads"]
    said = []
    if of:
        said.append(
            f"It would have missed {count(missed)} of {count(of)} later customers that the version in force had."
        )
    if counts["found"]["leads"]:
        said.append(f"It would have found {_customers(counts['found']['leads'])} that the version in force had not.")
    kept_out = counts["kept_out"]["leads"]
    if kept_out:
        said.append(f"It would have kept out {_leads(kept_out)} that {_were(kept_out)} lost or disqualified since.")
    return said


def _a_week(leads: int, weeks: float, noun: str = " leads") -> str:
    mean = leads / weeks
    return f"{count(mean) if mean >= 10 else f'{mean:.1f}'}{noun}{' a week' if noun else ''}"


def _total(figure: Mapping[str, int]) -> str:
    return count(figure["leads"])


def _leads(n: int) -> str:
    return f"{count(n)} lead" if n == 1 else f"{count(n)} leads"


def _customers(n: int) -> str:
    return f"{count(n)} later customer" if n == 1 else f"{count(n)} later customers"


def _were(n: int) -> str:
    return "was" if n == 1 else "were"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
