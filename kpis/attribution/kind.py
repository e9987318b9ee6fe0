"""Attribution as a kind of agreement: by which model touches are credited with what was won, and what a touch is."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.agreements.kinds import Kind, Scope, Work, only_key, register
from alignment.ui.words import count
from kpis import freshness
from kpis.attribution.keeping import WHAT
from kpis.attribution.terms import KIND, TITLES, TOUCH_KINDS, AttributionTerms
from leads.activities.kinds import BY_KEY
from leads.models import Deal


def sentences(terms: AttributionTerms) -> Sequence[str]:
    """What counts as a touch, and which model counts."""
    said = [
        f"What is won is credited to the touches before it by the model “{TITLES[terms.default_model]}”; the others stand beside it.",
        f"Touches count for {days(terms.look_back_days)} before a deal is opened (without that, before it is closed).",
        f"A touch is: {kinds_in_words(terms.kinds)}.",
    ]
    if "page_view" in terms.kinds:
        said.append(
            f"Page views with less than {minutes(terms.visit_minutes)} between them are one visit, and one touch."
        )
    return [*said, f"With time decay, a touch {days(terms.half_life_days)} earlier is worth half as much."]


def difference(before: AttributionTerms, after: AttributionTerms) -> Sequence[str]:
    """`Look-back: 90 days → 60 days.`"""
    pairs = (
        ("The model that counts", TITLES[before.default_model], TITLES[after.default_model]),
        ("Look-back", days(before.look_back_days), days(after.look_back_days)),
        ("Visit", minutes(before.visit_minutes), minutes(after.visit_minutes)),
        ("Half-life", days(before.half_life_days), days(after.half_life_days)),
    )
    said = [f"{what}: {old} → {new}." for what, old, new in pairs if old != new]
    for key in TOUCH_KINDS:
        title = BY_KEY[key].title
        if (key in before.kinds) != (key in after.kinds):
            said.append(f"{title}: counts as a touch." if key in after.kinds else f"{title}: no longer a touch.")
    return said


def days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def minutes(number: int) -> str:
    return "1 minute" if number == 1 else f"{number} minutes"


def kinds_in_words(kinds: Sequence[str]) -> str:
    return ", ".join(BY_KEY[key].title.lower() for key in kinds)


def follows(_terms: AttributionTerms, _scope: Scope) -> Sequence[str]:
    """What taking effect sets going."""
    deals = Deal.objects.count()
    are = "deal is" if deals == 1 else "deals are"
    return [
        f"{count(deals)} {are} credited anew, also those of periods that are over; "
        "figures asked as of an earlier day keep what was agreed then."
    ]


def work(version_id: int) -> Work | None:
    """How far crediting anew is."""
    noted = freshness.last(WHAT)
    if noted is None or noted.detail.get("version") != version_id or not noted.detail.get("under_way"):
        return None
    return Work("Deals are credited anew", int(noted.detail.get("done", 0)), Deal.objects.count())


ATTRIBUTION = Kind(
    key=KIND,
    title="Attribution",
    sentence="How what is won is credited to the touches that led to it.",
    terms=AttributionTerms,
    sentences=sentences,
    difference=difference,
    title_of=lambda _key: "Attribution",
    key_error=only_key,
    starting=lambda _key: AttributionTerms(),
    follows=follows,
    work=work,
)


def install() -> None:
    """Let attribution be agreed upon."""
    register(ATTRIBUTION)
