"""The verdict on a campaign as a kind of agreement: agreed before launch, judged by the product on the day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from alignment.agreements.kinds import Kind, Scope, register
from alignment.clock import now as present
from alignment.people.selectors import reporting_currency, reporting_zone
from alignment.refusals import FieldError
from kpis.metrics.catalogue import find
from kpis.metrics.declaring import Metric
from kpis.verdicts.campaigns import campaign_of, launch_of, names_of, to_agree_on
from kpis.verdicts.terms import KIND, VerdictTerms
from kpis.verdicts.words import written
from leads.funnel.stage_sets import stage_set

USUAL_DAYS = 90


def sentences(terms: VerdictTerms) -> Sequence[str]:
    """What is measured, and when."""
    metric = measured(terms)
    return [
        f"The campaign did what it should if its “{metric.title}” is {terms.direction} {_bound(terms, metric)}.",
        f"{metric.sentence} Of this campaign alone, from its beginning up to {terms.judged_on:%-d %B %Y}.",
        f"The product judges it on {terms.judged_on:%-d %B %Y} as it stands when the day begins, and tells both sides.",
    ]


def sentences_under(key: str, terms: VerdictTerms) -> Sequence[str]:
    """The same, and whether it was agreed in time."""
    campaign = campaign_of(key)
    if campaign is None:
        return sentences(terms)
    launch = launch_of(campaign)
    said = (
        "Its beginning is not known."
        if launch is None
        else f"It begins on {launch.astimezone(reporting_zone()):%-d %B %Y}."
    )
    late = launch is not None and launch <= present()
    return [
        f"“{campaign.name}”: {said}{' What is agreed from now on is agreed after launch.' if late else ''}",
        *sentences(terms),
    ]


def difference(before: VerdictTerms, after: VerdictTerms) -> Sequence[str]:
    """`Accepted leads at least 20 → at least 30.`"""
    said = []
    if before.metric != after.metric:
        said.append(f"What is measured: {measured(before).title} → {measured(after).title}.")
    old, new = (f"{terms.direction} {_bound(terms, measured(terms))}" for terms in (before, after))
    if old != new:
        said.append(f"What it should do: {old} → {new}.")
    if before.judged_on != after.judged_on:
        said.append(f"Judged on: {before.judged_on:%-d %B %Y} → {after.judged_on:%-d %B %Y}.")
    return said


def measured(terms: VerdictTerms) -> Metric:
    """The metric of the catalogue."""
    return find(terms.metric, stage_set())


def check(terms: VerdictTerms, scope: Scope) -> list[FieldError]:
    """The day must be to come, and after the campaign began."""
    campaign = campaign_of(scope.key)
    if campaign is None:
        return [
            FieldError("terms", "unknown_campaign", "There is no such campaign; choose one on the board of campaigns.")
        ]
    if terms.due <= scope.now:
        return [FieldError("judged_on", "in_the_past", f"{terms.judged_on} is past; name a day that is to come.")]
    launch = launch_of(campaign)
    if launch is not None and terms.due <= launch:
        day = launch.astimezone(reporting_zone()).date()
        detail = f"The campaign begins on {day}; by {terms.judged_on} it can have done nothing. Name a later day."
        return [FieldError("judged_on", "before_launch", detail)]
    return []


def starting(key: str) -> VerdictTerms:
    """Ninety days after it begins, or after today."""
    campaign = campaign_of(key)
    moment = present()
    launch = launch_of(campaign) if campaign else None
    first = max(launch or moment, moment).astimezone(reporting_zone()).date()
    return VerdictTerms(threshold=10, judged_on=first + timedelta(days=USUAL_DAYS))


def title_of(key: str) -> str:
    """`Verdict on “Spring fair”`."""
    return titles_of([key])[key]


def titles_of(keys: Collection[str]) -> Mapping[str, str]:
    """The same for many keys at once."""
    names = names_of(keys)
    return {key: f"Verdict on “{names[key]}”" if key in names else f"Verdict on campaign {key}" for key in keys}


def key_error(key: str) -> str | None:
    """A campaign's id is needed."""
    return None if campaign_of(key) else "There is no such campaign; the board of campaigns names them all."


def follows(terms: VerdictTerms, _scope: Scope) -> Sequence[str]:
    """What taking effect sets going."""
    return [f"On {terms.judged_on:%-d %B %Y} the product judges it and tells both sides; the verdict is never changed."]


def _bound(terms: VerdictTerms, metric: Metric) -> str:
    return written(metric.unit, terms.bound, reporting_currency())


VERDICT = Kind(
    key=KIND,
    title="Verdict on a campaign",
    sentence="What a campaign must have done by when, agreed before it begins and judged by the product.",
    terms=VerdictTerms,
    sentences=sentences,
    sentences_under=sentences_under,
    difference=difference,
    title_of=title_of,
    titles_of=titles_of,
    key_error=key_error,
    starting=starting,
    check=check,
    follows=follows,
    keys=lambda: to_agree_on(present()),
)


def install() -> None:
    """Let verdicts be agreed upon."""
    register(VERDICT)
