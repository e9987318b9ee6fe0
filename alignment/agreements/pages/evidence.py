"""What would a version have done with the past? Its backtests on the page: asked for, on their way, done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render

from alignment.agreements.backtests import DEFAULT_DAYS, MOST_DAYS, ask_backtest
from alignment.agreements.entitlement import may_write
from alignment.agreements.kinds import find_kind
from alignment.agreements.models import Backtest, Version
from alignment.agreements.pages.access import Signed, reading, the_version, writing
from alignment.agreements.pages.saying import path_of, refusing
from alignment.clock import now
from alignment.refusals import Refused
from alignment.ui.undo import say_done

AT_WORK = ("queued", "running")
SHOWN = 5


@dataclass(frozen=True)
class Tried:
    """One backtest; `outdated`: the wording was changed since. `percent` is how far it is."""

    backtest: Backtest
    outdated: bool

    @property
    def at_work(self) -> bool:
        return self.backtest.state in AT_WORK

    @property
    def percent(self) -> int:
        return int(self.backtest.progress * 100)


@dataclass(frozen=True)
class Evidence:
    """`template` shows a result; empty where the kind has nothing to try on the past."""

    possible: bool
    template: str
    latest: Tried | None
    earlier: Sequence[Tried]
    form: AskForm

    @property
    def at_work(self) -> bool:
        return self.latest is not None and self.latest.at_work


class AskForm(forms.Form):
    """Over how many days, and whether a quick look at a share of the leads will do, where the kind takes any."""

    days = forms.IntegerField(
        label="Days",
        min_value=1,
        max_value=MOST_DAYS,
        initial=DEFAULT_DAYS,
        help_text="How far back from now it looks.",
    )
    sampled = forms.BooleanField(label="Quick look at a sample", required=False)

    def __init__(self, *args: object, samples: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not samples:
            del self.fields["sampled"]


def evidence_of(version: Version) -> Evidence:
    """The latest backtest of a version, and those before it; a result, which may be long, is read where it is shown."""
    kind = find_kind(version.agreement.kind)
    every = version.backtests.select_related("asked_by").defer("result").order_by("-pk")
    found = every[: SHOWN + 1] if kind.backtest else []
    tried = [Tried(backtest, backtest.terms != version.terms) for backtest in found]
    latest = next(iter(tried), None)
    form = AskForm(initial={"days": latest.backtest.days} if latest else None, samples=kind.samples)
    return Evidence(kind.backtest is not None, kind.backtest_template or "", latest, tried[1:], form)


@reading
def show(request: Signed, kind: str, key: str, number: int) -> HttpResponse:
    """The part of the page that changes while a backtest is at work."""
    version = the_version(request, kind, key, number)
    context = {"version": version, "evidence": evidence_of(version), "writes": may_write(request.user)}
    return render(request, "agreements/_evidence.html", context)


@writing
@refusing
def ask(request: Signed, kind: str, key: str, number: int) -> HttpResponse:
    """Try this version on the past."""
    version = the_version(request, kind, key, number)
    form = AskForm(request.POST, samples=find_kind(kind).samples)
    if not form.is_valid():
        raise Refused("invalid_number", f"Days must be a whole number from 1 to {MOST_DAYS:,}.")
    sampled = form.cleaned_data.get("sampled", False)
    ask_backtest(version, by=request.user, now=now(), days=form.cleaned_data["days"], sampled=sampled)
    say_done(request, "It is being tried on the past. You may leave this page: it goes on without you.")
    return redirect(path_of(version, "evidence"))
