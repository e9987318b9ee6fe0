"""How is one condition said? As what a lead is or did, as what it is not or did not, and as what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from leads.definitions.describing import activity_words, an, days, joined, number, quote, times
from leads.definitions.fields import COMPANY, Field, find_field
from leads.definitions.normal_form import Leaf
from leads.definitions.terms import ActivityCondition, ConsentCondition, FieldCondition, ScoreCondition


@dataclass(frozen=True)
class Said:
    """A condition in words. "A lead that `yes`", "that `no`"; missing: `wanted`, or where it must not hold `unwanted`.

    `company` follows "from a company" where the condition is one on the company.
    """

    yes: str
    no: str
    wanted: str
    unwanted: str
    company: str | None = None


def said(leaf: Leaf) -> Said:
    """Any leaf, also one that `check` would refuse: a page shows the sentence beside the error."""
    if isinstance(leaf, FieldCondition):
        return _field(leaf)
    if isinstance(leaf, ActivityCondition):
        return _activity(leaf)
    if isinstance(leaf, ScoreCondition):
        return _score(leaf)
    return _consent(leaf)


def _activity(leaf: ActivityCondition) -> Said:
    least = leaf.count if leaf.op == "at_least" else leaf.count + 1
    yes, wanted = _at_least(leaf, least), _so_many(leaf, least)
    no, unwanted = _fewer_than(leaf, least), _fewer(leaf, least)
    return Said(yes, no, wanted, unwanted) if leaf.op == "at_least" else Said(no, yes, unwanted, wanted)


def _within(leaf: ActivityCondition) -> str:
    return "" if leaf.within_days is None else f" within {days(leaf.within_days)}"


def _lately(leaf: ActivityCondition) -> str:
    return "" if leaf.within_days is None else f" in the last {days(leaf.within_days)}"


def _at_least(leaf: ActivityCondition, least: int) -> str:
    often = "" if least == 1 else f" at least {times(least)}{_altogether(leaf)}"
    return f"{activity_words(leaf.activity).did}{often}{_within(leaf)}"


def _fewer_than(leaf: ActivityCondition, least: int) -> str:
    words = activity_words(leaf.activity)
    if least == 1:
        return f"has not {words.done}{_within(leaf)}"
    return f"{words.did} at most {times(least - 1)}{_altogether(leaf)}{_within(leaf)}"


def _altogether(leaf: ActivityCondition) -> str:
    return " altogether" if len(set(leaf.activity.kinds)) > 1 else ""


def _so_many(leaf: ActivityCondition, least: int) -> str:
    words = activity_words(leaf.activity)
    return f"{an(words.noun) if least == 1 else f'at least {least:,} {words.nouns}'}{_lately(leaf)}"


def _fewer(leaf: ActivityCondition, least: int) -> str:
    words = activity_words(leaf.activity)
    many = f"no {words.nouns}" if least == 1 else f"at most {least - 1:,} {words.noun if least == 2 else words.nouns}"
    return f"{many}{_lately(leaf)}"


def _score(leaf: ScoreCondition) -> Said:
    value, (reached, missed) = number(leaf.value), ("or more", "below")
    if leaf.op == "at_most":
        reached, missed = "or less", "above"
    yes, no = f"{an(leaf.score)} score of {value} {reached}", f"{an(leaf.score)} score {missed} {value}"
    return Said(f"has {yes}", f"has {no}", yes, no)


def _consent(leaf: ConsentCondition) -> Said:
    purpose = quote(leaf.consent)
    if leaf.op == "granted":
        given = f"consent given for {purpose}"
        return Said(f"has given consent for {purpose}", f"has not given consent for {purpose}", given, f"no {given}")
    taken = f"refusal or withdrawal of consent for {purpose}"
    yes, no = f"has not refused or withdrawn consent for {purpose}", f"has refused or withdrawn consent for {purpose}"
    return Said(yes, no, f"no {taken}", taken)


def _field(leaf: FieldCondition) -> Said:
    field = find_field(leaf.field)
    if field is None or field.takes(leaf.op) is None:
        return _has(f"{quote(leaf.field)} {leaf.op.replace('_', ' ')} {value_words(leaf)}".rstrip())
    if field.kind == "boolean":
        return _yes_or_no(leaf, field)
    if field.kind == "moment":
        return _moment(leaf, field)
    if field.owner == COMPANY:
        return _of_company(_company_phrase(leaf, field))
    return _of_lead(leaf, field)


def _has(what: str, unwanted: str | None = None) -> Said:
    return Said(f"has {what}", f"does not have {what}", what, unwanted or f"not {what}")


def _of_company(phrase: str) -> Said:
    company = f"a company {phrase}"
    return Said(f"is from {company}", f"is not from {company}", company, f"not {company}", phrase)


def _of_lead(leaf: FieldCondition, field: Field) -> Said:
    if field.attribute is not None:
        return _has(_attribute(leaf, field.attribute))
    if leaf.op == "known":
        noun = field.title if field.name == "lead.email" else f"known {field.title}"
        return Said(f"has {an(noun)}", f"has no {noun}", an(noun), f"no {noun}")
    if leaf.op == "is":
        return _has(f"the {field.title} {value_words(leaf)}", f"{an(field.title)} other than {value_words(leaf)}")
    return _has(f"{an(field.title)} that {TEXTS[leaf.op]} {value_words(leaf)}")


def _yes_or_no(leaf: FieldCondition, field: Field) -> Said:
    noun = f"usable {field.title.removesuffix(' usable')}"
    good = Said(f"has {an(noun)}", f"has no {noun}", an(noun), f"no {noun}")
    return good if leaf.value is True else Said(good.no, good.yes, good.unwanted, good.wanted)


def _moment(leaf: FieldCondition, field: Field) -> Said:
    if leaf.op == "known":
        return _has(f"a known moment of {field.title}")
    count = leaf.value if isinstance(leaf.value, int) else 0
    ago = f"within {days(count)}"
    return Said(f"was created {ago}", f"was not created {ago}", f"{field.title} {ago}", f"no {field.title} {ago}")


TEXTS = {"contains": "contains", "starts_with": "begins with", "matches": "matches"}
AS_PART = {"contains": "containing", "starts_with": "beginning with", "matches": "matching"}
AMOUNTS = {
    "is": "of exactly {}", "at_least": "of {} or more", "at_most": "of at most {}", "more_than": "of more than {}",
    "less_than": "of less than {}",
}  # fmt: skip
COMPANY_IS = {
    "company.name": "called {}", "company.domain": "with the domain {}", "company.industry": "in the industry {}",
    "company.country": "in the country {}",
}  # fmt: skip


def value_words(leaf: FieldCondition) -> str:
    """The value as it was given, all of it."""
    value = leaf.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list):
        return joined([quote(one) for one in value], "or")
    return "" if value is None else quote(value)


def _attribute(leaf: FieldCondition, name: str) -> str:
    named = quote(name)
    if leaf.op == "known":
        return f"{named} filled in"
    if leaf.op in AS_PART:
        return f"{named} {AS_PART[leaf.op]} {value_words(leaf)}"
    if leaf.op == "is":
        number_meant = isinstance(leaf.value, int | float) and not isinstance(leaf.value, bool)
        return f"{named} {'equal to' if number_meant else 'set to'} {value_words(leaf)}"
    return f"{named} {AMOUNTS[leaf.op].format(value_words(leaf))}"


def _company_phrase(leaf: FieldCondition, field: Field) -> str:
    if field.attribute is not None:
        return f"with {_attribute(leaf, field.attribute)}"
    short = field.title.removeprefix("company ").removeprefix("company's ")
    if leaf.op == "known":
        return f"whose {short} is known"
    if leaf.op in TEXTS:
        return f"whose {short} {TEXTS[leaf.op]} {value_words(leaf)}"
    if field.name in COMPANY_IS:
        return COMPANY_IS[field.name].format(value_words(leaf))
    if field.name == "company.employees":
        return _people(leaf)
    return f"with {an(short)} {AMOUNTS[leaf.op].format(value_words(leaf))}"


def _people(leaf: FieldCondition) -> str:
    counted = f"{value_words(leaf)} {'person' if leaf.value == 1 else 'people'}"
    return PEOPLE[leaf.op].format(counted)


PEOPLE = {
    "at_least": "of {} or more",
    "is": "of exactly {}",
    "at_most": "of at most {}",
    "more_than": "of more than {}",
    "less_than": "of fewer than {}",
}
