"""By what is an erased person recognised, when an old file brings them again? By keyed fingerprints, from which nobody reads a name.

A fingerprint is an HMAC of a name by which the lead was known (an e-mail, an id in a system, a row's own content), made with a key
that is derived from the secret key. A row of a file that names somebody erased is set aside, unless it says that it was made after
the erasure; who asks us anew comes in as anybody else does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import connection
from django.utils.crypto import salted_hmac

from alignment.prepared import execute
from leads.privacy.models import Erased
from leads.records.identities import Name
from leads.records.models import Lead, LeadIdentity

SALT = "leads.privacy.fingerprint"
ANYBODY = "SELECT EXISTS (SELECT FROM leads_erased)"
CODE = "erased"
SENTENCE = "The person in this row was erased, and the row does not say that it is younger than that: it is left out."


def fingerprint(name: Name) -> str:
    """64 hexadecimal digits for a name; an e-mail is the same whichever system says it."""
    system, key = name
    return salted_hmac(SALT, f"{system}\0{key}", algorithm="sha256").hexdigest()


def itself(lead: Lead) -> Name:
    """A name that only this very record has: the same id after a restore may be somebody else's."""
    return "", f"lead:{lead.pk}:{lead.recorded_at.isoformat()}"


def names_of(lead: Lead) -> set[Name]:
    """Every name by which rows find this lead, and its own."""
    names = {itself(lead)} | set(LeadIdentity.objects.filter(lead=lead).values_list("system", "key"))
    if lead.email:
        names.add(("", f"email:{lead.email.lower()}"))
    return names


def remember(lead: Lead, *, now: datetime) -> list[str]:
    """Keep the fingerprints of a lead about to be erased; which they are."""
    prints = sorted(map(fingerprint, names_of(lead)))
    Erased.objects.bulk_create(
        [Erased(fingerprint=one, lead_id=lead.pk, erased_at=now) for one in prints],
        update_conflicts=True, unique_fields=["fingerprint"], update_fields=["lead_id", "erased_at"],
    )  # fmt: skip
    return prints


def erased_at(names: Iterable[Name | None]) -> Mapping[Name, datetime]:
    """Of these names those of somebody erased, and since when."""
    with connection.cursor() as cursor:
        execute(cursor, ANYBODY, {})
        if not cursor.fetchone()[0]:
            return {}
    by_print = {fingerprint(name): name for name in names if name is not None}
    found = Erased.objects.filter(fingerprint__in=list(by_print)).values_list("fingerprint", "erased_at")
    return {by_print[one]: moment for one, moment in found}


def is_of_before(
    names: Collection[Name | None], said_at: datetime | None, erased: Mapping[Name, datetime], *, from_file: bool
) -> bool:
    """Whether a row under these names speaks of the time before the erasure. What a file does not date, it may."""
    moments = [erased[name] for name in names if name is not None and name in erased]
    if not moments:
        return False
    return said_at <= max(moments) if said_at is not None else from_file
