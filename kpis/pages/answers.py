"""What does a page of figures of a large company say, without counting a million leads while somebody waits? What was counted a while
ago, an hour at most, with its instant.

An answer is looked up by the whole question. It is shown as of its instant (never an older one after a newer one: there is one row a
question, which only gets newer), and whoever looks at one that is due has the worker count it anew. A question that nobody has asked
before is counted by the worker while the page says so and looks again. A company of fewer than `LARGE` leads reads everything live, and
so does who sees only some leads, and who asks about another instant than now.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from time import perf_counter
from types import MappingProxyType
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from alignment.people.selectors import Somebody, reporting_currency, reporting_zone
from alignment.refusals import Refused
from alignment.replica.router import is_reading_reports
from kpis.models import KeptPage
from kpis.pages.questions import Question
from kpis.pages.readers import READERS
from leads.funnel.stage_sets import stage_set
from leads.pages.access import Signed
from leads.records.visibility import sight_of
from leads.selectors.queries.size import has_leads

log = logging.getLogger(__name__)

LARGE = 5_000
"""Leads from which on pages read what is kept."""

PATIENT = 50_000
"""Leads up to which a new question is counted while its page waits: a fraction of a second."""

AT_LEAST, AT_MOST = timedelta(seconds=60), timedelta(minutes=10)
SHARE = 20
"""Of a worker's time, at most one part in so many goes to one question."""

SHOWN_FOR = timedelta(hours=1)
"""What was counted longer ago is shown no more: the question is as good as new."""

TOO_OLD = timedelta(days=1)
"""Then it is forgotten."""

SHAPE = 1
"""Of all that is kept. Raised with every change of what a reader gives: what the version before kept is then counted anew, not read."""

CLAIMED_SECONDS = 300
AGAIN_SECONDS = 5
NOTHING: Mapping[str, str] = MappingProxyType({})
REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    """What a page says, as of `at`. `kept`: it was counted beforehand."""

    document: Mapping[str, Any]
    at: datetime
    kept: bool

    def question(self, asked: Question) -> Question:
        """The question as of the instant of the answer: lists behind its figures are of that instant, too."""
        return replace(asked, now=self.at) if self.kept else asked


def answer(
    name: str, question: Question, user: Somebody, more: Mapping[str, str] = NOTHING, *, wait: bool = False
) -> Answer | None:
    """What the reader of that name says to the question; None: it is being counted. `more` are options of the reader's own;
    `wait`: count it now, if there is nothing. `Refused` as the reader refuses.
    """
    if not may_be_kept(question, user):
        return Answer(READERS[name](question, user, more), question.now, kept=False)
    found = look_up(name, question, more)
    if found is not None and question.now - found.at <= SHOWN_FOR:
        if question.now - found.at >= interval(found.seconds):
            ask_for(name, question, more)
        document = found.document
        if REFUSED in document:
            raise Refused(**document[REFUSED])
        return Answer(document, found.at, kept=True)
    if wait or not has_leads(PATIENT):
        if is_reading_reports():  # where nothing can be written: the worker counts it once more, to keep it
            ask_for(name, question, more)
            return Answer(READERS[name](question, user, more), question.now, kept=False)
        return keep(name, question, more)
    ask_for(name, question, more)
    return None


def being_counted(request: Signed) -> HttpResponse:
    """The page that says so, and looks again."""
    query = request.GET.copy()
    query["wait"] = "1"
    context = {"address": f"{request.path}?{query.urlencode()}", "seconds": AGAIN_SECONDS}
    page = render(request, "kpis/counting.html", context, status=202)
    page["Refresh"] = f"{AGAIN_SECONDS}"
    return page


def may_be_kept(question: Question, user: Somebody | None) -> bool:
    """Everybody's figures, as of now, of a large company."""
    at_once = question.options.get("as_of") is None and question.options.get("known_at") is None
    return at_once and sight_of(user).everything and has_leads(LARGE)


def look_up(name: str, question: Question, more: Mapping[str, str] = NOTHING) -> KeptPage | None:
    """The row of this question, where it rests on what is so now."""
    now = question.now
    found = KeptPage.objects.filter(key=key_of(name, question, more), at__gt=now - TOO_OLD, at__lte=now).first()
    return found if found is not None and found.rests_on == rests_on(now) else None


def keep(name: str, question: Question, more: Mapping[str, str] = NOTHING) -> Answer:
    """Count it and keep it. Where somebody has counted later meanwhile, what they found stays."""
    began = perf_counter()
    text = json.dumps(READERS[name](question, None, more))
    _write(name, question, more, text, perf_counter() - began)
    return Answer(json.loads(text), question.now, kept=True)


def _write(name: str, question: Question, more: Mapping[str, str], text: str, seconds: float) -> None:
    key = key_of(name, question, more)
    row = {"at": question.now, "seconds": seconds, "rests_on": rests_on(question.now), "text": text}
    if not KeptPage.objects.filter(key=key, at__lte=question.now).update(**row):
        KeptPage.objects.bulk_create([KeptPage(key=key, **row)], ignore_conflicts=True)


def ask_for(name: str, question: Question, more: Mapping[str, str]) -> None:
    """Have a worker count it, unless that was asked for a moment ago. Should that be lost, the next visitor asks again after
    `CLAIMED_SECONDS`."""
    from kpis.pages.tasks import keep_answer

    claim = f"kpis:asked:{key_of(name, question, more)}"
    try:
        if cache.add(claim, 1, CLAIMED_SECONDS):
            try:
                keep_answer.delay(name, {option: list(given) for option, given in question.options.items()}, dict(more))
            except OperationalError:
                cache.delete(claim)
                raise
    except (OperationalError, RedisError):  # no broker, or no cache: the page has its answer, or asks again
        log.warning("nobody could be asked to count %s anew", name, exc_info=True)


def counted_by_request(name: str, question: Question, more: Mapping[str, str]) -> bool:
    """What the task does: count it, unless it was a moment ago; a refusal is an answer, too. Then it may be asked for again."""
    try:
        found = look_up(name, question, more)
        if found is not None and question.now - found.at < AT_LEAST:
            return False
        try:
            keep(name, question, more)
        except Refused as refused:
            said = {"code": refused.code, "detail": refused.detail, "status": refused.status}
            _write(name, question, more, json.dumps({REFUSED: said}), 0.0)
        return True
    finally:
        cache.delete(f"kpis:asked:{key_of(name, question, more)}")


def interval(seconds: float, times: int = 1) -> timedelta:
    """How often an answer is counted anew that takes so long."""
    return times * min(max(AT_LEAST, timedelta(seconds=SHARE * seconds)), AT_MOST)


def rests_on(now: datetime) -> dict[str, object]:
    """What makes it another question."""
    return {
        "shape": SHAPE,
        "funnel": stage_set(at=now).version_id,
        "zone": reporting_zone().key,
        "currency": reporting_currency(),
    }


def key_of(name: str, question: Question, more: Mapping[str, str] = NOTHING) -> str:
    """The whole question, in a few letters."""
    options = {option: list(given) for option, given in question.options.items() if given}
    asked = json.dumps([options, dict(more)], sort_keys=True)
    return f"{name.replace(' ', '-')[:60]}:{sha256(asked.encode()).hexdigest()[:32]}"
