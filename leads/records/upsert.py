"""How does a lead come in? One from a form or ten thousand from a file, through the same statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from alignment.attempts import again_after_deadlock
from alignment.cleaning import Unfit
from alignment.people.persons import IMPORTED_TEAM
from alignment.remembering import remembering
from leads.lifecycle.recording import begin_recording
from leads.outcome import RowResult, rejected
from leads.privacy.fingerprints import CODE, SENTENCE, erased_at, is_of_before
from leads.records.cleaning import PLAIN, CleanLead, clean_leads
from leads.records.companies import Clue, clue, match_companies
from leads.records.drafts import begin_drafts, just_begun, read_drafts, write_drafts
from leads.records.identities import Known, find_or_claim, known_as
from leads.records.merging import IMPORTED, STATED, Draft, Facts
from leads.records.references import References, resolve
from leads.records.rows import LeadRow
from leads.records.sender import Sender
from leads.records.statements import Said

__all__ = ["LeadRow", "upsert_leads"]


@again_after_deadlock
@transaction.atomic(savepoint=False)
@remembering()  # whoever settles another funnel waits until this is through: which stages there are is asked once
def upsert_leads(
    rows: Sequence[LeadRow],
    *,
    now: datetime,
    actor_id: int | None,
    scope: int = 0,
    import_id: int | None = None,
    owner_team: str = IMPORTED_TEAM,
    first_stage: bool = True,
    heard: bool = True,
) -> list[RowResult]:
    """Make each row a lead, or bring what it says to the lead that it names; one result a row, in order.

    Identity within `scope` (0: the company; else a partner team's id, whose leads it then makes) is system and
    external id, else e-mail, else the row's own content. A row that is refused leaves the others alone.
    `first_stage`: a new lead without a stage begins in the first forward stage. `heard`: what the rows say is kept as said by
    their systems.
    """
    stages = begin_recording(now)
    results: dict[int, RowResult] = {}
    clean = clean_leads(rows, results, now=now, stages=stages)
    references = resolve(
        people=(row.texts.get("owner") for row in clean), teams=(row.texts.get("team") for row in clean),
        campaigns=(row.texts.get("campaign") for row in clean), sender=Sender(now, actor_id, scope, import_id, owner_team),
    )  # fmt: skip
    known = {row.index: _known_as(row) for row in clean}
    facts = _of_living(_with_references(clean, references, results), known, results, from_file=import_id is not None)
    meant = find_or_claim([known[fact.row.index] for fact in facts], scope=scope, import_id=import_id)
    drafts = _drafts(facts, meant.lead_ids, meant.new, heard=heard)
    pairs = [(fact, drafts[lead_id]) for fact, lead_id in zip(facts, meant.lead_ids, strict=True)]
    _give_companies(pairs, scope=scope, import_id=import_id)
    cause = IMPORTED if import_id is not None else STATED
    first = stages.forward[0].key if first_stage else None
    said = Said()
    for fact, draft in pairs:
        result = results[fact.row.index] = _apply(fact, draft, now=now, cause=cause, first_stage=first, scope=scope)
        if heard and result.status != "rejected" and not draft.erased:
            said.hear(draft.lead_id, fact.row, known[fact.row.index])
    changed = [draft for draft in drafts.values() if _differs(draft)]
    if just_begun(changed):
        begin_drafts(
            changed, said.of_new(now=now, import_id=import_id), now=now, actor_id=actor_id, import_id=import_id
        )
    else:
        write_drafts(changed, now=now, actor_id=actor_id, import_id=import_id)
        said.write(meant.new, now=now, import_id=import_id)
    return [results[index] for index in range(len(rows))]


def _with_references(clean: list[CleanLead], references: References, results: dict[int, RowResult]) -> list[Facts]:
    facts = []
    for row in clean:
        try:
            owner = references.person("owner", row.texts.get("owner"))
            team = references.team("team", row.texts.get("team"))
            campaign = references.campaign(row.texts.get("campaign"))
        except Unfit as unfit:
            results[row.index] = unfit.result(row.index)
            continue
        facts.append(Facts(row, owner.pk if owner else None, owner.team_id if owner else None, team, campaign))
    return facts


def _of_living(
    facts: list[Facts], known: Mapping[int, Known], results: dict[int, RowResult], *, from_file: bool
) -> list[Facts]:
    """Without rows that would bring back somebody erased; `known` says by index what each is known as."""
    named = [known[fact.row.index] for fact in facts]
    erased = erased_at(name for one in named for name in (one.primary, one.email))
    if not erased:
        return facts
    living = []
    for fact in facts:
        one = known[fact.row.index]
        if is_of_before((one.primary, one.email), fact.row.created_at, erased, from_file=from_file):
            results[fact.row.index] = rejected(fact.row.index, None, CODE, SENTENCE)
        else:
            living.append(fact)
    return living


def _known_as(row: CleanLead) -> Known:
    texts = row.texts
    return known_as(
        system=texts.get("system"), external_id=texts.get("external_id"), email=texts.get("email"), content=row.content,
        joins=row.joins,
    )  # fmt: skip


def _drafts(facts: list[Facts], lead_ids: list[int], new: frozenset[int], *, heard: bool) -> dict[int, Draft]:
    known = {lead_id for lead_id in lead_ids if lead_id not in new}
    named = [(fact.row, lead_id) for fact, lead_id in zip(facts, lead_ids, strict=True) if lead_id in known]
    drafts = read_drafts(
        known, with_stages={i for row, i in named if row.stage}, with_consents={i for row, i in named if row.consents},
        heard=heard,
    )  # fmt: skip
    return {lead_id: drafts.get(lead_id) or Draft(lead_id, {}, new=True) for lead_id in dict.fromkeys(lead_ids)}


def _give_companies(pairs: list[tuple[Facts, Draft]], *, scope: int, import_id: int | None) -> None:
    """A lead that has a company keeps it unless the row names one; its mail domain alone moves nobody."""
    clues: list[tuple[Facts, Clue]] = []
    for fact, draft in pairs:
        if _is_strange(draft, scope) or draft.erased:
            continue
        texts = fact.row.texts
        names_one = "company" in texts or "company_external_id" in texts
        if not names_one and draft.values.get("company_id") is not None:
            continue
        found = clue(
            system=texts.get("company_system", texts.get("system")),
            external_id=texts.get("company_external_id"),
            email=texts.get("email"),
            name=texts.get("company"),
        )
        if found is not None:
            clues.append((fact, found))
    companies = match_companies((found for _fact, found in clues), scope=scope, import_id=import_id)
    for fact, found in clues:
        fact.company_id = companies[found]


def _apply(fact: Facts, draft: Draft, *, now: datetime, cause: str, first_stage: str | None, scope: int) -> RowResult:
    index = fact.row.index
    if draft.new and draft.created_at is None:
        draft.begin(fact, now=now, cause=cause, first_stage=first_stage, team_id=scope or None)
        return RowResult(index, "created", draft.lead_id)
    if _is_strange(draft, scope):
        return rejected(index, None, "not_yours", "This lead is no longer with your team, so it stays as it is.")
    if draft.erased:
        return _of_erased(fact.row, draft.lead_id)
    changed = draft.merge(fact, now=now, cause=cause)
    return RowResult(index, "updated" if changed else "unchanged", draft.lead_id)


def _of_erased(row: CleanLead, lead_id: int) -> RowResult:
    """A name of our own means a lead that was erased: nothing is written, and what says who it was is set aside."""
    if row.attributes or any(name in row.texts for name in (*PLAIN, "email", "phone") if name != "country"):
        return rejected(row.index, None, CODE, SENTENCE)
    return RowResult(row.index, "unchanged", lead_id)


def _is_strange(draft: Draft, scope: int) -> bool:
    """Whether a partner's row names a lead that is with somebody else by now."""
    return bool(scope) and not draft.new and draft.values["team_id"] != scope


def _differs(draft: Draft) -> bool:
    return draft.new or bool(draft.was or draft.log or draft.changes or draft.consents)
