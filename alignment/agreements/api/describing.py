"""How does a version or an agreement become JSON? One `Description` for each answer: it knows the instant and our address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from django.urls import reverse
from rest_framework.request import Request

from alignment.agreements.answers import since_when
from alignment.agreements.kinds import BOTH_SIDES, find_kind
from alignment.agreements.models import Agreement, Backtest, Comment, Override, Period, Signature, Step, Version
from alignment.agreements.selectors import IN_FORCE, PROPOSED, baseline, difference, leads_of, sentences, standing
from alignment.clock import now
from alignment.people.models import User

Json = dict[str, Any]


class Description:
    """What is shown, at one instant, with addresses as the caller reaches us."""

    def __init__(self, request: Request) -> None:
        self.absolute: Callable[[str], str] = request.build_absolute_uri
        self.now: datetime = now()
        self.titles: dict[tuple[str, str], str] = {}

    @classmethod
    def of(cls, context: Mapping[str, Any]) -> Description:
        """The one that the view put into its serializers' context."""
        return cast("Description", context["description"])

    @cached_property
    def leads(self) -> dict[str, list[str]]:
        return leads_of(BOTH_SIDES)

    def title(self, agreement: Agreement) -> str:
        """What it is called; a list asks for all titles at once, by `named`."""
        known = self.titles.get((agreement.kind, agreement.key))
        return known if known is not None else find_kind(agreement.kind).title_of(agreement.key)

    def named(self, agreements: Iterable[Agreement]) -> Description:
        """The same, knowing what these are called."""
        keys: dict[str, set[str]] = {}
        for one in agreements:
            keys.setdefault(one.kind, set()).add(one.key)
        for kind, those in keys.items():
            self.titles |= {(kind, key): title for key, title in find_kind(kind).titles(those).items()}
        return self

    def url(self, version_id: int, name: str = "api-agreement-version", *more: object) -> str:
        return self.absolute(reverse(name, args=[version_id, *more]))

    def link(self, version: Version) -> Json:
        stands = standing(version, self.now)
        return {
            "id": version.pk,
            "url": self.url(version.pk),
            "number": version.number,
            "state": stands.state,
            "since": since_when(stands.since),
            "until": stands.until,
            "overridden": stands.overridden,
            "unsigned_by": list(stands.unsigned),
            "sentences": sentences(version),
            "review_by": version.review_by,
        }

    def version(self, version: Version) -> Json:
        return {
            **self.link(version),
            "kind": version.agreement.kind,
            "key": version.agreement.key,
            "title": self.title(version.agreement),
            "terms": version.terms,
            "schema": version.schema,
            "note": version.note,
            "reason": version.reason,
            "author": label(version.author),
            "created_at": version.created_at,
            "changed_at": version.changed_at,
            "revision": version.revision,
            "effective_from": version.effective_from,
            "restored_from": version.restored_from.number if version.restored_from else None,
            "proposed_by": label(version.proposed_by),
            "proposed_at": version.proposed_at,
            "decided_by": label(version.decided_by),
            "decided_at": version.decided_at,
            "signatures": [self.signature(one) for one in version.signatures.all()],
        }

    def whole_version(self, version: Version) -> Json:
        before = baseline(version, self.now)
        made = getattr(version, "override", None) if version.step == Step.OVERRIDDEN else None
        return {
            **self.version(version),
            "compared_with": before.number if before else None,
            "difference": difference(before, version),
            "periods": periods(version.periods.all()),
            "override": overridden(made) if made else None,
            "comments": [self.comment(one) for one in version.comments.select_related("author")],
            "backtests": [self.backtest(one) for one in version.backtests.select_related("asked_by").defer("result")],
        }

    def agreement(self, agreement: Agreement) -> Json:
        """Its versions that matter now have been fetched with it, as `live_versions`."""
        versions: list[Version] = agreement.live_versions  # type: ignore[attr-defined]
        links = {version.pk: self.link(version) for version in versions}
        by_state = {state: [one for one in links.values() if one["state"] == state] for state in ("scheduled", "draft")}
        held = next((one for one in links.values() if one["state"] == IN_FORCE), None)
        proposal = next((one for one in links.values() if one["state"] == PROPOSED), None)
        missing = [side for one in (proposal, held) if one for side in one["unsigned_by"]]
        return {
            "id": agreement.pk,
            "url": self.absolute(reverse("api-agreement", args=[agreement.kind, agreement.key])),
            "kind": agreement.kind,
            "key": agreement.key,
            "title": self.title(agreement),
            "created_at": agreement.created_at,
            "in_force": held,
            "scheduled": sorted(by_state["scheduled"], key=lambda one: one["since"]),
            "proposal": proposal,
            "drafts": by_state["draft"],
            "waits_for": [{"side": side, "leads": self.leads[side]} for side in BOTH_SIDES if side in missing],
        }

    def signature(self, signature: Signature) -> Json:
        who, team = signature.user.label, signature.team.name
        return {"side": signature.side, "by": who, "team": team, "at": signature.at}

    def comment(self, comment: Comment) -> Json:
        by = comment.author.label
        return {"id": comment.pk, "parent": comment.parent_id, "by": by, "at": comment.at, "body": comment.body}

    def backtest(self, backtest: Backtest) -> Json:
        return {
            "id": backtest.pk,
            "url": self.url(backtest.version_id, "api-agreement-backtest", backtest.pk),
            "state": backtest.state,
            "progress": backtest.progress,
            "days": backtest.days,
            "ends_at": backtest.ends_at,
            "sampled": backtest.sampled,
            "asked_by": label(backtest.asked_by),
            "asked_at": backtest.asked_at,
            "finished_at": backtest.finished_at,
            "error": backtest.error,
        }

    def evidence(self, backtest: Backtest) -> Json:
        return {**self.backtest(backtest), "terms": backtest.terms, "result": backtest.result}


def label(user: User | None) -> str | None:
    return user.label if user else None


def periods(found: Iterable[Period]) -> list[Json]:
    """Those that hold some time, in order."""
    spans = sorted((one for one in found if not one.during.isempty), key=lambda one: one.since)
    return [{"since": since_when(one.since), "until": one.until} for one in spans]


def overridden(made: Override) -> Json:
    return {
        "by": made.operator.label,
        "at": made.at,
        "reason": made.reason,
        "regularised_at": made.regularised_at,
        "reverted_at": made.reverted_at,
        "reverted_by": label(made.reverted_by),
    }
