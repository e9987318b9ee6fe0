"""What does a report leave out for whoever asks, and what may they not ask it by? Asked by every report about handoffs.

A partner's figures are over the leads that its team holds or is offered now. A lead that it turned down leaves its sight, and
its figures with it: what is left looks better than what was, and each report says so.
"""

from __future__ import annotations

from alignment.agreements.entitlement import may_read
from alignment.people.selectors import Somebody
from alignment.refusals import FieldError, Refused
from kpis.reports.params import ReportParams
from leads.records.visibility import sight_of

OF_NOW = "of the leads that your team holds or is offered now"
OF_DEFINITIONS = "definition"


def sight(user: Somebody | None) -> str | None:
    """Of which leads the figures are, in words; None: of all."""
    return None if sight_of(user).everything else OF_NOW


def reads_agreements(user: Somebody | None) -> bool:
    """Whether definitions may be named to this person; None is the operator at the command line."""
    return user is None or may_read(user)


def readable(params: ReportParams, user: Somebody | None) -> None:
    """Refused where somebody who may not read agreements asks by definitions."""
    if reads_agreements(user):
        return
    detail = "Definitions are between marketing and sales; ask by something else, such as rule or source."
    wrong = [
        FieldError(option, "unknown_cut", detail)
        for option, names in (("by", params.by), ("where", dict(params.where)))
        if OF_DEFINITIONS in names
    ]
    if wrong:
        raise Refused("invalid_options", detail, wrong)
