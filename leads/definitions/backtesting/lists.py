"""Which lists has a backtest? One declaration a list: figures count it, pages, API and CSV show it.

`this` is the version tried, `other` the one in force. A lead that was won already is no lead that qualifies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from leads.definitions.backtesting.models import BacktestLead
from leads.definitions.backtesting.span import Span

Which = Callable[[Span], Q]


@dataclass(frozen=True)
class Listing:
    """`moment` names the column by which it is sorted, and `moment_title` says what happened then; `compares`: it needs a
    version in force.
    """

    key: str
    title: str
    moment: str
    moment_title: str
    which: Which
    compares: bool = False


NONE = Q(pk__in=[])


def qualified(at: str) -> Which:
    return lambda span: Q(**{f"{at}__gte": span.start})


def judged(at: str) -> Which:
    """Qualified long enough before the end to tell whether they were won."""
    return lambda span: NONE if span.old_enough is None else qualified(at)(span) & Q(**{f"{at}__lte": span.old_enough})


def won_in_time(at: str) -> Which:
    return lambda span: judged(at)(span) & Q(won_at__lte=F(at) + span.waited())


def never_worked(at: str) -> Which:
    def which(span: Span) -> Q:
        late = Q(won_at=None) | Q(won_at__gt=F(at) + span.waited())
        return judged(at)(span) & late & (Q(worked_at=None) | Q(worked_at__gt=span.end))

    return which


def won(span: Span) -> Q:
    """Won in the span, in the time in which nine of ten are."""
    if span.wait is None:
        return NONE
    return Q(won_at__gte=span.start, won_at__lt=span.end, won_at__lte=F("began_at") + span.waited())


def won_by(at: str) -> Which:
    return lambda span: won(span) & Q(**{f"{at}__lt": F("won_at")})


def won_without(at: str) -> Which:
    return lambda span: won(span) & (Q(**{at: None}) | Q(**{f"{at}__gte": F("won_at")}))


def only(at: str, not_at: str) -> Which:
    return lambda span: qualified(at)(span) & Q(**{not_at: None})


def before(at: str, other: str) -> Which:
    return lambda span: qualified(at)(span) & Q(**{f"{other}__lt": span.start})


def later_won(which: Which) -> Which:
    return lambda span: which(span) & Q(won_at__isnull=False)


def later_lost(which: Which) -> Which:
    return lambda span: which(span) & Q(won_at=None, lost=True)


THIS, OTHER = "this_at", "other_at"
WHEN, WHEN_OTHER, WHEN_WON = "Would have qualified", "Qualified by the one in force", "Won"

LISTS: dict[str, Listing] = {
    one.key: one
    for one in (
        Listing("qualified", "Would have qualified", THIS, WHEN, qualified(THIS)),
        Listing(
            "qualified_in_force", "Would have qualified by the version in force", OTHER, WHEN_OTHER, qualified(OTHER), True
        ),
        Listing("gained", "Would have qualified by this version only", THIS, WHEN, only(THIS, OTHER), True),
        Listing("dropped", "Would have qualified by the version in force only", OTHER, WHEN_OTHER, only(OTHER, THIS), True),
        Listing(
            "both", "Would have qualified by both in these days", THIS, WHEN,
            lambda span: qualified(THIS)(span) & qualified(OTHER)(span), True,
        ),
        Listing("later", "Would have qualified now, and had by the version in force before", THIS, WHEN, before(THIS, OTHER), True),
        Listing("sooner", "Qualify by the version in force, and had by this one before", OTHER, WHEN_OTHER, before(OTHER, THIS), True),
        Listing("judged", "Qualified long enough ago to tell", THIS, WHEN, judged(THIS)),
        Listing("judged_won", "Of those old enough, won in time", THIS, WHEN, won_in_time(THIS)),
        Listing("judged_never_worked", "Of those old enough, never worked by sales", THIS, WHEN, never_worked(THIS)),
        Listing("judged_in_force", "Long enough ago to tell, by the version in force", OTHER, WHEN_OTHER, judged(OTHER), True),
        Listing(
            "judged_won_in_force", "Of those old enough by the version in force, won in time", OTHER, WHEN_OTHER,
            won_in_time(OTHER), True,
        ),
        Listing(
            "judged_never_worked_in_force", "Of those old enough by the version in force, never worked by sales", OTHER,
            WHEN_OTHER, never_worked(OTHER), True,
        ),
        Listing("won", "Won in these days", "won_at", WHEN_WON, won),
        Listing("won_found", "Won, and qualified by this version before", "won_at", WHEN_WON, won_by(THIS)),
        Listing("won_not_found", "Won, and not qualified by this version before", "won_at", WHEN_WON, won_without(THIS)),
        Listing(
            "won_found_in_force", "Won, and qualified by the version in force before", "won_at", WHEN_WON, won_by(OTHER), True
        ),
        Listing("customers_since", "Would have qualified, and won since", THIS, WHEN, later_won(qualified(THIS))),
        Listing(
            "customers_since_in_force", "Qualified by the version in force, and won since", OTHER, WHEN_OTHER,
            later_won(qualified(OTHER)), True,
        ),
        Listing(
            "missed", "Won since, and this version would have missed them", OTHER, WHEN_OTHER, later_won(only(OTHER, THIS)), True
        ),
        Listing(
            "kept_out", "Lost or disqualified since, and this version would have kept them out", OTHER, WHEN_OTHER,
            later_lost(only(OTHER, THIS)), True,
        ),
        Listing(
            "found", "Won since, and only this version would have found them", THIS, WHEN, later_won(only(THIS, OTHER)), True
        ),
        Listing(
            "let_in", "Lost or disqualified since, and only this version would have let them in", THIS, WHEN,
            later_lost(only(THIS, OTHER)), True,
        ),
        Listing(
            "customers_already", "Would have met it, but had been won already", "customer_at", "Would have met it",
            lambda _span: Q(customer_at__isnull=False),
        ),
    )
}  # fmt: skip
"""Every list, by its key."""


def rows_of(listing: Listing, backtest_id: int, span: Span) -> QuerySet[BacktestLead]:
    """The leads of a list."""
    return BacktestLead.objects.filter(listing.which(span), backtest=backtest_id)
