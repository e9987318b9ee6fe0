"""What does a lead definition say, in plain English? Pages, the API and the explanation of a lead ask here.

"An MQL is a lead from a company of 50 people or more that looked at /pricing* at least 3 times within 30 days and has not
unsubscribed." Nothing that is asked is left out: what people sign is what runs. What would not read as one sentence
becomes a numbered list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from leads.definitions.describing import activity_words, an, days, joined, number, quote
from leads.definitions.normal_form import Asked, Form, Group, every_leaf, normal_form
from leads.definitions.saying import said
from leads.definitions.terms import (
    ActivityCondition,
    Condition,
    EngagementRule,
    EngagementScore,
    FitRule,
    FitScore,
    LeadDefinition,
    ScoreCondition,
)

MOST_IN_A_SENTENCE = 6
MOST_ALTERNATIVES = 3
LONGEST_SENTENCE = 400
QUALIFIED = "qualified lead"


def sentences(terms: LeadDefinition, name: str = QUALIFIED) -> list[str]:
    """The whole definition, one sentence an item; `name` is what a lead that meets it is called (MQL)."""
    return [*criteria_sentences(terms, name), *score_sentences(terms)]


def say(condition: Condition) -> str:
    """One condition as what a lead is or did: "looked at /pricing* at least 3 times within 30 days"."""
    return say_form(normal_form(condition))


def say_missing(condition: Condition) -> str:
    """What a lead lacks that does not meet a condition: "a visit to /pricing in the last 30 days" (follows "missing: ")."""
    return _missing(normal_form(condition))


def say_form(form: Form, *, inner: bool = False) -> str:
    """The same for conditions whose nots stand at the leaves."""
    if isinstance(form, Asked):
        return said(form.leaf).yes if form.holds else said(form.leaf).no
    parts = [_part(member, alternative=not form.every) for member in form.members]
    if form.every:
        return f"both {' and '.join(parts)}" if inner and len(parts) == 2 else _bracketed(parts, "and", inner=inner)
    return f"either {' or '.join(parts)}" if len(parts) == 2 else _bracketed(parts, "or", inner=inner)


def _part(member: Form, *, alternative: bool) -> str:
    """A member of a group; among alternatives, one that has alternatives of its own stands in brackets."""
    text = say_form(member, inner=True)
    kinds = (
        member.leaf.activity.kinds if isinstance(member, Asked) and isinstance(member.leaf, ActivityCondition) else []
    )
    return f"({text})" if alternative and len(kinds) > 1 else text


def _bracketed(parts: Sequence[str], word: str, *, inner: bool) -> str:
    return f"({joined(parts, word)})" if inner else joined(parts, word)


def _missing(form: Form, *, inner: bool = False) -> str:
    if isinstance(form, Asked):
        return said(form.leaf).wanted if form.holds else said(form.leaf).unwanted
    parts = [_missing(member, inner=True) for member in form.members]
    return _bracketed(parts, "and" if form.every else "or", inner=inner)


def criteria_sentences(terms: LeadDefinition, name: str = QUALIFIED) -> list[str]:
    """When a lead qualifies: one sentence, else a numbered list."""
    subject = an(name)
    return following(f"{subject[0].upper()}{subject[1:]} is a lead", terms.criteria)


def following(subject: str, criteria: Condition, end: str = "") -> list[str]:
    """The same after a subject that ends with what stands for a lead; `end` goes before the full stop, or the list."""
    form = normal_form(criteria)
    if _reads_well(form):
        one = f"{subject} {_clauses(form)}{end}."
        if len(one) <= LONGEST_SENTENCE or not isinstance(form, Group):
            return [one]
    return [f"{subject} for which {HOLD[form.every]}{end}:", *_items(form)] if isinstance(form, Group) else []


HOLD = {True: "all of these hold", False: "at least one of these holds"}


def _reads_well(form: Form) -> bool:
    """Few conditions, and at most one group within: more of it nobody can read as a sentence."""
    if isinstance(form, Asked):
        return True
    groups = [member for member in form.members if isinstance(member, Group)]
    small = all(_is_flat(group) and len(group.members) <= MOST_ALTERNATIVES for group in groups)
    return small and len(groups) <= (1 if form.every else 0) and len(list(every_leaf(form))) <= MOST_IN_A_SENTENCE


def _is_flat(group: Group) -> bool:
    return all(isinstance(member, Asked) for member in group.members)


def _clauses(form: Form) -> str:
    """What follows "a lead": from which company, that did what, and whose score is what."""
    if isinstance(form, Group) and not form.every:
        return f"that {joined([_part(member, alternative=True) for member in form.members], 'or')}"
    members = form.members if isinstance(form, Group) else (form,)
    company, score, rest = [], [], []
    for member in members:
        if isinstance(member, Asked) and member.holds and (phrase := said(member.leaf).company):
            company.append(phrase)
        elif isinstance(member, Asked) and isinstance(member.leaf, ScoreCondition):
            score.append(_whose(member))
        else:
            rest.append(say_form(member, inner=len(members) > 1))
    parts = [f"from a company {joined(company, 'and')}"] if company else []
    parts += [f"that {joined(rest, 'and')}"] if rest else []
    told = " ".join(parts)
    return f"{told}{', and ' if told else ''}{joined(score, 'and')}" if score else told


def _whose(asked: Asked) -> str:
    """ "has an engagement score of 60 or more" as "whose engagement score is 60 or more"."""
    words = said(asked.leaf).yes if asked.holds else said(asked.leaf).no
    _has, _a, which, _score, *value = words.split(" ")
    return f"whose {which} score is {' '.join(value).removeprefix('of ')}"


def _items(group: Group, number_: str = "") -> Iterator[str]:
    for n, member in enumerate(group.members, 1):
        place = f"{number_}{n}."
        if isinstance(member, Group) and not (_is_flat(member) and len(member.members) <= MOST_ALTERNATIVES):
            yield f"{place} {HOLD[member.every][0].upper()}{HOLD[member.every][1:]}:"
            yield from _items(member, place)
        else:
            yield f"{place} It {say_form(member)}."


def score_sentences(terms: LeadDefinition) -> list[str]:
    """One sentence a rule and one a cap."""
    told: list[str] = []
    if terms.fit is not None:
        told += (f"The fit score {say_fit_points(rule)}." for rule in terms.fit.rules)
        told += _caps("fit", terms.fit)
    if terms.engagement is not None:
        told += (f"The engagement score {say_engagement_points(rule)}." for rule in terms.engagement.rules)
        told += _caps("engagement", terms.engagement)
    return told


def say_fit_points(rule: FitRule) -> str:
    """ "gains 10 points if the lead is from a company of 50 people or more"."""
    return f"{_gains(rule.points)} if the lead {say(rule.when)}{_grouped(rule.group)}"


def say_engagement_points(rule: EngagementRule) -> str:
    """ "gains 5 points for each visit to /pricing* of the last 90 days, halved every 14 days"."""
    since = "" if rule.within_days is None else f" of the last {days(rule.within_days)}"
    fading = "" if rule.half_life_days is None else f", halved every {days(rule.half_life_days)}"
    return f"{_gains(rule.points)} for each {activity_words(rule.activity).noun}{since}{fading}{_grouped(rule.group)}"


def _gains(points: int) -> str:
    return f"{'loses' if points < 0 else 'gains'} {abs(points):,} point{'' if abs(points) == 1 else 's'}"


def _grouped(group: str | None) -> str:
    return "" if group is None else f" (group {quote(group)})"


def _caps(name: str, score: FitScore | EngagementScore) -> Iterable[str]:
    return (
        f"The group {quote(group)} adds at most {number(cap)} point{'' if cap == 1 else 's'} to the {name} score."
        for group, cap in score.caps.items()
    )
