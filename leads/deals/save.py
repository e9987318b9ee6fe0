"""How does a deal come in or change? The only writer of deals, and of what they do to their leads' stages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from alignment.attempts import again_after_deadlock
from alignment.cleaning import Unfit
from alignment.people.persons import IMPORTED_TEAM
from alignment.people.selectors import reporting_currency
from leads.deals.cleaning import CleanDeal, clean_deal
from leads.deals.drafts import Book, DealDraft, new_ids, read_deals, write_deals
from leads.deals.leads_of import homes_of, leads_of
from leads.deals.merging import DealFacts, check_row, merge, won_early
from leads.deals.rows import DealRow
from leads.deals.stages import settle
from leads.outcome import RowResult
from leads.records.companies import Clue, clue, match_companies
from leads.records.references import resolve
from leads.records.sender import Sender

__all__ = ["DealRow", "save_deals"]

EARLY = "The deal was won before its lead's first contact; it stays won."


@again_after_deadlock
@transaction.atomic
def save_deals(
    rows: Sequence[DealRow],
    *,
    now: datetime,
    actor_id: int | None,
    scope: int = 0,
    import_id: int | None = None,
    create_leads: bool = False,
    owner_team: str = IMPORTED_TEAM,
) -> list[RowResult]:
    """Make or change deals and do to their leads' stages what follows; one result a row, in order.

    `create_leads`: a lead that is named and not there is made, and one for each new deal that names none; it is
    created at opened_at, else closed_at, else now, and has no stage but what the deal gives.
    """
    sender = Sender(now, actor_id, scope, import_id, owner_team)
    results: dict[int, RowResult] = {}
    clean = _clean(rows, results, now)
    book = read_deals(clean, scope=scope)
    clean = [row for row in clean if _is_possible(row, book, results, now)]
    settled = {
        row.index for row in clean if (known := book.get(row)) is not None and known.values["lead_id"] is not None
    }
    leads = leads_of(clean, results, sender, create=create_leads, settled=settled)
    facts = _facts([row for row in clean if row.index in leads], leads, results, sender)
    done = _merge(facts, book, results, sender)
    touched = list({draft.deal_id: draft for _fact, draft in done if draft.new or draft.was}.values())
    lost = write_deals(touched, now=now, import_id=import_id)
    kept = [draft for draft in touched if draft.deal_id not in lost]
    settle(
        {i for draft in kept for i in draft.seen("lead_id")}, {i for draft in kept for i in draft.seen("company_id")},
        now=now, actor_id=actor_id, import_id=import_id,
    )  # fmt: skip
    _again(
        rows,
        [fact.row.index for fact, draft in done if draft.deal_id in lost],
        results,
        sender,
        create_leads=create_leads,
    )
    return [results[index] for index in range(len(rows))]


def _clean(rows: Sequence[DealRow], results: dict[int, RowResult], now: datetime) -> list[CleanDeal]:
    clean = []
    for index, row in enumerate(rows):
        try:
            clean.append(clean_deal(index, row, now=now))
        except Unfit as unfit:
            results[index] = unfit.result(index)
    return clean


def _is_possible(row: CleanDeal, book: Book, results: dict[int, RowResult], now: datetime) -> bool:
    """Whether the row fits the deal as it is now; looked at before a lead is made for it."""
    try:
        check_row(book.get(row), row, now=now)
    except Unfit as unfit:
        results[row.index] = unfit.result(row.index)
        return False
    return True


def _facts(
    rows: Sequence[CleanDeal], leads: dict[int, int | None], results: dict[int, RowResult], sender: Sender
) -> list[DealFacts]:
    """The rows with the people and companies that they name."""
    references = resolve(people=(row.texts.get("owner") for row in rows), sender=sender)
    clues = {row.index: found for row in rows if (found := _company(row)) is not None}
    companies = match_companies(clues.values(), scope=sender.scope, import_id=sender.import_id)
    facts = []
    for row in rows:
        try:
            owner = references.person("owner", row.texts.get("owner"))
        except Unfit as unfit:
            results[row.index] = unfit.result(row.index)
            continue
        company_id = companies[clues[row.index]] if row.index in clues else None
        facts.append(DealFacts(row, leads[row.index], owner.pk if owner else None, company_id))
    return facts


def _company(row: CleanDeal) -> Clue | None:
    texts = row.texts
    system = texts.get("company_system", texts.get("system"))
    return clue(system=system, external_id=texts.get("company_external_id"), name=texts.get("company"))


def _merge(
    facts: Sequence[DealFacts], book: Book, results: dict[int, RowResult], sender: Sender
) -> list[tuple[DealFacts, DealDraft]]:
    """Bring each row to its deal, in order: of two rows for one deal, the last one wins."""
    known = {i for draft in book.drafts() for i in draft.seen("lead_id")}
    homes = homes_of(known | {fact.lead_id for fact in facts if fact.lead_id is not None})
    ids, currency = iter(new_ids(len(facts))), reporting_currency()
    done = []
    for fact in facts:
        row = fact.row
        try:
            draft = book.get(row) or book.blank(row, next(ids), currency=currency, scope=sender.scope)
            begun = draft.blank
            lead_id = fact.lead_id or draft.values["lead_id"]
            home = homes.get(lead_id) if isinstance(lead_id, int) else None
            changed = merge(draft, fact, home, now=sender.now)
        except Unfit as unfit:
            results[row.index] = unfit.result(row.index)
            continue
        book.enter(row, draft)
        result = RowResult(row.index, "created" if begun else "updated" if changed else "unchanged", draft.deal_id)
        early = won_early(draft, home)
        results[row.index] = result.warned("won_before_created", EARLY) if early else result
        done.append((fact, draft))
    return done


def _again(
    rows: Sequence[DealRow], lost: Sequence[int], results: dict[int, RowResult], sender: Sender, *, create_leads: bool
) -> None:
    """Rows whose deal another writer made in between change that deal instead."""
    if lost:
        outcomes = save_deals([rows[index] for index in lost], create_leads=create_leads, **sender.as_arguments())
        results.update({index: outcome.at(index) for index, outcome in zip(lost, outcomes, strict=True)})
