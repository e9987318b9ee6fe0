"""May a rule hand this lead over, whatever its criteria say, and from which moment on? Pure; asked by the job and by explanations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from leads.funnel.models import Category
from leads.funnel.stage_sets import StageSet
from leads.handoffs.routing.agreed import Rule
from leads.handoffs.routing.queries.situations import Situation


@dataclass(frozen=True)
class Verdict:
    """Whether something holds: `code` for programs, `reason` for people."""

    passed: bool
    code: str
    reason: str


def judge_lead(lead: Situation, stages: StageSet) -> Verdict:
    """Whether any rule may look at this lead at all."""
    for is_so, code, reason in (
        (lead.is_test, "test", "This is a test lead: nobody gets it."),
        (lead.is_merged, "merged", "This lead was merged into another; that one is handed over in its stead."),
        (lead.is_erased, "erased", "This person was erased: nobody gets the lead any more."),
        (
            lead.stage is None or lead.since is None,
            "no_stage",
            "This lead stands in no stage; rules hand over from stages.",
        ),
        (lead.open_id is not None, "on_offer", "This lead is on offer already; it is offered to one at a time."),
    ):
        if is_so:
            return Verdict(False, code, reason)
    stage = stages.by_key.get(lead.stage or "")
    if stage is not None and stage.category != Category.OPEN:
        return Verdict(False, stage.category, _closed(stage.title, stage.category))
    return Verdict(True, "open", "")


def _closed(title: str, category: str) -> str:
    if category in (Category.WON, Category.LOYAL):
        return f"This lead is in {title}: it is a customer, and nobody needs to take it over."
    return f"This lead is in {title}, off the path: it is handed over once it is back in a stage that rules hand over from."


def judge_stage(lead: Situation, rule: Rule, stages: StageSet) -> Verdict:
    """Whether the lead stands where the rule begins."""
    begins = stages.meaning(rule.terms.from_.stage)
    wanted = stages.by_key.get(begins)
    title = wanted.title if wanted else begins
    if lead.stage == begins:
        return Verdict(True, "in_stage", f"It stands in {title}.")
    here = stages.by_key.get(lead.stage or "")
    stands = here.title if here else lead.stage or "no stage"
    return Verdict(False, "other_stage", f"The rule hands over from {title}, and this lead stands in {stands}.")


def judge_past(lead: Situation, rule: Rule, *, now: datetime, zone: ZoneInfo) -> Verdict:
    """Whether what happened with the lead before lets the rule hand it over now."""
    if lead.accepted_by is not None:
        return Verdict(
            False, "handed_over", f"It was handed over in this stage already: {lead.accepted_by} accepted it."
        )
    if lead.cool_until is not None and lead.cool_until > now:
        until = f"{lead.cool_until.astimezone(zone):%-d %B %Y, %H:%M}"
        return Verdict(False, "cooling_off", f"It came back, and is left alone until {until}.")
    if rule.terms.re_entry == "something_new" and lead.fresh_after is not None and lead.fresh_at is None:
        return Verdict(False, "nothing_new", "It came back, and did nothing of its own since; the rule waits for that.")
    return Verdict(True, "may_be_offered", "Nothing that happened before stands against it.")


def judge_offer(lead: Situation, rule: Rule) -> Verdict:
    """Whether the machine may offer it, once it qualifies; if not, people have to, and the lead counts as unrouted."""
    if lead.came_back >= rule.terms.bounce_limit:
        times = "once" if lead.came_back == 1 else f"{lead.came_back} times"
        limit = f"it came back {times} in this pass, and the bounce limit is {rule.terms.bounce_limit}"
        return Verdict(False, "bounce_limit", f"{limit}: talk about it, then offer it by hand")
    if lead.last_end == "taken_back":
        reason = f"{lead.last_by or 'somebody'} took the offer back by hand: offer it by hand, or move it"
        return Verdict(False, "taken_back", reason)
    return Verdict(True, "may_be_offered", "")


def waits_for_hand(lead: Situation) -> bool:
    """Whether its need stays open though no rule takes the lead: an offer made by hand left it, and the lead has not moved since."""
    if not lead.need_by_hand or lead.need_qualified_at is None or lead.since is None:
        return False
    counts = not (lead.is_test or lead.is_merged or lead.is_erased)
    return counts and lead.open_id is None and lead.need_qualified_at >= lead.since


def eligible_since(lead: Situation, rule: Rule) -> datetime:
    """The moment before which the lead cannot have qualified: it came into the stage, the rule took effect, a cool-off or an
    earlier handoff of this stay ended, something new was known.
    """
    moments = [lead.since, rule.version.since, lead.ended_at, lead.cool_until]
    if rule.terms.re_entry == "something_new":
        moments.append(lead.fresh_at)
    return max(moment for moment in moments if moment is not None)


def why_left(lead: Situation, stages: StageSet) -> str:
    """Why nobody is to be offered this lead any more, where it stands outside what rules hand over from."""
    stage = stages.by_key.get(lead.stage or "")
    return f"The lead went on to {stage.title}." if stage else "The lead is in no stage any more."


RETRY = timedelta(minutes=5)
"""How long a lead waits that nobody could take, before it is tried again."""
