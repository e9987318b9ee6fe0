"""Which leads does a word of a search mean? Those of whose name, address or company it is a part, or that another system knows by it.

Said in two ways that mean the same (a test holds them to it): by looking at a lead, for leads that lie on the way; and by the
letters of the word, which an index holds, for all of them. A single letter or digit is in every other name: no index holds those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase, digits

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from leads.records.models import Lead, LeadText, Letters
from leads.selectors.queries.systems import known_by

FEW = 5_000
"""Leads of a search that a list gathers before it is put into an order; where there are more, any order meets them soon."""

EVERYWHERE = frozenset(ascii_uppercase + digits + " .@-")
"""Signs of which an index holds only pairs."""


@dataclass(frozen=True)
class Word:
    """One word in the database's own capitals, and the leads that other systems know by it."""

    said: str
    known: Sequence[int]

    @property
    def letters(self) -> list[str]:
        """What an index holds of it: its pairs, or the sign that it is."""
        if len(self.said) == 1:
            return [] if self.said in EVERYWHERE else [self.said]
        return sorted({self.said[at : at + 2] for at in range(len(self.said) - 1)})

    def on_the_way(self) -> Q:
        """For leads that are looked at anyway."""
        named = Q(text__text__contains=self.said)
        return named | Q(pk__in=self.known) if self.known else named

    @property
    def numbered(self) -> Q | None:
        """For a word with a digit, leads whose telephone or id has it as a part: no index holds those."""
        if not any(sign.isdigit() for sign in self.said):
            return None
        return Q(phone__contains=self.said) | Q(external_id__icontains=self.said)


def found_by(leads: QuerySet[Lead], search: str) -> QuerySet[Lead]:
    """Of these leads the ones that every word of the search means, or of whose telephone or id it is a part.

    Gathered by index where they are few, so that no order is walked along for them.
    """
    words = words_of(search)
    if not words:
        return leads
    meant = [_anywhere(word) for word in words if word.numbered]
    named = [word for word in words if not word.numbered]
    every = Lead.objects.filter(*meant, *([by_letters(named)] if named else []))
    few = list(every.order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return leads.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", (few,)))
    for word in words:
        leads = leads.filter(word.on_the_way() | word.numbered if word.numbered else word.on_the_way())
    return leads


def _anywhere(word: Word) -> Q:
    """For all leads: by the letters of the word, by a system that knows them by it, or by a look at every telephone and id."""
    numbered = Lead.objects.filter(word.numbered or Q(pk=None)).values("pk")
    return Q(pk__in=Lead.objects.filter(by_letters([word])).values("pk").union(numbered, all=True))


def by_letters(words: Sequence[Word]) -> Q:
    """For all leads: one look into the index for the letters of all words, unless a system knows a lead by one of them."""
    known = [word for word in words if word.known]
    found = LeadText.objects.all()
    for word in words:
        if word.known:
            continue
        found = found.filter(text__contains=word.said)
        if word.letters:
            found = found.alias(letters=Letters("text")).filter(letters__contains=word.letters)  # type: ignore[misc]
    named = Q(pk__in=found.values("lead")) if len(known) < len(words) else Q()
    for word in known:
        parts = LeadText.objects.filter(text__contains=word.said).alias(letters=Letters("text"))
        parts = parts.filter(letters__contains=word.letters) if word.letters else parts  # type: ignore[misc]
        named &= Q(pk__in=parts.values("lead").union(Lead.objects.filter(pk__in=word.known).values("pk"), all=True))
    return named


def words_of(search: str) -> list[Word]:
    """The words of a search, each once."""
    said = list(dict.fromkeys(search.split()))
    if not said:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(upper(w) ORDER BY n) FROM unnest(%s::text[]) WITH ORDINALITY AS said(w, n)", [said]
        )
        capitals: list[str] = cursor.fetchone()[0]
    known = known_by(said)
    return [Word(large, known.get(word, ())) for word, large in zip(said, capitals, strict=True)]
