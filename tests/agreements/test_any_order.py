"""Whatever people do in whatever order: at most one version holds, nobody signs twice, and nothing in force changes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, ClassVar

from hypothesis import event, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from alignment.agreements import selectors
from alignment.agreements.comments import comment
from alignment.agreements.deciding import propose, reject, sign, withdraw
from alignment.agreements.drafts import change_draft, discard_draft, restore
from alignment.agreements.in_force import in_force, periods_of
from alignment.agreements.models import Period, Signature, Version
from alignment.agreements.overriding import override, revert
from alignment.agreements.periods import begin_due
from alignment.people.models import User
from alignment.people.persons import change_person
from alignment.refusals import Refused
from tests import world
from tests.agreements import lunch
from tests.agreements.lunch import LUNCH, a_draft
from tests.world import NOW

PEOPLE = ("marketer", "marketing_lead", "salesperson", "sales_lead", "partner", "manager", "operator", "outsider")
LEADS = ("marketing_lead", "sales_lead")
AIMED_AT = {
    "draft": (), "begin": (), "switch": (), "change": ("draft",), "discard": ("draft",), "propose": ("draft",),
    "restore": ("signed", "overridden", "rejected"), "sign": ("proposed", "overridden"), "reject": ("proposed",),
    "withdraw": ("proposed",), "override": ("draft", "proposed"), "revert": ("overridden",),
    "comment": ("draft", "proposed", "signed"),
}  # fmt: skip
"""What can be tried, and with versions of which steps it may well succeed."""
OFTEN = ("draft", "propose", "propose", "sign", "sign", "sign", "sign", "override", "revert")


@dataclass(frozen=True)
class Step:
    """Somebody tries something some hours after the last step: with a version that it fits if `aimed`, else with any."""

    what: str
    who: str
    aimed: bool
    which: int
    hours: int
    minutes: int
    ahead: int | None


def some_step(what: str) -> st.SearchStrategy[Step]:
    entitled = {"override": ("operator",), "revert": ("operator",)}.get(what, LEADS)
    return st.builds(
        Step,
        what=st.just(what),
        who=st.sampled_from(PEOPLE + entitled * 8),
        aimed=st.integers(0, 4).map(bool),
        which=st.integers(1, 3),
        hours=st.integers(0, 3),
        minutes=st.integers(1, 3),
        ahead=st.none() | st.integers(0, 5),
    )


steps = st.sampled_from((*AIMED_AT, *OFTEN * 2)).flatmap(some_step)


@dataclass
class Story:
    """What has been seen so far: it may not change any more."""

    now: datetime = NOW
    asked: dict[datetime, tuple[int, int] | None] = field(default_factory=dict)
    wordings: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    signed: dict[int, tuple[Any, ...]] = field(default_factory=dict)


def try_it(step: Step, cast: world.Cast, now: datetime) -> None:
    person: User = User.objects.get(pk=getattr(cast, step.who).pk)
    every = list(Version.objects.filter(agreement__kind=LUNCH).order_by("-pk"))
    versions = [one for one in every if one.step in AIMED_AT[step.what]] if step.aimed else every
    if step.what == "draft" or not versions:
        effective = now + timedelta(hours=step.ahead) if step.ahead is not None else None
        a_draft(person, now, step.minutes, effective_from=effective)
        return
    chosen = versions[: step.which][-1]
    pk = chosen.pk
    tries: dict[str, Callable[[], object]] = {
        "change": lambda: change_draft(pk, by=person, now=now, document={"minutes": step.minutes + 10}),
        "discard": lambda: discard_draft(pk, by=person),
        "restore": lambda: restore(chosen, by=person, now=now),
        "propose": lambda: propose(pk, by=person, now=now),
        "sign": lambda: sign(pk, by=person, now=now),
        "reject": lambda: reject(pk, by=person, now=now, reason="No."),
        "withdraw": lambda: withdraw(pk, by=person, now=now),
        "override": lambda: override(pk, by=person, now=now, reason="Now."),
        "revert": lambda: revert(pk, by=person, now=now),
        "comment": lambda: comment(chosen, "Well.", by=person, now=now),
        "begin": lambda: begin_due(now=now),
        "switch": lambda: change_person(
            person, now=now, team=cast.sales if person.side == "marketing" else cast.marketing
        ),
    }
    tries[step.what]()


def seen_at(at: datetime) -> tuple[int, int] | None:
    found = in_force(LUNCH, "monday", at)
    return (found.version_id, found.terms.minutes) if found else None


def check(story: Story) -> None:
    spans = periods_of(LUNCH, "monday")
    for before, after in pairwise(spans):
        assert before.until is not None
        assert before.until <= after.since
    for at, answer in story.asked.items():
        assert seen_at(at) == answer, at
    for version in selectors.versions(User.objects.get(name="Manager")).filter(agreement__kind=LUNCH):
        stands = selectors.standing(version, story.now)
        assert stands.state in selectors.STATES
        held = [span for span in spans if span.version_id == version.pk]
        assert (stands.state == "in_force") == any(
            span.since <= story.now and (span.until is None or story.now < span.until) for span in held
        )
        if version.step in ("draft", "proposed", "rejected", "withdrawn"):
            assert not held
        if version.step == "signed":
            assert {signature.side for signature in version.signatures.all()} == {"marketing", "sales"}
        if version.step != "draft":
            wording = (version.terms, version.schema, version.note, version.effective_from)
            assert story.wordings.setdefault(version.pk, wording) == wording
    assert Version.objects.filter(agreement__kind=LUNCH, step="proposed").count() <= 1
    signers = list(Signature.objects.values_list("version", "user"))
    assert len(signers) == len(set(signers))
    present = {row[0]: row for row in Signature.objects.values_list("pk", "version", "side", "user", "team", "at")}
    assert story.signed.items() <= present.items()
    story.signed = dict(present)
    assert not Period.objects.filter(
        version__agreement__kind=LUNCH, begun_at__gt=story.now + timedelta(seconds=1)
    ).exists()


class AnyOrder(TestCase):
    """One story an example, each in its own transaction."""

    cast: ClassVar[world.Cast]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = world.cast()

    @settings(max_examples=12, deadline=None)
    @given(st.lists(steps, min_size=10, max_size=40))
    def test_whatever_people_do_one_state_follows(self, steps_taken: list[Step]) -> None:
        with lunch.registered():
            story = Story()
            for step in steps_taken:
                just_before = story.now - timedelta(microseconds=1)
                story.asked[just_before] = seen_at(just_before)
                story.now += timedelta(hours=step.hours, microseconds=1)
                with suppress(Refused):
                    try_it(step, self.cast, story.now)
                check(story)
            event(f"periods {len(periods_of(LUNCH, 'monday'))}")
